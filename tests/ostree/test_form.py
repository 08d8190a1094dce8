"""Lists in the one form in which everybody reads them alike; and any bytes cost what they weigh."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InterruptedByUser
from app.flatpak.upstream.summary_index import INDEX_TYPE, SummaryIndex
from app.formats.gvariant import FormatError, Variant, parse, serialise
from app.ostree.canonical import check_keys, check_order
from app.ostree.objects import (
    COMMIT_TYPE,
    DETACHED_TYPE,
    DIRTREE_TYPE,
    Commit,
    CorruptObject,
    DirTree,
    check_dirmeta,
    detached_signatures,
)
from app.ostree.summary import SUMMARY_TYPE, Summary
from app.progress import CancelToken, heeding
from tests.examples import examples
from tests.ostree.gvariant_samples import damaged, noise, random_type, random_value

NAMES = st.lists(st.sampled_from(["", "a", "ab", "b", "a/b", "a-b", "\u00e4", "\uffff", "😀"]))


def reason(check: Callable[..., None], *arguments: Any) -> str:
    """Why it is refused; "" if it is not."""
    try:
        check(*arguments)
    except FormatError as error:
        return str(error)
    return ""


def refused(check: Callable[..., None], *arguments: Any) -> bool:
    return bool(reason(check, *arguments))


# ---- Order and keys


@given(names=NAMES)
def test_keys_are_there_once(names: list[str]) -> None:
    value = parse("a{sv}", serialise("a{sv}", [(name, Variant("y", 1)) for name in names]))
    assert [key.decode() for key in value.keys()] == names  # noqa: SIM118
    wrong = len(set(names)) < len(names) or "" in names
    assert refused(check_keys, value, "it") is wrong
    assert refused(check_keys, value, "it", 2) is (wrong or len(names) > 2)


@given(names=NAMES)
def test_lists_are_in_order(names: list[str]) -> None:
    value = parse("a(su)", serialise("a(su)", [(name, 1) for name in names]))
    encoded = [name.encode() for name in names]
    right = "" not in names and encoded == sorted(set(encoded))
    assert refused(check_order, value, "it") is not right


COLLECTIONS = ("org.a.A", "org.a.B")


@settings(max_examples=examples(300))
@given(
    main=NAMES,
    others=st.lists(st.tuples(st.sampled_from(COLLECTIONS), NAMES), max_size=3),
    own=st.lists(st.sampled_from(COLLECTIONS), max_size=2),
)
def test_every_way_to_read_a_summary_finds_the_same(
    main: list[str], others: list[tuple[str, list[str]]], own: list[str]
) -> None:
    """The first of that name, the last, and what a search by halves finds."""
    numbers = iter(range(1000))

    def refs(names: list[str]) -> list[Any]:
        return [(name, (next(numbers), bytes(32), {})) for name in names]

    metadata = [("ostree.summary.collection-id", Variant("s", name)) for name in own]
    known = [(name, refs(names)) for name, names in others]
    kind = "a{sa(s(taya{sv}))}"
    listed = refs(main)
    mapped = [*metadata, ("ostree.summary.collection-map", Variant(kind, known))]
    data = serialise(SUMMARY_TYPE, (listed, mapped))
    try:
        summary = Summary(data)
    except FormatError:
        return
    for collection, entries in [*known, *[(name, listed) for name in own]]:
        for name, _ in entries:
            same = [size for other, (size, _, _) in entries if other == name]
            entry = summary.lookup_in(collection, name)
            assert entry is not None
            assert {entry.commit_size} == set(same) == {same[0], same[-1]}
    assert len(summary) == len(listed) + sum(len(entries) for _, entries in known)


def test_what_is_wrong_is_said_in_few_words() -> None:
    for names in (["x" * 10_000] * 2, ["y" * 10_000, "x" * 10_000], ["\x1b[31m\n"] * 2):
        value = parse("as", b"")
        value = parse("a{sy}", serialise("a{sy}", [(name, 1) for name in names]))
        for check in (check_keys, check_order):
            said = reason(check, value, "it")
            assert len(said) < 150
            assert not said or said.isprintable()


# ---- Work


class Counting(bytes):
    """Counts the pieces taken out and the searches made."""

    work = 0

    def __getitem__(self, key: Any) -> Any:
        Counting.work += 1
        return bytes.__getitem__(self, key)

    def find(self, *arguments: Any) -> int:
        Counting.work += 1
        return bytes.find(self, *arguments)

    def rfind(self, *arguments: Any) -> int:
        Counting.work += 1
        return bytes.rfind(self, *arguments)


READERS: dict[str, Callable[[bytes], object]] = {
    "summary": lambda data: list(Summary(data).refs()),
    "index": SummaryIndex,
    "commit": lambda data: list(Commit.parse(data).sizes()),
    "dirtree": DirTree.parse,
    "dirmeta": check_dirmeta,
    "detached": detached_signatures,
}
TYPES = {"summary": SUMMARY_TYPE, "index": INDEX_TYPE, "commit": COMMIT_TYPE,
         "dirtree": DIRTREE_TYPE, "dirmeta": "(uuua(ayay))", "detached": DETACHED_TYPE}  # fmt: skip


def work(reader: str, data: bytes) -> int:
    Counting.work = 0
    with contextlib.suppress(FormatError):
        READERS[reader](Counting(data))
    return Counting.work


@settings(max_examples=examples(400))
@given(
    reader=st.sampled_from(sorted(READERS)),
    rng=st.randoms(use_true_random=False),
    kind=st.sampled_from(["damaged", "noise", "any type"]),
)
def test_work_is_in_proportion_to_the_bytes(reader: str, rng: Random, kind: str) -> None:
    signature = TYPES[reader]
    if kind == "noise":
        data = noise(rng) * rng.randrange(1, 60)
    else:
        inner = signature if kind == "damaged" else random_type(rng)
        data = damaged(rng, serialise(inner, random_value(rng, inner)))
    assert work(reader, data) <= 30 * len(data) + 100


def table(ends: list[int]) -> bytes:
    return struct.pack(f"<{len(ends)}I", *ends)


def in_metadata(data: bytes, signature: bytes) -> bytes:
    """A summary with one large value in its metadata."""
    entry = b"big\0\0\0\0\0" + data + b"\0" + signature + struct.pack("<I", 4)
    return entry + struct.pack("<I", len(entry)) + struct.pack("<I", 0)


SIZE = 1 << 17

RUBBISH: dict[str, bytes] = {
    "zeros": bytes(SIZE),
    "ones": b"\xff" * SIZE,
    "variants in variants": b"\0v" * (SIZE // 2),
    "a table only": table([0] * (SIZE // 4)),
    "all overlap": bytes(SIZE // 2) + table([SIZE // 2] * (SIZE // 8)),
    "falling": table(list(range(SIZE // 4, 0, -1))),
    "units": in_metadata(bytes(SIZE), b"a()"),
    "empty texts": in_metadata(bytes(SIZE // 5) + table(list(range(1, SIZE // 5 + 1))), b"as"),
    "pairs": in_metadata(bytes(SIZE), b"a(yy)"),
    "nested types": in_metadata(bytes(SIZE), b"a" + b"(" * 100 + b"yay" + b")" * 100),
    "keys": serialise(
        SUMMARY_TYPE, ([], [(f"{number:06}", Variant("()", ())) for number in range(SIZE // 32)])
    ),
    "the same key": serialise(SUMMARY_TYPE, ([], [("k", Variant("()", ()))] * (SIZE // 32))),
    "a long key": serialise(SUMMARY_TYPE, ([], [("k" * SIZE, Variant("y", 1))] * 2)),
    "refs": serialise(
        SUMMARY_TYPE, ([(f"{number:06}", (1, bytes(32), {})) for number in range(SIZE // 64)], {})
    ),
}


@pytest.mark.parametrize("what", RUBBISH)
def test_rubbish(what: str) -> None:
    """Each is over with after little work, and little room beside its own."""
    data = RUBBISH[what]
    for name, read in READERS.items():
        assert work(name, data) <= 4 * len(data), name
        tracemalloc.start()
        with contextlib.suppress(FormatError):
            read(data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 24 * len(data), name


def test_a_million_signatures_are_none() -> None:
    value = Variant("aay", [b""] * 1_100_000)
    with pytest.raises(CorruptObject, match="larger"):
        detached_signatures(serialise(DETACHED_TYPE, [("ostree.gpgsigs", value)]))


@pytest.mark.parametrize("what", ["units", "pairs", "empty texts", "refs"])
def test_reading_is_given_up_when_asked(what: str) -> None:
    """Whatever the bytes are made of, it is asked often enough."""

    class Stop(CancelToken):
        asked = 0

        def check(self) -> None:
            self.asked += 1
            super().check()

    cancel = Stop()
    with heeding(cancel):
        work("summary", RUBBISH[what])
    assert cancel.asked >= len(RUBBISH[what]) >> 17
    cancel.request()
    with heeding(cancel), pytest.raises(InterruptedByUser):
        READERS["summary"](RUBBISH[what])
    with heeding(cancel), heeding(None):
        work("summary", RUBBISH[what])
