"""What directory trees refer to, as keys: most of what pruning and updating do in Python.

Accepts exactly the bytes that `DirTree.parse` accepts in their ordinary form, three times as fast,
but for names of nearly the greatest length, and leaves all else to it. Layout: as for
`app.ostree.dirtree`. Why: decision D5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from hashlib import sha256
from itertools import chain
from struct import unpack_from

from app.formats.gvariant import FormatError
from app.ostree.dirtree import width
from app.ostree.kept_once import Once
from app.ostree.objects import (
    MAX_NAME,
    MAX_TREE_SIZE,
    ObjectKind,
    ObjectName,
    check_metadata,
    kind_key,
)
from app.ostree.unchanged import Stamp
from app.progress import heed

_CHECKSUM = 32
_SHORT = 0xFF
"""Bytes of an element whose framing offsets take one each."""

_FILE = kind_key(ObjectKind.FILE)
_TREE = kind_key(ObjectKind.DIRTREE)
_META = kind_key(ObjectKind.DIRMETA)
_TREE_KEY = _TREE[0]
_ENDS = {2: lambda size: f"<{size // 2}H", 4: lambda size: f"<{size // 4}I"}
_ASTRAY = frozenset({b".", b".."})

Keys = tuple[bytes, ...]

Narrowed = Mapping[bytes, Keys]
"""Trees of which not everything is wanted: of what they name, what counts."""

WHOLE: Narrowed = {}
"""Everything is wanted."""


class KnownTrees:
    """What directories refer to, by their names: true for ever, wherever they lie.

    Attributes:
        below: `ObjectName.key` of a tree that was read and is right → what it refers to, as often
            as it does, files first.
        coming: of those that are on no drive yet, their bytes.
        sizes: bytes of files that are on no drive yet, as upstream tells them.
        there: of a drive that was looked at, what was on it; None: nobody has looked.
        stored: bytes of files there, as far as they were looked at.
        stamps: of directories in which that is all there was, as they were then; by these.
    """

    def __init__(self) -> None:
        self.below: dict[bytes, Keys] = {}
        self._whole: dict[Keys, frozenset[bytes]] = {}
        self.coming: dict[bytes, bytes] = {}
        self.sizes: dict[bytes, int] = {}
        self.there: Set[bytes] | None = None
        self.stored: Mapping[bytes, int] = {}
        self.stamps: Mapping[int, Stamp] = {}

    def whole(self, tops: Iterable[bytes]) -> frozenset[bytes] | None:
        """These objects of a commit, and all that is below them; None if something of what is in
        trees is not known. Each set is made once."""
        start = tuple(tops)
        whole = self._whole.get(start)
        if whole is None:
            keys = set(start)
            level = [key for key in start if key[0] == _TREE_KEY]
            while level:
                heed()
                try:
                    fresh = set(chain.from_iterable([self.below[key] for key in level])) - keys
                except KeyError:
                    return None
                keys |= fresh
                level = [key for key in fresh if key[0] == _TREE_KEY]
            whole = self._whole[start] = frozenset(keys)
        return whole

    def keep_whole(self, tops: Iterable[bytes], keys: Iterable[bytes]) -> None:
        """Somebody has found out what `whole` makes of ``tops``."""
        self._whole[tuple(tops)] = frozenset(keys)

    def and_near(self, near: KnownTrees) -> KnownTrees:
        """The same with what other repositories have of trees that are on no drive yet."""
        if not near.below:
            return self
        both = KnownTrees()
        both.below = {**self.below, **near.below}
        both._whole = {**self._whole, **near._whole}
        both.coming, both.sizes, both.there = self.coming, self.sizes, self.there
        return both

    def share(self, others: KnownTrees, once: Once) -> None:
        """Keep what ``others`` know as well once for both; they know all of it afterwards.

        ``once``: of all who share with them.
        """
        setdefault = others.below.setdefault
        shared = {once(key): setdefault(key, below) for key, below in self.below.items()}
        self.below.clear()
        self.below.update(shared)
        for start, whole in self._whole.items():
            self._whole[start] = others._whole.setdefault(start, whole)
        if self.there is not None and self.there != others.there:
            others.there = frozenset(map(once, self.there))
        if self.there is not None:
            self.there = others.there

    def size(self, key: bytes) -> int | None:
        """Bytes of an object that is to come; None if that is not known."""
        data = self.coming.get(key)
        return self.sizes.get(key) if data is None else len(data)


def checked_tree(key: bytes, data: bytes) -> Keys | None:
    """What a tree refers to; None if the bytes are not what the key says, or no tree."""
    if sha256(data).digest() != key[1:]:
        return None
    below = tree_keys(data)
    if below is None:
        try:
            return tuple(child.key for child in check_metadata(ObjectName.from_key(key), data))
        except FormatError:
            return None
    return below


def tree_keys(data: bytes) -> Keys | None:
    """What a tree refers to; None if these bytes are not the ordinary form of a right one."""
    size = len(data)
    offset = width(size)
    last = size - offset
    end = int.from_bytes(data[last:], "little")
    if last < 0 or end > last or size > MAX_TREE_SIZE:
        return None
    below: list[bytes] = []
    names: list[bytes] = []
    try:
        if end:
            _read(data, 0, end, (_FILE,), below, names)
        if end < last:
            _read(data, end, last, (_TREE, _META), below, names)
        _check_names(names)
    except ValueError:
        return None
    return tuple(below)


def _read(
    data: bytes,
    begin: int,
    end: int,
    kinds: tuple[bytes, ...],
    below: list[bytes],
    names: list[bytes],
) -> None:
    """An array of names with a checksum of each of ``kinds``. ValueError for another form, and for
    elements that are not `_SHORT`."""
    offset = width(end - begin)
    table = begin + int.from_bytes(data[end - offset : end], "little")
    if (end - table) % offset or table > end - offset:
        raise ValueError
    ends = data[table:end] if offset == 1 else unpack_from(_ENDS[offset](end - table), data, table)
    # Of an element, where its members end: a byte each, the first one's last.
    sums = _CHECKSUM * len(kinds)
    members = sums + len(kinds)
    start = begin
    before = b""
    for place in ends:
        stop = begin + place
        first = stop - members
        if not start < first or stop > table or stop - start > _SHORT:
            raise ValueError
        name = data[start : first - 1]
        if name <= before or data[first - 1] or data[stop - 1] != first - start:
            raise ValueError
        second = first + _CHECKSUM
        below.append(kinds[0] + data[first:second])
        if members > _CHECKSUM + 1:
            if data[stop - 2] != second - start:
                raise ValueError
            below.append(kinds[1] + data[second : first + sums])
        names.append(name)
        before = name
        start = stop
    if start != table:
        raise ValueError


def _check_names(names: list[bytes]) -> None:
    """Raise ValueError unless each is of one path component, and all differ."""
    together = b"/".join(names)
    # UnicodeDecodeError is a ValueError.
    together.decode()
    if (
        together.count(b"/") != max(len(names) - 1, 0)
        or b"\0" in together
        or len(set(names)) < len(names)
        or not _ASTRAY.isdisjoint(names)
        or (len(together) > MAX_NAME and max(map(len, names)) > MAX_NAME)
    ):
        raise ValueError
