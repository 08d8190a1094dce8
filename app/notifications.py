"""Tells the person something while they look elsewhere.

https://specifications.freedesktop.org/notification-spec/latest/
"""

from __future__ import annotations

from contextlib import suppress

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.auth import AuthenticationError
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import DBusErrorResponse

_SERVICE = DBusAddress(
    "/org/freedesktop/Notifications",
    "org.freedesktop.Notifications",
    "org.freedesktop.Notifications",
)
_ENTRY = "org.satchel.Satchel"
_ANSWER_SECONDS = 5.0
_AS_USUAL = -1


def notify(title: str, text: str, *, sound: bool = False, brief: bool = False) -> bool:
    """Show a notification; whether somebody took it. Blocks while the desktop answers.

    ``sound``: with the desktop's own for what has been completed, where it has one. ``brief``: it
    need not be kept, since the person looks at the window.

    The address is what ``DBUS_SESSION_BUS_ADDRESS`` says (jeepney reads it).
    """
    hints = {"desktop-entry": ("s", _ENTRY), "transient": ("b", brief)}
    if sound:
        # https://specifications.freedesktop.org/sound-naming-spec/latest/
        hints["sound-name"] = ("s", "complete")
    else:
        hints["suppress-sound"] = ("b", True)
    message = new_method_call(
        _SERVICE,
        "Notify",
        "susssasa{sv}i",
        # The text may be read as markup.
        ("Satchel", 0, _ENTRY, title, _escaped(text), [], hints, _AS_USUAL),
    )
    with suppress(
        OSError, AuthenticationError, DBusErrorResponse, RuntimeError, ValueError, KeyError
    ):
        with open_dbus_connection("SESSION", auth_timeout=_ANSWER_SECONDS) as connection:
            answer = connection.send_and_get_reply(message, timeout=_ANSWER_SECONDS)
        return bool(answer.header.message_type is MessageType.method_return)
    return False


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
