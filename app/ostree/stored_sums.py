"""SHA-256 of objects as they are stored, for programs that know no more than that.

Commits, dirtrees and dirmetas are stored as they are, so their names are their sums. A file is
compressed, and its name is that of what it holds.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from hashlib import sha256
from itertools import chain, groupby
from operator import itemgetter

from msgspec import Struct

from app.fs.files import open_regular
from app.fs.root import Root
from app.ostree.blame import split_keys
from app.ostree.kept_once import Once, as_it_came
from app.ostree.object_check import READ_STEP, check_object
from app.ostree.objects import (
    FILE_KEY,
    KEY_SIZE,
    MAX_METADATA_SIZE,
    CorruptObject,
    ObjectKind,
    ObjectName,
    key_path,
)
from app.ostree.tree_keys import WHOLE, KnownTrees, Narrowed

Listed = Sequence[str]
"""Of objects the lines of sha256sum, without their ends: the sum, and ``XX/REST.KIND``, by which
they are sorted."""

_PATH = 64 + 2
_ENDING = f".{ObjectKind.FILE.value}"
_DIGITS = b"0123456789abcdef"
_BETWEEN = f"  /{_ENDING}".encode().translate(None, _DIGITS)
"""What is left of the line of a file without these."""

_REST = 31
_RECORD = _REST + 32


class StoredSums:
    """Of everything that was read.

    ``children``: of trees and commits, the keys (`ObjectName.key`) of what is below them, joined
    together. ``sums``: by directory of objects, of each file in it the rest of its checksum and
    the sum, in order and joined together: 63 bytes for a file.
    """

    def __init__(self, children: Mapping[bytes, bytes], sums: Mapping[str, bytes]) -> None:
        self._children = children
        self._sums = sums

    def of(self, commit: str) -> Listed | None:
        """All that a commit needs, sorted, if nothing of it is damaged.

        None if a file was not read.
        """
        listed = []
        for key in _below(commit, self._below):
            stored = self._stored(key)
            if stored is None:
                return None
            listed.append(_line(key_path(key), stored))
        return sorted(listed, key=_path)

    def files(self) -> Iterator[tuple[int, bytes]]:
        """By directory of objects, of the files in it, for `split_sums`."""
        return ((int(prefix, 16), joined) for prefix, joined in self._sums.items() if joined)

    def _below(self, key: bytes) -> Iterator[bytes]:
        return split_keys(self._children.get(key, b""))

    def _stored(self, key: bytes) -> bytes | None:
        if key[0] != FILE_KEY:
            return key[1:]
        return _search(self._sums.get(key[1:2].hex(), b""), key[2:])


def _search(joined: bytes, rest: bytes) -> bytes | None:
    """The sum of the file whose checksum ends so."""
    records = range(len(joined) // _RECORD)

    def at(number: int) -> bytes:
        return joined[number * _RECORD : number * _RECORD + _REST]

    place = bisect_left(records, rest, key=at)
    if place == len(records) or at(place) != rest:
        return None
    start = place * _RECORD
    return joined[start + _REST : start + _RECORD]


class SumsTaken:
    """What is known of objects as they come: below what of them is what, and their sums.

    Some 100 bytes each.

    Attributes:
        once: for what is read of the same objects elsewhere.
    """

    def __init__(self, trees: KnownTrees | None = None, once: Once = as_it_came) -> None:
        """``trees``: those that were read before; ``once``: of all whose sums are taken at once."""
        self.once = once
        self._known = trees if trees is not None else KnownTrees()
        self._trees = self._known.below
        self._children: dict[bytes, bytes] = {}
        self._sums: dict[int, bytearray] = {}
        self._wants_trees = True

    def only_files(self) -> None:
        """What is below what is not to be asked for, and takes most of the room."""
        self._wants_trees = False

    def of_files(self) -> SumsTaken:
        """The same without trees, for another process."""
        copy = SumsTaken()
        copy._sums = self._sums
        return copy

    def add(self, key: bytes, children: Sequence[bytes], stored: bytes = b"") -> None:
        """``stored``: of a file; without, it is read when it is asked for."""
        if key[0] != FILE_KEY:
            if self._wants_trees and key not in self._trees:
                self._children[key] = self.once(b"".join(children))
        elif stored:
            # The second byte of a key is the name of the directory.
            self._sums.setdefault(key[1], bytearray()).extend(key[2:] + stored)

    def add_all(self, sums: StoredSums) -> None:
        """What was read and is right."""
        for prefix, joined in sums.files():
            self._sums.setdefault(prefix, bytearray()).extend(joined)

    def whole(self, tops: Iterable[bytes]) -> Set[bytes] | None:
        """As `KnownTrees.whole`."""
        return self._known.whole(tops)

    def below(self, key: bytes) -> Iterable[bytes] | None:
        """What an object needs; None if it did not come."""
        if key in self._trees:
            return self._trees[key]
        children = self._children.get(key)
        return None if children is None else split_keys(children)

    def files(self) -> set[bytes]:
        """Of all files whose sums are known."""
        return {
            FILE_KEY.to_bytes() + prefix.to_bytes() + bytes(sums[start : start + _REST])
            for prefix, sums in self._sums.items()
            for start in range(0, len(sums), _RECORD)
        }

    def inside(self, prefix: str) -> bytes:
        """Of the files in a directory of objects; for `split_sums`."""
        try:
            return bytes(self._sums.get(int(prefix, 16), b""))
        except ValueError:
            return b""


def split_sums(joined: bytes) -> dict[bytes, bytes]:
    """By the rest of the checksum, the sum."""
    return {
        joined[start : start + _REST]: joined[start + _REST : start + _RECORD]
        for start in range(0, len(joined), _RECORD)
    }


def file_lines(listed: bytes) -> dict[str, str]:
    """Path → line, of the files in what was written before; of nothing unless all is as it was
    written."""
    try:
        lines = listed.decode("ascii").split("\n")
    except UnicodeDecodeError:
        return {}
    files = [line for line in lines if line.endswith(_ENDING) and line[64:_PATH] == "  "]
    rest = "".join(files).encode().translate(None, _DIGITS)
    if rest != _BETWEEN * len(files):
        return {}
    return {line[_PATH:]: line for line in files}


class Outline(Struct, frozen=True, weakref=True):
    """What is known of a commit's list before anything of it has come.

    Attributes:
        lines: of trees, and of files that were known before.
        kept: the paths of the latter.
        files: keys of the others.
    """

    lines: list[str]
    kept: Set[str]
    files: list[bytes]


def outline_of(commit: str, below: Iterable[bytes], before: Mapping[str, str]) -> Outline:
    """Of a commit that needs what is ``below``; ``before`` as for `read_sums`."""
    kinds: dict[int, list[bytes]] = {}
    for key in {ObjectName(commit, ObjectKind.COMMIT).key, *below}:
        kinds.setdefault(key[0], []).append(key)
    files = kinds.pop(FILE_KEY, [])
    paths = (path for keys in kinds.values() for path in _paths(keys))
    lines = [f"{path[:2]}{path[3:65]}  {path}" for path in paths]
    if not before:
        return Outline(sorted(lines, key=_path), frozenset(), files)
    wanted = dict(zip(_paths(files), files, strict=True))
    kept = before.keys() & wanted.keys()
    lines += [line for path, line in before.items() if path in kept]
    lines.sort(key=_path)
    return Outline(lines, kept, [wanted[path] for path in wanted.keys() - kept])


def read_sums(
    objects: Root,
    commit: str,
    taken: SumsTaken | None = None,
    before: Mapping[str, str] | None = None,
    narrowed: Narrowed = WHOLE,
    outline: Outline | None = None,
) -> Listed | None:
    """All that a commit needs, as it is ``taken`` or else read from a directory of objects. Of
    ``narrowed`` trees it needs what counts.

    Trees are held against their names, files are taken as they are. ``before``: lines of files that
    were known before, by their paths; ``outline``: `outline_of` it. None for what is damaged or not
    there.
    """
    known = taken or SumsTaken()
    before = before or {}

    def below(key: bytes) -> Iterable[bytes]:
        children = known.below(key)
        if children is not None:
            return narrowed.get(key, children)
        name = ObjectName.from_key(key)
        data = objects.read(name.path, MAX_METADATA_SIZE)
        return narrowed.get(key, check_object(name, data))

    try:
        # What has come again may be stored otherwise than it was.
        kept = before if outline is None else outline.kept
        came = set(_paths(known.files())) if kept else set()
        if outline is None or not came.isdisjoint(kept):
            top = ObjectName(commit, ObjectKind.COMMIT).key
            whole = None if narrowed else known.whole(tuple(below(top)))
            keys = _below(commit, below) if whole is None else whole
            others = {path: line for path, line in before.items() if path not in came}
            outline = outline_of(commit, keys, others)
        new = _read_sums(objects, sorted(outline.files), known)
        return sorted(chain(outline.lines, new), key=_path)
    except (OSError, CorruptObject):
        return None


_path: Callable[[str], str] = itemgetter(slice(_PATH, None))


def _line(path: str, stored: bytes) -> str:
    return f"{stored.hex()}  {path}"


def _paths(keys: Iterable[bytes]) -> list[str]:
    """As `key_path` of each, of many of one kind at once."""
    together = b"".join(keys)
    digits, size = together.hex(), 2 * KEY_SIZE
    ending = key_path(together[:KEY_SIZE])[65:] if together else ""
    return [
        f"{digits[place + 2 : place + 4]}/{digits[place + 4 : place + size]}{ending}"
        for place in range(0, len(digits), size)
    ]


def _read_sums(objects: Root, files: Iterable[bytes], known: SumsTaken) -> Iterator[str]:
    """``files``: their keys, in order. A directory is opened once: that takes longer than to read
    most files.
    """
    buffer = bytearray(READ_STEP)
    for number, inside in groupby(files, key=itemgetter(1)):
        prefix = f"{number:02x}"
        came = split_sums(known.inside(prefix))
        unread = []
        for key in inside:
            if (stored := came.get(key[2:])) is not None:
                yield _line(key_path(key), stored)
            else:
                unread.append(key_path(key))
        if not unread:
            continue
        directory = objects.open_directory(prefix)
        try:
            for path in unread:
                yield _line(path, _read_sum(directory, path[3:], buffer))
        finally:
            os.close(directory)


def _read_sum(directory: int, name: str, buffer: bytearray) -> bytes:
    digest = sha256()
    view = memoryview(buffer)
    descriptor = open_regular(name, directory=directory, follow=False)
    try:
        # One that has grown since is another file already; one that never ends is none.
        left = os.fstat(descriptor).st_size + 1
        while left > 0 and (count := os.readv(descriptor, [buffer])):
            digest.update(view[:count])
            left -= count
    finally:
        os.close(descriptor)
    return digest.digest()


def _below(commit: str, children: Callable[[bytes], Iterable[bytes]]) -> set[bytes]:
    """A commit and all that it needs; ``children`` of a commit or a tree."""
    todo = [ObjectName(commit, ObjectKind.COMMIT).key]
    seen = set(todo)
    while todo:
        fresh = set(children(todo.pop())) - seen
        seen |= fresh
        todo += [key for key in fresh if key[0] != FILE_KEY]
    return seen
