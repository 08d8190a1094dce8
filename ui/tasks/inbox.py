"""From any thread to the main thread.

A worker puts a value into the box and touches nothing of Qt; Qt's event loop wakes up by a file
descriptor and hands the values on, in their order, in the thread the box was made in. Qt's own
queued signals would do the same, but they take references of Python objects through C++.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class Inbox(QObject):
    """Values from other threads.

    Signals:
        arrived(object): one value, on the thread of the box, in the order they were posted.
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: deque[Any] = deque()
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._notifier = QSocketNotifier(self._descriptor, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self.deliver)

    def post(self, value: Any) -> None:
        """Send a value; from any thread, before `close`."""
        self._values.append(value)
        os.eventfd_write(self._descriptor, 1)

    def deliver(self) -> None:
        """Hand on what has arrived; also safe from within a slot of `arrived`."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._descriptor)
        while self._values:
            self.arrived.emit(self._values.popleft())

    def close(self) -> None:
        """Nobody posts any more."""
        self._notifier.setEnabled(False)
        os.close(self._descriptor)
