"""What the window did and what failed, for those who are asked for help. Only in memory."""

from __future__ import annotations

import platform
import time
from collections import deque

from PySide6.QtCore import qVersion

from app import __version__
from app.errors import InterruptedByUser, SatchelError
from app.progress import Event, Notice, PhaseStarted

_MOST = 1000


class ActivityLog:
    """The last thousand lines, in English: they are for whoever mends it."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_MOST)

    @property
    def text(self) -> str:
        """With what is running it."""
        system = f"{platform.system()} {platform.release()}"
        about = f"Satchel {__version__}, Python {platform.python_version()}, Qt {qVersion()}"
        return "\n".join((f"{about}, {system}", *self._lines))

    def hear(self, event: Event) -> None:
        """What work reports; only what is worth a line."""
        match event:
            case PhaseStarted(phase):
                self._add(f"Phase: {phase.value}")
            case Notice(severity, message, hint):
                self._add(f"{severity.value.capitalize()}: {message} {hint}".rstrip())

    def fail(self, error: SatchelError) -> None:
        if not isinstance(error, InterruptedByUser):
            self._add(f"{type(error).__name__}: {error.message} {error.hint}".rstrip())
            details = getattr(error, "details", "")
            if details:
                self._lines.extend(str(details).rstrip().splitlines())

    def _add(self, line: str) -> None:
        self._lines.append(f"{time.strftime('%H:%M:%S')} {line}")
