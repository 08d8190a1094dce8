"""Links in flatpak's ``sideload-repos``: ours come and go, others' stay as they are.

A link of ours is a symbolic link, named ``satchel-`` and 16 hexadecimal digits, that belongs to
whoever runs this. Each leads to one repository, not to the drive: of a drive flatpak would take
every repository there is, also one that came after the check.

A user's directory outlasts a power cut, and would then lead to whatever is mounted at that place
next. So those links lead through others, in a directory that does not.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from app.client.registering.place import Place, Scope
from app.closing import Closing
from app.errors import UsageError
from app.fs.files import DIRECTORY_MODE, AccessDeniedError
from app.message import Message, verbatim

_NAME = re.compile(r"satchel-[0-9a-f]{16}")
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_TRIES = 3


class AlreadyWatchedError(UsageError):
    """Another process registers drives there."""


class NoLinksError(AccessDeniedError):
    """Links cannot be made there."""


class Link(Struct, frozen=True):
    """A link of ours, and the repository that it leads to."""

    path: Path
    repository: Path


class SideloadLinks(Closing):
    """The links of one place, for one process at a time.

    Those that an earlier process has left are gone once this is made.
    """

    def __init__(self, place: Place) -> None:
        """Raises AlreadyWatchedError, NoLinksError."""
        self._place = place
        self._made: list[Link] = []
        with contextlib.ExitStack() as stack, _understood(place):
            # flatpak may not have been used yet.
            place.links.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
            if place.through is not None:
                place.through.mkdir(0o700, parents=True, exist_ok=True)
            # The directory itself is locked: no file of ours lies where flatpak looks.
            self._directory = os.open(place.links, _DIRECTORY)
            stack.callback(os.close, self._directory)
            try:
                fcntl.flock(self._directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyWatchedError(
                    Message("Satchel watches drives already, for {links}.", links=place.links),
                    Message("satchel watch --status tells more."),
                ) from error
            self._sweep()
            self._open = stack.pop_all()

    def add(self, repository: Path) -> Link:
        """Link a repository: an absolute path. Raises NoLinksError."""
        with _understood(self._place):
            for _ in range(_TRIES):
                name = f"satchel-{secrets.token_hex(8)}"
                with contextlib.suppress(FileExistsError):
                    return self._add(name, repository)
            raise FileExistsError(self._place.links)

    def _add(self, name: str, repository: Path) -> Link:
        target = repository
        if self._place.through is not None:
            # First what is behind it: flatpak never sees a link that leads nowhere.
            target = self._place.through / name
            target.symlink_to(repository)
        try:
            os.symlink(target, name, dir_fd=self._directory)
        except OSError:
            if target is not repository:
                target.unlink(missing_ok=True)
            raise
        link = Link(self._place.links / name, repository)
        self._made.append(link)
        return link

    def remove(self, link: Link) -> None:
        """Remove what `add` has made; it may have gone."""
        self._made.remove(link)
        self._remove(link.path.name)

    def keep(self) -> None:
        """Leave them when this is closed."""
        self._made.clear()

    def close(self) -> None:
        """Remove those that were made."""
        for link in tuple(self._made):
            self.remove(link)
        self._open.close()

    def _sweep(self) -> None:
        for name in _names_of_ours(self._directory):
            self._remove(name)
        if self._place.through is not None:
            for name in filter(_NAME.fullmatch, os.listdir(self._place.through)):
                (self._place.through / name).unlink(missing_ok=True)

    def _remove(self, name: str) -> None:
        with contextlib.suppress(OSError):
            if _is_ours(self._directory, name):
                os.unlink(name, dir_fd=self._directory)
        if self._place.through is not None:
            with contextlib.suppress(OSError):
                (self._place.through / name).unlink()


def links_of_ours(place: Place) -> tuple[Link, ...]:
    """Those that are there now, by name, whoever made them."""
    try:
        directory = os.open(place.links, _DIRECTORY)
    except OSError:
        return ()
    links = []
    try:
        for name in sorted(_names_of_ours(directory)):
            with contextlib.suppress(OSError):
                target = Path(os.readlink(name, dir_fd=directory))
                if place.through is not None and target.parent == place.through:
                    target = target.readlink()
                links.append(Link(place.links / name, target))
    finally:
        os.close(directory)
    return tuple(links)


def _names_of_ours(directory: int) -> list[str]:
    return [name for name in os.listdir(directory) if _is_ours(directory, name)]


def _is_ours(directory: int, name: str) -> bool:
    """Everybody may put links where flatpak's own service looks, whatever they are called."""
    if not _NAME.fullmatch(name):
        return False
    try:
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISLNK(status.st_mode) and status.st_uid == os.geteuid()


@contextlib.contextmanager
def _understood(place: Place) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = (
            Message("Run it as root, or for yourself with --user.")
            if place.scope is Scope.SYSTEM
            else Message("Look at whose the directory is.")
        )
        raise NoLinksError(
            Message(
                "Drives cannot be registered in {links}: {error}.",
                links=place.links,
                error=verbatim(error.strerror or error),
            ),
            hint,
        ) from error
