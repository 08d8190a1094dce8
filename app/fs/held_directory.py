"""Directories for a while: a lock tells those at work from what killed processes have left."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

_HELD = "held"


def make_held_directory(parent: Path, prefix: str) -> tuple[Path, int]:
    """A new one, of nobody else, and the descriptor of its lock: closed, it may be taken away by
    the next one. What others have left goes first. Raises OSError."""
    drop_left(parent, prefix)
    while True:
        directory = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        try:
            held = os.open(directory / _HELD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            continue
        except OSError:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        fcntl.flock(held, fcntl.LOCK_EX)
        # Whoever starts in the same moment may have taken it for one that was left.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.stat(directory / _HELD), os.fstat(held)):
                return directory, held
        os.close(held)


def drop_left(parent: Path, prefix: str) -> None:
    """Remove what those of us have left that were killed."""
    with contextlib.suppress(OSError):
        for directory in parent.glob(f"{prefix}*"):
            if not directory.is_symlink() and directory.lstat().st_uid == os.geteuid():
                _drop(directory)


def _drop(directory: Path) -> None:
    with contextlib.suppress(OSError):
        held = os.open(directory / _HELD, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory, ignore_errors=True)
        finally:
            os.close(held)
