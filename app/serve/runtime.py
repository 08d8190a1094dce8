"""The directory in which a web server has its files while it runs; it goes with us.

What one leaves that was killed the next one takes away: whoever is at work holds a lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from app.closing import Closing

_PREFIX = "satchel-serve-"
_HELD = "held"


class RuntimeDirectory(Closing):
    """Made when this is, removed when it is closed.

    Attributes:
        path: absolute, without links on the way.
        descriptor: of the directory, for whoever may not go the way there.
    """

    def __init__(self, runtime: Path | None, *, others: bool) -> None:
        """``runtime``: the person's own; ``others``: other users have to read it. Raises
        OSError."""
        parent = tempfile.gettempdir() if runtime is None or not runtime.is_dir() else str(runtime)
        _sweep(Path(parent))
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent)).resolve()
        if others:
            self.path.chmod(0o711)
        self.descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._held = os.open(self.path / _HELD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._held)
        os.close(self.descriptor)


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
