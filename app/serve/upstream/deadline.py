"""How long upstream is given, and that nobody waits for it any more when serving ends."""

from __future__ import annotations

import threading
import time

from app.errors import InterruptedByUser
from app.message import Message


class Deadline:
    """A `Cancel` that ends what takes too long."""

    paused = False

    def __init__(self, seconds: float, closing: threading.Event) -> None:
        self._until = time.monotonic() + seconds
        self._closing = closing

    def check(self) -> None:
        if self._closing.is_set() or time.monotonic() > self._until:
            raise InterruptedByUser(Message("It took too long."))
