"""Where on a drive a stick's repository and Satchel's own files are."""

from __future__ import annotations

import contextlib
import errno
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.errors import UsageError
from app.files import DIRECTORY_MODE, drive_errors
from app.ostree.repository import Repository, RepositoryInvalidError
from app.stick.kit import DEFAULT_REPO, FOLDER

_WELL_KNOWN = (DEFAULT_REPO, "ostree/repo")
"""Where libostree and flatpak look by themselves (``ostree-repo-finder-mount.c``)."""

_LINKS = ".ostree/repos.d"
_MAX_LINKS = 100
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP})


@dataclass(frozen=True, slots=True)
class Location:
    """A stick's place.

    Attributes:
        root: the mount point or directory that was named.
        repository_path: the repository, relative to ``root``; "." if ``root`` is itself one.
    """

    root: Path
    repository_path: str

    @property
    def repository(self) -> Path:
        return self.root / self.repository_path

    @property
    def extension(self) -> Path:
        """Satchel's own files inside the repository."""
        return self.repository / "extensions" / "satchel"

    @property
    def record(self) -> Path:
        return self.extension / "stick.json"

    @property
    def journal(self) -> Path:
        return self.extension / "journal.json"

    def upstream(self, collection: str) -> Path:
        """The copy of a collection's upstream summary."""
        return self.extension / "upstream" / collection

    @property
    def kit(self) -> Path:
        """The files for people."""
        return self.root / FOLDER


def _is_repository(path: Path) -> bool:
    return (path / "config").is_file() and (path / "objects").is_dir()


def find_sticks(root: Path) -> tuple[Location, ...]:
    """All sticks on a drive, in the order in which clients look. Raises OSError."""
    named: list[str] = []
    with contextlib.suppress(OSError):
        named = [f"{_LINKS}/{name}" for name in sorted(os.listdir(root / _LINKS))]
    places = [path for path in (*_WELL_KNOWN, *named) if _is_repository(root / path)]
    if not places and _is_repository(root):
        places = ["."]
    return tuple(
        Location(root, path) for path in dict.fromkeys(_plain(root, path) for path in places)
    )


def has_stick(root: Path) -> bool:
    """Whether there is any stick that can be seen."""
    with contextlib.suppress(OSError):
        return bool(find_sticks(root))
    return False


def find_stick(root: Path, destination: str | None = None) -> Location:
    """The stick on a drive or in a directory, to read it; the first, or that at ``destination``.

    Raises RepositoryInvalidError if there is none.
    """
    if destination is not None:
        return Location(root, _inside(root, destination))
    with drive_errors("looking for the repository"):
        for found in find_sticks(root):
            return found
        for path in _WELL_KNOWN:
            if (root / path).exists():
                return Location(root, path)
    raise RepositoryInvalidError(
        f"There is no Flatpak repository on {root}.", "Make one first: satchel make TARGET REF..."
    )


def _plain(root: Path, path: str) -> str:
    """A repository found through a link, by the path it really has on the drive."""
    with contextlib.suppress(ValueError):
        return (root / path).resolve().relative_to(root.resolve()).as_posix()
    return path


def _inside(root: Path, destination: str) -> str:
    """Raises UsageError for a path that does not stay on the drive."""
    path = PurePosixPath(destination)
    inside = (root / path).resolve().is_relative_to(root.resolve())
    if path.is_absolute() or ".." in path.parts or not path.parts or not inside:
        raise UsageError(
            f"--destination-repo {destination} does not lie on the drive.",
            "Give a path relative to the drive, for example .ostree/repo.",
        )
    return path.as_posix()


def choose_stick(root: Path, destination: str | None) -> Location:
    """Where to write: the stick that is there, or the default place.

    Raises UsageError for a destination outside the drive.
    """
    if destination is not None:
        return Location(root, _inside(root, destination))
    try:
        found = find_stick(root)
    except RepositoryInvalidError:
        return Location(root, DEFAULT_REPO)
    if found.repository_path == ".":
        raise UsageError(
            f"{root} is itself a repository.",
            "Name the directory or drive that should carry it, not the repository.",
        )
    return found


def make_findable(location: Location) -> None:
    """Link a repository at an unusual place where libostree looks for it.

    On a file system without links only a repository below ``.ostree/repos.d`` can be found: raises
    UsageError for another one, and leaves nothing behind. It need not exist yet.
    """
    path = location.repository_path
    if path in _WELL_KNOWN or PurePosixPath(path).parent == PurePosixPath(_LINKS):
        return
    links = location.root / _LINKS
    with drive_errors("making the repository findable"):
        links.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
        real = location.repository.resolve()
        for name in os.listdir(links):
            if (links / name).resolve() == real:
                return
        for number in range(_MAX_LINKS):
            try:
                os.symlink(f"../../{path}", links / f"{number:02}-satchel")
            except FileExistsError:
                continue
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                with contextlib.suppress(OSError):
                    links.rmdir()
                    links.parent.rmdir()
                raise UsageError(
                    f"The drive's file system has no links, so clients would not find {path}.",
                    f"Use --destination-repo {_LINKS}/satchel, or none at all.",
                ) from error
            return


def open_repository(location: Location) -> Repository:
    with drive_errors("opening the repository"):
        return Repository.open(location.repository)
