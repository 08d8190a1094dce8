"""Lists that two readers read differently: what the real flatpak makes of them, and that we tell.

Each forgery is a commit of Hello that nobody signed, named where only some readers look.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.formats.gvariant import Variant, parse, serialise
from app.ostree.objects import COMMIT_TYPE, ObjectKind, ObjectName, byteswap64
from app.ostree.summary import COLLECTION_MAP_KEY, COLLECTION_MAP_TYPE, SUMMARY_TYPE
from tests.client import Client
from tests.stick.damage import HELLO, SUMMARY, Stick, verify
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

DEAD = "http://127.0.0.1:9/"

Pairs = list[tuple[str, Any]]


class Lists:
    """A stick's summary as lists of pairs, which may hold what a dictionary cannot."""

    def __init__(self, stick: Stick) -> None:
        self.stick = stick
        value = parse(SUMMARY_TYPE, stick.summary.read_bytes())
        self.main: Pairs = []
        self.metadata: Pairs = [(pair[0].unpack(), pair[1].unpack()) for pair in value[1]]
        known = value[1].lookup(COLLECTION_MAP_KEY)
        assert known is not None
        self.metadata = [pair for pair in self.metadata if pair[0] != COLLECTION_MAP_KEY]
        self.refs: Pairs = [ref.unpack() for ref in known[0][1]]
        self.forged = self._forge()

    def _forge(self) -> str:
        """A newer commit of Hello, the same but for its time."""
        value = parse(COMMIT_TYPE, self.stick.commit_path(HELLO).read_bytes())
        members = list(value)
        time = byteswap64(members[5].unpack()) + 60
        data = serialise(COMMIT_TYPE, [*members[:5], byteswap64(time), *members[6:]])
        name = ObjectName(sha256(data).hexdigest(), ObjectKind.COMMIT)
        self.stick.path(name).parent.mkdir(exist_ok=True)
        self.stick.path(name).write_bytes(data)
        metadata = {"ostree.commit.timestamp": Variant("t", byteswap64(time))}
        self.entry = (HELLO, (len(data), bytes.fromhex(name.checksum), metadata))
        return name.checksum

    def write(self, *maps: Pairs) -> None:
        """With these lists of collections: usually one."""
        entries = [(COLLECTION_MAP_KEY, Variant(COLLECTION_MAP_TYPE, refs)) for refs in maps]
        data = serialise(SUMMARY_TYPE, (self.main, [*self.metadata, *entries]))
        self.stick.summary.write_bytes(data)

    @property
    def without(self) -> Pairs:
        return [entry for entry in self.refs if entry[0] != HELLO]

    @property
    def instead(self) -> Pairs:
        """The forgery in place of the right one."""
        return [self.entry if entry[0] == HELLO else entry for entry in self.refs]


def collection_twice(lists: Lists) -> None:
    lists.write([(COLLECTION, lists.refs), (COLLECTION, lists.instead)])


def map_twice(lists: Lists) -> None:
    lists.write([(COLLECTION, lists.instead)], [(COLLECTION, lists.refs)])


def ref_twice(lists: Lists) -> None:
    """So that the search hits the first of them."""
    place = [name for name, _ in lists.refs].index(HELLO)
    for before in range(20):
        refs = [*lists.refs[:place], lists.entry, *lists.refs[place:]]
        more = [(f"a{number:02}", lists.refs[place][1]) for number in range(before)]
        names = [name for name, _ in [*more, *refs]]
        if _search(names, HELLO) == before + place:
            lists.write([(COLLECTION, [*more, *refs])])
            return
    raise AssertionError("no way found")


def not_in_order(lists: Lists) -> None:
    """The right one is where nobody searches for it."""
    right = next(entry for entry in lists.refs if entry[0] == HELLO)
    lists.write([(COLLECTION, [*lists.instead, right])])


def own_and_other(lists: Lists) -> None:
    lists.metadata.append(("ostree.summary.collection-id", Variant("s", COLLECTION)))
    lists.main = lists.instead
    lists.write([(COLLECTION, lists.refs)])


def own_collection_twice(lists: Lists) -> None:
    for name in (COLLECTION, "org.test.Nothing"):
        lists.metadata.append(("ostree.summary.collection-id", Variant("s", name)))
    lists.main = lists.instead
    lists.write([(COLLECTION, lists.refs)])


def _search(names: list[str], name: str) -> int:
    """Where libostree and flatpak end up."""
    low, high = 0, len(names) - 1
    while low <= high:
        middle = (low + high) // 2
        if names[middle] == name:
            return middle
        if names[middle] < name:
            low = middle + 1
        else:
            high = middle - 1
    return -1


FORMS: dict[str, Callable[[Lists], None]] = {
    form.__name__: form
    for form in (
        collection_twice, map_twice, ref_twice, not_in_order, own_and_other, own_collection_twice,
    )
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_flatpak_installs_the_forgery_and_we_tell(
    stick: Stick, stranger: Path, upstream: Upstream, client: Client, form: str
) -> None:
    lists = Lists(stick)
    FORMS[form](lists)
    client.remote_add_upstream("up", upstream, DEAD)
    client.install("up", "org.test.Hello", sideload=stick.repo)
    assert client.installed()[HELLO] == lists.forged
    findings = verify(stick, stranger)
    assert SUMMARY in findings
    assert {code for code, _ in findings} <= {"summary-mismatch", "orphan-objects"}


# ---- What is merely odd


def first_ref(lists: Lists, metadata: object) -> Pairs:
    (name, (size, commit, _)), *rest = lists.refs
    return [(COLLECTION, [(name, (size, commit, metadata)), *rest])]


def told(lists: Lists) -> dict[str, Variant]:
    """What the summary says about its first ref."""
    return dict(lists.refs[0][1][2])


def other_type(lists: Lists) -> None:
    kind = "a(sa(s(taya{sv})))"
    lists.metadata.append((COLLECTION_MAP_KEY, Variant(kind, [(COLLECTION, lists.refs)])))
    lists.write()


def collection_is_number(lists: Lists) -> None:
    lists.metadata.append(("ostree.summary.collection-id", Variant("u", 7)))
    lists.write([(COLLECTION, lists.refs)])


def other_cache(lists: Lists) -> None:
    cache = Variant("a{s(tts)}", [(lists.refs[0][0], (0, 0, "[Application]\n"))])
    lists.metadata.append(("xa.cache", Variant("v", cache)))
    lists.write([(COLLECTION, lists.refs)])


def padded(lists: Lists) -> None:
    """Not the bytes that writing it would give."""
    lists.write([(COLLECTION, lists.refs)])
    data = bytearray(lists.stick.summary.read_bytes())
    data[data.index(b"ostree.summary.mode\0") + 20] = 1
    lists.stick.summary.write_bytes(data)


ODD: dict[str, Callable[[Lists], None]] = {
    "collections turned": lambda it: it.write([("org.x.Y", []), (COLLECTION, it.refs)]),
    "the other order": lambda it: it.write([(COLLECTION, it.instead), (COLLECTION, it.refs)]),
    "map twice, right first": lambda it: it.write(
        [(COLLECTION, it.refs)], [(COLLECTION, it.instead)]
    ),
    "the same twice": lambda it: it.write([(COLLECTION, it.refs)] * 2),
    "a ref twice": lambda it: it.write([(COLLECTION, [it.refs[0], *it.refs])]),
    "refs turned": lambda it: it.write([(COLLECTION, it.refs[::-1])]),
    "a ref without a name": lambda it: it.write([(COLLECTION, [("", it.refs[0][1]), *it.refs])]),
    "a key without a name": lambda it: it.write(
        first_ref(it, {**told(it), "": Variant("s", "")})
    ),
    "a time twice": lambda it: it.write(
        first_ref(it, [*told(it).items(), ("ostree.commit.timestamp", Variant("t", 0))])
    ),
    "another short time": lambda it: it.write(
        first_ref(it, {**told(it), "ot.ts": Variant("t", 0)})
    ),
    "only a short time": lambda it: it.write(
        first_ref(it, {"ot.ts": told(it)["ostree.commit.timestamp"]})
    ),
    "a version that is a number": lambda it: it.write(
        first_ref(it, {**told(it), "ostree.commit.version": Variant("u", 1)})
    ),
    "a collection without refs": lambda it: it.write([(COLLECTION, it.refs), ("org.x.Y", [])]),
    "a collection that is a number": collection_is_number,
    "other metadata": lambda it: it.write(
        first_ref(it, {**told(it), "xa.data": Variant("(tts)", (0, 0, "[Application]\n"))})
    ),
    "other metadata in the cache": other_cache,
    "a map of another type": other_type,
    "padded": padded,
}  # fmt: skip


def test_what_could_be_read_differently(stick: Stick, stranger: Path) -> None:
    before = stick.summary.read_bytes()
    for name, change in ODD.items():
        stick.summary.write_bytes(before)
        lists = Lists(stick)
        change(lists)
        stick.path(ObjectName(lists.forged, ObjectKind.COMMIT)).unlink()
        codes = {code for code, _ in verify(stick, stranger, "--quick")}
        assert codes == {"summary-mismatch"}, name
    lists.write([(COLLECTION, lists.refs)])
    assert verify(stick, stranger) == set()
