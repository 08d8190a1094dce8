"""Shows progress where the desktop shows the program: in its taskbar or dock.

https://wiki.ubuntu.com/Unity/LauncherAPI, as Plasma, Dash to Dock and others have taken it up.
"""

from __future__ import annotations

import threading
from contextlib import suppress

from jeepney import DBusAddress, new_signal
from jeepney.auth import AuthenticationError
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_ENTRY = "application://org.satchel.Satchel.desktop"
_SOURCE = DBusAddress("/org/satchel/Satchel", interface="com.canonical.Unity.LauncherEntry")
_ANSWER_SECONDS = 5.0


class LauncherEntry:
    """Satchel's own, for any thread. Desktops forget what it shows when it is closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: DBusConnection | None = None
        self._over = False

    def show(self, share: float | None) -> None:
        """Progress from 0 to 1; None for none. Blocks while it connects.

        Where there is no bus, nobody is asked again.
        """
        with self._lock:
            if self._over:
                return
            try:
                if self._connection is None:
                    # The address is what DBUS_SESSION_BUS_ADDRESS says (jeepney reads it).
                    self._connection = open_dbus_connection("SESSION", auth_timeout=_ANSWER_SECONDS)
                self._connection.send(_update(share))
            except (OSError, AuthenticationError, RuntimeError, ValueError, KeyError):
                self._end()

    def close(self) -> None:
        with self._lock:
            self._end()

    def _end(self) -> None:
        self._over = True
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None


def _update(share: float | None) -> object:
    values = {"progress": ("d", share or 0.0), "progress-visible": ("b", share is not None)}
    return new_signal(_SOURCE, "Update", "sa{sv}", (_ENTRY, values))
