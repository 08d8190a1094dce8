"""A drive that everybody may write to gets a stick that everybody may add to.

User numbers differ between computers: on the next one the maker of a stick is nobody in
particular. `satchel format` makes ext4 so that anybody may write; what a job adds keeps to that.

Why: decision D43.
"""

from __future__ import annotations

import contextlib
import stat
from pathlib import PurePosixPath

from app.fs.nodes import Node
from app.fs.root import Root
from app.stick.store.location import Location

_EVERYBODY = 0o777
_LOCK = ".lock"
_LOCK_MODE = 0o666


def share(location: Location) -> None:
    """Open the stick's directories to all, if the drive's top directory is.

    Not where the sticky bit asks to leave other people's files alone, as in ``/tmp``. Files are
    replaced and never changed, but for the lock. What belongs to others, and file systems without
    permissions, stay as they are.
    """
    with contextlib.suppress(OSError):
        mode = location.drive.status().st_mode
        if not mode & stat.S_IWOTH or mode & stat.S_ISVTX:
            return
        top = PurePosixPath(location.repository_path).parts[0]
        places = (location.drive.below(top), location.repository, location.kit)
        for place in dict.fromkeys(places):
            _open_directories(place)
        _allow(location.repository, _LOCK, _LOCK_MODE)


def make_writable(location: Location) -> None:
    """Give its owner the right to write back, where somebody has taken it from everything, as
    whoever copies from a read-only medium does. What belongs to others stays as it is.
    """
    repository = location.repository
    suspects = ((location.drive, "."), (repository, "."), (repository, "objects"))
    if not any(_is_closed(*place) for place in (*suspects, (repository, _LOCK))):
        return
    _let_owner_write(location.drive, ".")
    top = PurePosixPath(location.repository_path).parts[0]
    for place in dict.fromkeys((location.drive.below(top), repository, location.kit)):
        _let_owner_write(place, ".")
        for entry in place.walk():
            if entry.node in (Node.DIRECTORY, Node.FILE):
                _let_owner_write(place, entry.path)


def _is_closed(root: Root, path: str) -> bool:
    with contextlib.suppress(OSError):
        return not root.status(path).st_mode & stat.S_IWUSR
    return False


def _let_owner_write(root: Root, path: str) -> None:
    with contextlib.suppress(OSError):
        mode = stat.S_IMODE(root.status(path).st_mode)
        if not mode & stat.S_IWUSR:
            root.allow(path, mode | stat.S_IWUSR)


def _open_directories(place: Root) -> None:
    _allow(place, ".", _EVERYBODY)
    for entry in place.walk():
        if entry.node is Node.DIRECTORY:
            _allow(place, entry.path, _EVERYBODY)


def _allow(root: Root, path: str, mode: int) -> None:
    with contextlib.suppress(OSError):
        root.allow(path, mode)
