"""What `install.sh` checks before flatpak sees it: SHA-256 of a commit's objects as stored.

A file for each commit, as ``sha256sum`` writes and reads them. They protect from damage, not from
whoever changes a drive, and nothing of Satchel's own ever goes by them. Form: FORMAT.md.
"""

from __future__ import annotations

import contextlib
import stat
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from weakref import WeakValueDictionary

from app.flatpak.refs import Ref
from app.fs.root import Root
from app.ostree.objects import Commit, child_keys, is_checksum
from app.ostree.stored_sums import Listed, Outline, file_lines, outline_of
from app.ostree.tree_keys import KnownTrees
from app.stick.store.location import Location
from app.stick.store.stick_state import Refs

CHECKSUMS = "checksums"
"""Their folder in the kit's."""

_MAX_SIZE = 256 * 1024 * 1024
"""Bytes of the file of a commit that are looked at: over a million objects."""

_RUN = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH

APPSTREAM = "appstream2/"
"""How the refs of catalogues begin; an architecture follows."""


def checksum_path(commit: str) -> str:
    """In the kit's folder."""
    return f"{CHECKSUMS}/{commit}"


def is_checked(name: str) -> bool:
    """Whether flatpak takes the ref of this name from a stick."""
    return Ref.parse_or_none(name) is not None or name.startswith(APPSTREAM)


def commits_to_check(refs: Refs) -> dict[str, str]:
    """Commit → one of its refs, of all that flatpak takes from a stick."""
    return {
        commit: name
        for _, names in sorted(refs.items())
        for name, commit in sorted(names.items(), reverse=True)
        if is_checked(name)
    }


def render_checksums(listed: Listed) -> bytes:
    """For use in the directory of objects."""
    return "\n".join((*listed, "")).encode()


class _Lines:
    """Of files, by their paths; ``sum`` is that of the list that they are of."""

    def __init__(self, lines: dict[str, str], sum: bytes) -> None:
        self.lines = lines
        self.sum = sum


class AlikeLists:
    """What is made of lists, once for all drives that have the same ones: it takes ten times their
    room. Kept while one of them needs it. For any number of threads.
    """

    def __init__(self) -> None:
        # Nothing is read in turn: nobody waits for another's drive.
        self._in_turn = threading.Lock()
        self._lines: WeakValueDictionary[bytes, _Lines] = WeakValueDictionary()
        self._outlines: WeakValueDictionary[tuple[str, tuple[bytes, ...]], Outline] = (
            WeakValueDictionary()
        )

    def lines(self, data: bytes) -> _Lines:
        """Of a list."""
        sum_ = sha256(data).digest()
        with self._in_turn:
            lines = self._lines.get(sum_)
            if lines is None:
                lines = self._lines[sum_] = _Lines(file_lines(data), sum_)
        return lines

    def outline(
        self, commit: str, former: Sequence[_Lines], make: Callable[[], Outline]
    ) -> Outline:
        """Of a commit that comes in the place of others."""
        about = commit, tuple(each.sum for each in former)
        with self._in_turn:
            outline = self._outlines.get(about)
            if outline is None:
                outline = self._outlines[about] = make()
        return outline


class FormerLists:
    """Of commits that leave a stick, the lines of files by their paths, each list read once.

    Attributes:
        outlines: of commits that come in their place.
    """

    def __init__(
        self,
        location: Location,
        leaving: Iterable[str] = (),
        coming: Mapping[str, bytes] | None = None,
        trees: KnownTrees | None = None,
        alike: AlikeLists | None = None,
    ) -> None:
        """``leaving``: what `read` reads beforehand; ``coming``: the bytes of those for which
        `prepare` makes outlines, as far as their ``trees`` are known; ``alike``: shared with other
        drives."""
        self._location = location
        self._leaving = leaving
        self._coming = coming or {}
        self._trees = trees or KnownTrees()
        self._alike = alike
        self._lines: dict[str, _Lines] = {}
        self.outlines: dict[str, Outline] = {}

    def read(self) -> None:
        """For `of`, which then takes no time."""
        for commit in self._leaving:
            self.of(commit)

    def prepare(self) -> None:
        """Make the outlines, if there is something to make them of."""
        former = [self._of(commit) for commit in self._leaving]
        for commit, data in self._coming.items() if any(each.lines for each in former) else ():
            below = self._trees.whole(child_keys(Commit.parse(data)))
            if below is not None:
                make = partial(self._outline, commit, below, former)
                alike = self._alike
                outline = make() if alike is None else alike.outline(commit, former, make)
                self.outlines[commit] = outline

    @staticmethod
    def _outline(commit: str, below: Iterable[bytes], former: Iterable[_Lines]) -> Outline:
        before = {path: line for each in former for path, line in each.lines.items()}
        return outline_of(commit, below, before)

    def of(self, commit: str) -> dict[str, str]:
        """None of what cannot be read."""
        return self._of(commit).lines

    def _of(self, commit: str) -> _Lines:
        if commit not in self._lines:
            data = read_checksums(self._location, commit, _MAX_SIZE) or b""
            alike = self._alike
            lines = _Lines(file_lines(data), b"") if alike is None else alike.lines(data)
            self._lines[commit] = lines
        return self._lines[commit]


def rendered(listed: Listed | None) -> bytes | None:
    """The same of what may not be known."""
    return render_checksums(listed) if listed is not None else None


def write_checksums(
    location: Location,
    refs: Refs,
    data_of: Callable[[str, Mapping[str, str]], bytes | None],
    former: FormerLists | None = None,
    *,
    anew: bool,
) -> None:
    """Those of all that is on a stick, in place of what was there.

    ``data_of``: of a commit what `rendered` has, None for one that gets none, since not everything
    of it is there as it should be; it is handed the lines, by their paths, of files of commits that
    are no more. Those that are there already are kept unless ``anew``. Raises OSError.
    """
    kit = location.kit
    kit.make_directory(CHECKSUMS)
    there = {entry.name for entry in kit.entries(CHECKSUMS) if is_checksum(entry.name)}
    carried = commits_to_check(refs)
    before: dict[str, str] = {}
    if not anew and not carried.keys() <= there:
        former = former or FormerLists(location)
        for commit in there - carried.keys():
            before.update(former.of(commit))
    wanted = set()
    for commit in carried:
        if commit in there and not anew:
            wanted.add(commit)
            continue
        data = data_of(commit, before)
        if data is not None:
            wanted.add(commit)
            path = checksum_path(commit)
            if read_checksums(location, commit, len(data)) != data:
                kit.replace(path, data, durable=False)
            else:
                _as_data(kit, path)
    for commit in there - wanted:
        with contextlib.suppress(IsADirectoryError):
            kit.remove(checksum_path(commit))


def _as_data(kit: Root, path: str) -> None:
    """What can be run is taken for somebody else's. Not where every file can, as on FAT."""
    with contextlib.suppress(OSError):
        mode = stat.S_IMODE(kit.status(path).st_mode)
        if mode & _RUN:
            kit.allow(path, mode & ~_RUN)


def read_checksums(location: Location, commit: str, limit: int) -> bytes | None:
    """Those of a commit as they are on a stick; None if there are none, or of over ``limit``."""
    try:
        return location.kit.read(checksum_path(commit), limit)
    except OSError:
        return None
