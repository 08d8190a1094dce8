"""Static deltas in one file: as flatpak writes them, and as nobody should."""

from __future__ import annotations

import contextlib
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.gvariant import FormatError, Variant, parse, serialise
from app.ostree.static_delta import (
    DeltaError,
    Superblock,
    damaged_parts,
    read_superblock,
)
from tests.bundles import ATLAS_REF, bundle_bytes

TYPE = "(a{sv}tayay(a{sv}aya(say)sstayay)aya(uayttay)a(yaytt))"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return bundle_bytes(tmp_path_factory.mktemp("delta"))


def read(data: bytes) -> Superblock:
    return read_superblock(lambda start, end: data[start:end], len(data))


def damaged(data: bytes) -> int:
    return len(list(damaged_parts(lambda start, end: data[start:end], read(data))))


def rewritten(data: bytes, **members: Any) -> bytes:
    """The same delta with other members, by their names in ostree."""
    names = ("metadata", "time", "start", "end", "commit", "deltas", "parts", "fallback")
    values = dict(zip(names, parse(TYPE, data).unpack(), strict=True))
    return serialise(TYPE, tuple((values | members).values()))


def metadata_of(data: bytes) -> dict[str, Variant]:
    values: dict[str, Variant] = parse(TYPE, data)[0].unpack()
    return values


def test_it_reads_as_the_general_reader_reads_it(made: bytes) -> None:
    delta, value = read(made), parse(TYPE, made)
    assert delta.commit == value[3].unpack().hex()
    assert delta.commit == sha256(delta.commit_data).hexdigest()
    assert delta.commit_data == value[4].data
    assert delta.unpacked == sum(part[3].unpack() for part in value[6])
    assert delta.metadata["ref"].unpack() == ATLAS_REF
    assert delta.detached is not None
    assert damaged(made) == 0


def test_no_more_is_held_of_it_than_what_tells_about_it(made: bytes) -> None:
    asked: list[int] = []

    def piece(start: int, end: int) -> bytes:
        asked.append(end - start)
        return made[start:end]

    delta = read_superblock(piece, len(made))
    (part,) = delta.parts
    assert sum(asked) < len(made) - (part.end - part.start) + 2_000


def test_a_part_that_was_changed_is_told(made: bytes) -> None:
    (part,) = read(made).parts
    changed = bytearray(made)
    changed[(part.start + part.end) // 2] ^= 1
    assert damaged(bytes(changed)) == 1


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"start": bytes(32)}, "has none whole"),
        ({"end": b"abc"}, "names no commit"),
        ({"end": bytes(32)}, "not the one that it names"),
        ({"fallback": [(1, bytes(32), 1, 1)]}, "downloaded"),
        ({"parts": [(0, bytes(32), 1, 1, b"")] * 2}, "part of it is missing"),
    ],
)
def test_what_no_client_could_apply_is_refused(
    made: bytes, members: dict[str, Any], words: str
) -> None:
    with pytest.raises(DeltaError, match=words):
        read(rewritten(made, **members))


def test_what_stands_in_it_twice_is_refused(made: bytes) -> None:
    entries = list(metadata_of(made).items())
    entries.append(("ref", Variant("s", "app/org.example.Other/x86_64/stable")))
    with pytest.raises(DeltaError, match="twice"):
        read(rewritten(made, metadata=entries))


def test_numbers_are_read_in_the_order_of_the_computer_that_made_it(made: bytes) -> None:
    metadata = metadata_of(made)
    metadata["ostree.endianness"] = Variant("y", ord("B"))
    number, checksum, _, unpacked, objects = parse(TYPE, made)[6].unpack()[0]
    swapped = int.from_bytes(unpacked.to_bytes(8, "little"), "big")
    parts = [(number, checksum, 1, swapped, objects)]
    delta = read(rewritten(made, metadata=metadata, parts=parts))
    assert delta.big_endian
    assert delta.unpacked == unpacked


@given(st.data())
def test_whatever_is_changed_it_is_read_or_refused(made: bytes, data: st.DataObject) -> None:
    changed = bytearray(made)
    ends = st.integers(0, len(made) - 1)
    for _ in range(data.draw(st.integers(1, 8))):
        # Most of it is the part; what tells where things are stands at the end.
        at = data.draw(ends | ends.map(lambda place: len(made) - 1 - place % 400))
        changed[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.just(len(changed)) | ends)
    with contextlib.suppress(FormatError):
        read(bytes(changed[:cut]))


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        read(data)


def test_a_file_that_ends_too_early_is_refused(made: bytes) -> None:
    """As one that shrinks while it is read."""
    with pytest.raises(DeltaError):
        read_superblock(lambda start, end: made[: len(made) // 2][start:end], len(made))
