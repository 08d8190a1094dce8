"""The directory in which a web server has its files while it runs; it goes with us.

What one leaves that was killed the next one takes away: whoever is at work holds a lock.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from app.closing import Closing
from app.fs.held_directory import make_held_directory

_PREFIX = "satchel-serve-"


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
        directory, self._held = make_held_directory(Path(parent), _PREFIX)
        self.path = directory.resolve()
        if others:
            self.path.chmod(0o711)
        self.descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._held)
        os.close(self.descriptor)
