"""Waiting until a window has come where it was led."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

_PATIENCE = 60.0


def settle(until: Callable[[], bool], patience: float = _PATIENCE) -> None:
    """Let Qt work until something is the case. Raises TimeoutError."""
    end = time.monotonic() + patience
    while not until():
        if time.monotonic() > end:
            raise TimeoutError("the state did not come about")
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()
