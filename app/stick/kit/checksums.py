"""What `install.sh` checks before flatpak sees it: SHA-256 of a commit's objects as stored.

A file for each commit, as ``sha256sum`` writes and reads them. They protect from damage, not from
whoever changes a drive, and nothing of Satchel's own ever goes by them. Form: FORMAT.md.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping

from app.flatpak.refs import Ref
from app.ostree.objects import Commit, child_keys, is_checksum
from app.ostree.stored_sums import Listed, Outline, file_lines, outline_of
from app.ostree.tree_keys import KnownTrees
from app.stick.store.location import Location
from app.stick.store.stick_state import Refs

CHECKSUMS = "checksums"
"""Their folder in the kit's."""

_MAX_SIZE = 256 * 1024 * 1024
"""Bytes of the file of a commit that are looked at: over a million objects."""

APPSTREAM = "appstream2/"
"""How the refs of catalogues begin; an architecture follows."""


def checksum_path(commit: str) -> str:
    """In the kit's folder."""
    return f"{CHECKSUMS}/{commit}"


def commits_to_check(refs: Refs) -> dict[str, str]:
    """Commit → one of its refs, of all that flatpak takes from a stick."""
    return {
        commit: name
        for _, names in sorted(refs.items())
        for name, commit in sorted(names.items(), reverse=True)
        if Ref.parse_or_none(name) is not None or name.startswith(APPSTREAM)
    }


def render_checksums(listed: Listed) -> bytes:
    """For use in the directory of objects."""
    return "\n".join((*listed, "")).encode()


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
    ) -> None:
        """``leaving``: what `read` reads beforehand; ``coming``: the bytes of those for which
        `prepare` makes outlines, as far as their ``trees`` are known."""
        self._location = location
        self._leaving = leaving
        self._coming = coming or {}
        self._trees = trees or KnownTrees()
        self._lines: dict[str, dict[str, str]] = {}
        self.outlines: dict[str, Outline] = {}

    def read(self) -> None:
        """For `of`, which then takes no time."""
        for commit in self._leaving:
            self.of(commit)

    def prepare(self) -> None:
        """Make the outlines, if there is something to make them of."""
        before = {path: line for commit in self._leaving for path, line in self.of(commit).items()}
        for commit, data in self._coming.items() if before else ():
            below = self._trees.whole(child_keys(Commit.parse(data)))
            if below is not None:
                self.outlines[commit] = outline_of(commit, below, before)

    def of(self, commit: str) -> dict[str, str]:
        """None of what cannot be read."""
        if commit not in self._lines:
            data = read_checksums(self._location, commit, _MAX_SIZE)
            self._lines[commit] = file_lines(data or b"")
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
            if read_checksums(location, commit, len(data)) != data:
                kit.replace(checksum_path(commit), data, durable=False)
    for commit in there - wanted:
        with contextlib.suppress(IsADirectoryError):
            kit.remove(checksum_path(commit))


def read_checksums(location: Location, commit: str, limit: int) -> bytes | None:
    """Those of a commit as they are on a stick; None if there are none, or of over ``limit``."""
    try:
        return location.kit.read(checksum_path(commit), limit)
    except OSError:
        return None
