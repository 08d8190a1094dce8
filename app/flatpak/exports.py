"""What of an app flatpak refuses only when it deploys it: its bus names and what it exports.

Follows ``flatpak_context_load_metadata`` (``common/flatpak-context.c``) and ``rewrite_export_dir``
(``common/flatpak-dir.c``), which every version does for apps, and for nothing else. No I/O.
"""

from __future__ import annotations

import re
from typing import Final

from app.formats.keyfile import Keyfile, KeyfileError
from app.message import NOTHING, Message

READ: Final = {
    "share/applications": ".desktop",
    "share/dbus-1/services": ".service",
    "share/gnome-shell/search-providers": ".ini",
}
"""Directories below ``export`` → endings of the files in them that flatpak reads as key files."""

_POLICIES = ("Session Bus Policy", "System Bus Policy")
_CONTEXT = "Context"
_LISTS = ("shared", "sockets", "devices", "features")
_PATHS = ("filesystems", "persistent")
_BUS_NAME = re.compile(r"[A-Za-z_-][\w-]*(\.[A-Za-z_-][\w-]*)+", re.ASCII)
_MOST_NAME = 255


def permission_problem(metadata: Keyfile) -> Message:
    """Why flatpak refuses what the metadata of an app asks for; empty if it does not."""
    for group in _POLICIES:
        for key in metadata.keys(group):
            name = key.removesuffix(".*")
            if len(name) > _MOST_NAME or not _BUS_NAME.fullmatch(name):
                return Message(
                    "its metadata has {key} for a name on the bus", key=repr(key[:_MOST_NAME])
                )
    try:
        for key in _LISTS:
            metadata.strings(_CONTEXT, key)
        for key in _PATHS:
            for path in metadata.strings(_CONTEXT, key) or ():
                if not path.isprintable():
                    return Message(
                        "its metadata has {path} for a path", path=repr(path[:_MOST_NAME])
                    )
    except KeyfileError as error:
        return Message("its metadata cannot be read, {error}", error=error)
    return NOTHING


def own_names(app: str, metadata: Keyfile) -> tuple[str, ...]:
    """How the names of files begin that an app may export: other ones flatpak first removes and
    then wants to read."""
    group = _POLICIES[0]
    owned = (key for key in metadata.keys(group) if metadata.raw(group, key) == "own")
    return (app, *(key.removesuffix(".*") for key in owned))


def export_problem(name: str, data: bytes, names: tuple[str, ...]) -> Message:
    """Why flatpak refuses a file of `READ`; empty if it does not. ``names``: see `own_names`."""
    if not name.startswith(names if name.endswith(".service") else names[:1]):
        return Message("it exports {name}, which is not its own", name=name)
    try:
        keyfile = Keyfile.parse(data)
        told = keyfile.string("D-BUS Service", "Name") if name.endswith(".service") else None
    except KeyfileError as error:
        return Message("it exports {name}, which is no key file, {error}", name=name, error=error)
    if name.endswith(".service") and told != name.removesuffix(".service"):
        return Message("it exports {name}, which is for another name on the bus", name=name)
    return NOTHING
