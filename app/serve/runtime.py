"""The directory in which a web server has its files while it runs; it goes with us.

What one leaves that was killed the next one takes away: whoever is at work holds a lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path

from app.closing import Closing

_PREFIX = "satchel-serve-"
_HELD = "held"
_LONGEST = 60
"""Bytes of its path: that of a socket in it has room for 107 (unix(7))."""

_TEMPORARY = "/tmp"


class RuntimeDirectory(Closing):
    """Made when this is, removed when it is closed.

    Attributes:
        path: absolute, without links on the way.
    """

    def __init__(self, runtime: Path | None, *, others: bool) -> None:
        """``runtime``: the person's own; ``others``: other users have to get in. Raises OSError."""
        places = [] if others or runtime is None else [str(runtime)]
        places.append(tempfile.gettempdir())
        parent = next((place for place in places if _fits(place, others=others)), _TEMPORARY)
        _sweep(Path(parent))
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent)).resolve()
        if others:
            self.path.chmod(0o711)
        self._held = os.open(self.path / _HELD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._held)


def _fits(parent: str, *, others: bool) -> bool:
    if len(os.fsencode(parent)) > _LONGEST or not os.access(parent, os.W_OK | os.X_OK):
        return False
    way = [Path(parent).resolve(), *Path(parent).resolve().parents]
    return not others or all(above.stat().st_mode & stat.S_IXOTH for above in way)


def _sweep(parent: Path) -> None:
    with contextlib.suppress(OSError):
        for directory in parent.glob(f"{_PREFIX}*"):
            status = directory.lstat()
            if status.st_uid == os.geteuid() and directory.is_dir():
                _take_away(directory)


def _take_away(directory: Path) -> None:
    with contextlib.suppress(OSError), open(directory / _HELD, "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(directory, ignore_errors=True)
