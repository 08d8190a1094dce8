"""Where on a drive a stick's repository and Satchel's own files are.

Form: FORMAT.md beside this.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

from msgspec import Struct

from app.errors import UsageError
from app.fs.files import drive_errors
from app.fs.nodes import LeadsOutsideError, Node
from app.fs.root import Root
from app.message import Message
from app.ostree.changed_names import NamesChangedError, has_changed_place
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.names import origin_remote
from app.ostree.repository import Repository
from app.remedy import Remedy
from app.stick.store.lost_place import LostPlace, lost_places

KIT_FOLDER = "satchel"
"""Where the files for people lie, relative to the mount point; `install.sh` looks for the stick
beside it."""

DEFAULT_REPO = ".ostree/repo"

WELL_KNOWN = (DEFAULT_REPO, "ostree/repo")
"""Where libostree and flatpak look by themselves (``ostree-repo-finder-mount.c``)."""

UPSTREAM = "upstream"
"""The directory of the copies of upstream summaries, a directory for each collection."""

REMOTES = "remotes"
"""The same for remotes without a collection ID, by their names on the drive."""

LINKS = ".ostree/repos.d"
MOST_PLACES = 500
"""Names in `LINKS` that are looked at; each may lead anywhere on the drive."""

_MAX_LINKS = 100
_NOT_THERE = (FileNotFoundError, NotADirectoryError, LeadsOutsideError)
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP})


class RepositoryLostError(RepositoryInvalidError):
    """There is one, but nobody looks for it where it is now."""

    @classmethod
    def of(cls, root: Path, lost: Sequence[LostPlace]) -> RepositoryLostError:
        first = lost[0]
        if len(lost) > 1:
            return cls(
                Message(
                    "There is no Flatpak repository on {root}, but several that have lost their "
                    "names, as when a file system is repaired: {paths}.",
                    root=root,
                    paths=tuple(each.path for each in lost),
                ),
                Message("Give the right one the name {name} again.", name=first.called),
            )
        return cls(
            Message(
                "There is no Flatpak repository on {root}, but {path} is one that has lost its "
                "name {name}, as when a file system is repaired.",
                root=root,
                path=first.path,
                name=first.called,
            ),
            Remedy.NAME_AGAIN,
        )


class Location(Struct, frozen=True):
    """A stick's place.

    Attributes:
        drive: the mount point or directory that was named.
        repository_path: the repository, relative to ``drive``; "." if that is itself one.
    """

    drive: Root
    repository_path: str

    @property
    def root(self) -> Path:
        """What people call the drive. Never to be opened."""
        return self.drive.shown()

    @property
    def shown(self) -> Path:
        """What people call the repository. Never to be opened."""
        return self.repository.shown()

    @property
    def repository(self) -> Root:
        return self.drive.below(self.repository_path)

    @property
    def extension(self) -> Root:
        """Satchel's own files inside the repository."""
        return self.repository.below("extensions/satchel")

    def upstream(self, collection: str) -> Root:
        """The copy of an origin's upstream summary."""
        return self.extension.below(copy_path(collection))

    @property
    def kit(self) -> Root:
        """The files for people."""
        return self.drive.below(KIT_FOLDER)


def copy_path(collection: str) -> str:
    """Where the copy of an origin's upstream summary is, below `Location.extension`."""
    remote = origin_remote(collection)
    return f"{UPSTREAM}/{collection}" if remote is None else f"{REMOTES}/{remote}"


def _is_repository(root: Root) -> bool:
    return root.node("config") is Node.FILE and root.node("objects") is Node.DIRECTORY


def client_places(root: Path) -> tuple[Location, ...]:
    """Where a client that is given the drive finds repositories: each once however many links lead
    to it, whether it can be opened or not. Raises OSError.

    As flatpak (``add_sideload_create_usb_subdirs``) and ``ostree-repo-finder-mount.c`` look, and
    the drive itself, which flatpak may be given as a repository.
    """
    drive = Root(root)
    named: list[str] = []
    with contextlib.suppress(*_NOT_THERE):
        links = drive.resolve(LINKS)
        entries = islice(drive.entries(links), MOST_PLACES)
        named = sorted(entry.path for entry in entries)
    places: dict[tuple[int, int], str] = {}
    for name in (*WELL_KNOWN, *named, "."):
        with contextlib.suppress(*_NOT_THERE):
            path = drive.resolve(name)
            if _has_traces(drive.below(path), whole=path == "."):
                status = drive.status(path)
                places.setdefault((status.st_dev, status.st_ino), path)
    return tuple(Location(drive, path) for path in places.values())


def _has_traces(root: Root, *, whole: bool) -> bool:
    """Whether this may be a repository; ``whole``: anybody's directory may hold one part of it."""
    traces = [root.node(name) is not None for name in ("config", "objects")]
    return all(traces) if whole else any(traces)


def find_sticks(root: Path) -> tuple[Location, ...]:
    """All sticks on a drive that can be looked at. Raises OSError."""
    return tuple(place for place in client_places(root) if _is_repository(place.repository))


def has_stick(root: Path) -> bool:
    """Whether there is any stick that can be seen."""
    with contextlib.suppress(OSError):
        return bool(find_sticks(root))
    return False


def find_stick(
    root: Path, destination: str | None = None, *, absent: Remedy = Remedy.MAKE_FIRST
) -> Location:
    """The stick on a drive or in a directory, to read it; the first, or that at ``destination``.

    Raises RepositoryInvalidError if there is none; ``absent``: what is to be done then.
    """
    drive = Root(root)
    if destination is not None:
        return Location(drive, _inside(drive, destination))
    with drive_errors(Message("looking for the repository")):
        for stick in find_sticks(root):
            return stick
        for path in WELL_KNOWN:
            if drive.node(path) is not None:
                return Location(drive, path)
        lost = lost_places(drive)
        changed = not lost and has_changed_place(drive)
    if changed:
        raise NamesChangedError.of(root)
    if lost:
        raise RepositoryLostError.of(root, lost)
    raise RepositoryInvalidError(
        Message("There is no Flatpak repository on {root}.", root=root), absent
    )


def find_writable_stick(root: Path, destination: str | None) -> Location:
    """As `find_stick`, of one that a job can change, whatever it lacks. Also raises DriveError."""
    location = find_stick(root, destination)
    there = location.repository.node("objects") is Node.DIRECTORY
    open_repository(location, complete=False, mend=there)
    return location


def find_lost(root: Path) -> LostPlace | None:
    """The only stick on a drive that has lost its name; None if there is one that has not, or if it
    is not certain. Raises DriveError."""
    with drive_errors(Message("looking for the repository")):
        lost = lost_places(Root(root)) if not find_sticks(root) else ()
    return lost[0] if len(lost) == 1 else None


def _inside(drive: Root, destination: str) -> str:
    """Raises UsageError for a path that does not stay on the drive."""
    path = PurePosixPath(destination)
    resolved = None
    if not path.is_absolute() and ".." not in path.parts and path.parts:
        resolved = _resolve(drive, path)
    if resolved is None:
        raise UsageError(
            Message(
                "--destination-repo {destination} does not lie on the drive.",
                destination=destination,
            ),
            Message("Give a path relative to the drive, for example .ostree/repo."),
        )
    return resolved


def _resolve(drive: Root, path: PurePosixPath) -> str | None:
    """Where a path leads that need not be there yet; None if that is not on the drive."""
    with drive_errors(Message("looking for the repository")):
        for count in range(len(path.parts), 0, -1):
            step = "/".join(path.parts[:count])
            try:
                return str(PurePosixPath(drive.resolve(step), *path.parts[count:]))
            except LeadsOutsideError:
                return None
            except (FileNotFoundError, NotADirectoryError):
                if drive.node(step) is Node.LINK:
                    return None
    return path.as_posix()


def choose_stick(root: Path, destination: str | None) -> Location:
    """Where to write: the stick that is there, or the default place.

    Raises UsageError for a destination outside the drive, and for a part of a stick.
    """
    _refuse_part(root)
    drive = Root(root)
    if destination is not None:
        return Location(drive, _inside(drive, destination))
    try:
        stick = find_stick(root)
    except RepositoryInvalidError:
        return Location(drive, DEFAULT_REPO)
    if stick.repository_path == ".":
        raise UsageError(
            Message("{root} is itself a repository.", root=root),
            Message("Name the directory or drive that should carry it, not the repository."),
        )
    return stick


def _refuse_part(root: Path) -> None:
    """A stick in another one's directories would be what makes that one unsound."""
    place = root.resolve()
    for above in place.parents:
        first = place.relative_to(above).parts[0]
        ours = first in (DEFAULT_REPO.partition("/")[0], KIT_FOLDER)
        with contextlib.suppress(OSError):
            if ours and Root(above).node(DEFAULT_REPO) is Node.DIRECTORY:
                raise UsageError(
                    Message("{root} is a part of what is on {drive}.", root=root, drive=above),
                    Message("Name {drive} itself, or another directory.", drive=above),
                )


def make_findable(location: Location) -> None:
    """Link a repository at an unusual place where libostree looks for it.

    On a file system without links only a repository below ``.ostree/repos.d`` can be found: raises
    UsageError for another one, and leaves nothing behind. It need not exist yet.
    """
    path = location.repository_path
    if path in WELL_KNOWN or PurePosixPath(path).parent == PurePosixPath(LINKS):
        return
    drive = location.drive
    with drive_errors(Message("making the repository findable")):
        drive.make_directory(LINKS)
        for name in drive.names(LINKS):
            if _leads_to(drive, f"{LINKS}/{name}", path):
                return
        for number in range(_MAX_LINKS):
            try:
                drive.make_link(f"{LINKS}/{number:02}-satchel", f"../../{path}")
            except FileExistsError:
                continue
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                with contextlib.suppress(OSError):
                    drive.remove_directory(LINKS)
                    drive.remove_directory(os.path.dirname(LINKS))
                raise UsageError(
                    Message(
                        "The drive's file system has no links, so clients would not find {path}.",
                        path=path,
                    ),
                    Remedy.USE_LINKED_REPOSITORY.advice(links=LINKS),
                ) from error
            return


def _leads_to(drive: Root, link: str, path: str) -> bool:
    """Also where the repository is not there yet, as after a job that was interrupted early."""
    if drive.node(link) is not Node.LINK:
        return False
    if drive.read_link(link) == f"../../{path}":
        return True
    with contextlib.suppress(OSError):
        return drive.resolve(link) == path
    return False


def open_repository(location: Location, *, complete: bool = True, mend: bool = False) -> Repository:
    """As `Repository.open`; also raises DriveError."""
    with drive_errors(Message("opening the repository")):
        return Repository.open(location.repository, complete=complete, mend=mend)
