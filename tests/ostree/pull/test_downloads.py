"""Who brings what where several drives get the same."""

from __future__ import annotations

from hashlib import sha256

import pytest

from app.ostree.objects import CorruptObject, ObjectKind, ObjectName
from app.ostree.pull.downloads import Brought, Downloads, SharedWork
from app.ostree.pull.object_writer import ObjectStore, StreamedObject
from tests.ostree.conftest import Made
from tests.ostree.pull.target import Target
from tests.ostree.pull.wanted import Wanted

KEYS = [ObjectName(f"{number:064x}", ObjectKind.FILE).key for number in range(3)]
CHILD = ObjectName("f" * 64, ObjectKind.DIRMETA).key
TREE = ObjectName("e" * 64, ObjectKind.DIRTREE).key
SUM = bytes(range(32))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def downloads(clock: Clock) -> Downloads:
    return Downloads(clock)


def test_what_one_brings_the_others_take_with_what_is_known_of_it(downloads: Downloads) -> None:
    first, second = Wanted([KEYS[0], TREE]), Wanted([TREE, KEYS[0], KEYS[1]])
    one, other = SharedWork(first, downloads), SharedWork(second, downloads)
    assert [one.to_fetch(), one.to_fetch(), one.to_fetch()] == [KEYS[0], TREE, None]
    # Meanwhile the second is about what nobody brings.
    assert [other.to_fetch(), other.to_fetch()] == [KEYS[1], None]
    assert other.waiting
    one.arrived(TREE, 10, [CHILD], b"")
    one.arrived(KEYS[0], 10, [], SUM)
    assert downloads.brought(TREE) == Brought(TREE, (CHILD,), TREE[1:])
    assert downloads.brought(KEYS[0]) == Brought(KEYS[0], (), SUM)
    assert [other.to_fetch(), other.to_fetch(), other.to_fetch()] == [TREE, KEYS[0], None]
    assert not other.waiting
    # Whoever takes what was checked does not look at it once more.
    other.arrived(TREE, 10, [], b"")
    assert second.got == {TREE: (10, (CHILD,))}


def test_twenty_drives_keep_each_key_once(downloads: Downloads) -> None:
    def copy(key: bytes) -> bytes:
        """As it comes from a process."""
        return bytes(bytearray(key))

    drives = [Wanted([]) for _ in range(20)]
    for drive in drives:
        shared = SharedWork(drive, downloads)
        shared.arrived(copy(TREE), 10, [copy(CHILD)], b"")
        shared.arrived(copy(CHILD), 10, [], SUM)
    kept = {
        id(key)
        for drive in drives
        for own, (_, children) in drive.got.items()
        for key in (own, *children)
    }
    assert len(kept) == 2


def test_what_somebody_was_to_bring_who_leaves_is_brought_by_another(downloads: Downloads) -> None:
    one, other = (SharedWork(Wanted(KEYS), downloads) for _ in range(2))
    assert one.to_fetch() == KEYS[0]
    assert other.to_fetch() == KEYS[1]
    one.close()
    assert [other.to_fetch(), other.to_fetch()] == [KEYS[0], KEYS[2]]


def test_nobody_waits_for_who_gets_no_byte_or_takes_too_long(
    downloads: Downloads, clock: Clock
) -> None:
    one, other, third = (SharedWork(Wanted(KEYS[:1]), downloads) for _ in range(3))
    assert one.to_fetch() == KEYS[0]
    assert [other.to_fetch(), third.to_fetch()] == [None, None]
    for _ in range(11):
        clock.now += 9
        one.received(1)
        assert other.to_fetch() is None
    clock.now += 11
    assert other.to_fetch() == KEYS[0]
    assert third.to_fetch() is None
    for _ in range(14):
        clock.now += 9
        other.received(1)
        taken = third.to_fetch()
    assert taken == KEYS[0]


def test_only_the_very_bytes_that_were_checked_are_taken_unchecked(
    upstream: Made, target: Target
) -> None:
    small, big = upstream.small(), upstream.big
    with ObjectStore(target.repository.root, sums=True) as store:
        for name in (small, big):
            data = upstream.file(name).read_bytes()
            stored = sha256(data).digest()
            wrong = data[:-1] + bytes([data[-1] ^ 1])
            with pytest.raises(CorruptObject):
                store.store(name, wrong, stored=stored)
            with pytest.raises(CorruptObject):
                _stream(store, name, wrong, stored)
            assert not target.repository.has(name)
            assert _stream(store, name, data, stored) == stored
            assert store.store(name, data, stored=stored).stored == stored


def _stream(store: ObjectStore, name: ObjectName, data: bytes, stored: bytes) -> bytes:
    with StreamedObject(store, name, resume=False, stored=stored) as stream:
        stream.feed(data)
        return stream.finish().stored
