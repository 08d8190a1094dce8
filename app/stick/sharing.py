"""A drive that everybody may write to gets a stick that everybody may add to.

User numbers differ between computers: on the next one the maker of a stick is nobody in
particular. `satchel format` makes ext4 so that anybody may write; what a job adds keeps to that.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path, PurePosixPath

from app.stick.location import Location

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
        mode = os.stat(location.root).st_mode
        if not mode & stat.S_IWOTH or mode & stat.S_ISVTX:
            return
        top = PurePosixPath(location.repository_path).parts[0]
        for place in dict.fromkeys((location.root / top, location.repository, location.kit)):
            _open_directories(place)
        _allow(location.repository / _LOCK, _LOCK_MODE)


def _open_directories(place: Path) -> None:
    for directory, _, _ in os.walk(place):
        _allow(Path(directory), _EVERYBODY)


def _allow(path: Path, mode: int) -> None:
    with contextlib.suppress(OSError):
        if stat.S_IMODE(os.lstat(path).st_mode) != mode:
            os.chmod(path, mode)
