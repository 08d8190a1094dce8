"""Waiting until a window has come where it was led."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

_PATIENCE = 3000
_TURN_MS = 20


def settle(until: Callable[[], bool], patience: int = _PATIENCE) -> None:
    """Let Qt work until something is the case. Raises TimeoutError after ``patience`` turns of 20
    milliseconds: a computer that is busy, or a process that was stopped meanwhile, has as many."""
    for _ in range(patience):
        if until():
            return
        loop = QEventLoop()
        QTimer.singleShot(_TURN_MS, loop.quit)
        loop.exec()
    raise TimeoutError("the state did not come about")
