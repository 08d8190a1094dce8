"""The computer stays awake while a drive is written: a laptop that nods off spoils the night.

https://www.freedesktop.org/wiki/Software/systemd/inhibit/
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.drive.system_bus import SystemBus
from app.errors import DriveError

_SERVICE = "org.freedesktop.login1"
_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_ANSWER_SECONDS = 5.0


@contextmanager
def kept_awake(why: str) -> Iterator[None]:
    """While the block runs the computer does not go to sleep by itself.

    ``why`` is what desktops show. Where nobody can be asked, nothing happens.
    """
    lock = _ask(why)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _ask(why: str) -> int | None:
    """The descriptor that keeps it awake until it is closed; None where it cannot be had."""
    with suppress(DriveError), SystemBus(with_files=True) as bus:
        (lock,) = bus.call(
            _PATH,
            _MANAGER,
            "Inhibit",
            "ssss",
            ("sleep:idle", "Satchel", why, "block"),
            timeout=_ANSWER_SECONDS,
            service=_SERVICE,
        )
        return int(lock.to_raw_fd())
    return None
