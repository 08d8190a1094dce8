"""What an app may do on a computer, in the few things that people want to know.

From ``[Context]`` and the bus policies of its metadata; see ``flatpak-metadata(5)``. A summary:
what is not named here is left out, and nothing here limits anything.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from app.flatpak.metadata import Metadata
from app.formats.keyfile import Keyfile, KeyfileError
from app.text import Policy, clean


class Power(StrEnum):
    """What it may do."""

    NETWORK = "network"
    ALL_FILES = "all-files"
    HOME = "home"
    SOME_FILES = "some-files"
    ALL_DEVICES = "all-devices"
    GRAPHICS = "graphics"
    SOUND = "sound"
    WATCH_WINDOWS = "watch-windows"
    PRINT = "print"
    SESSION_BUS = "session-bus"
    SYSTEM_BUS = "system-bus"
    ESCAPE = "escape"
    DEBUG = "debug"


WIDE = frozenset(
    {Power.ALL_FILES, Power.HOME, Power.ALL_DEVICES, Power.SESSION_BUS, Power.SYSTEM_BUS}
    | {Power.ESCAPE}
)
"""What leaves little of the walls around an app."""

WORDS = {
    Power.NETWORK: "uses the network",
    Power.ALL_FILES: "reads and changes all files",
    Power.HOME: "reads and changes the files in your home folder",
    Power.SOME_FILES: "uses these folders",
    Power.ALL_DEVICES: "uses all devices, such as cameras and game controllers",
    Power.GRAPHICS: "draws with the graphics card",
    Power.SOUND: "plays and records sound",
    Power.WATCH_WINDOWS: "can watch what other windows show (X11)",
    Power.PRINT: "prints",
    Power.SESSION_BUS: "talks to all programs of your session",
    Power.SYSTEM_BUS: "talks to all services of the computer",
    Power.ESCAPE: "can start programs outside its walls",
    Power.DEBUG: "can look into other programs",
}
"""For people, as in “It …”."""


class Permission(Struct, frozen=True):
    """``subjects``: the folders, for `Power.SOME_FILES`; with ``:ro`` where only to be read."""

    power: Power
    subjects: tuple[str, ...] = ()

    @property
    def wide(self) -> bool:
        return self.power in WIDE


_SOCKETS = {
    "x11": Power.WATCH_WINDOWS,
    "pulseaudio": Power.SOUND,
    "cups": Power.PRINT,
    "session-bus": Power.SESSION_BUS,
    "system-bus": Power.SYSTEM_BUS,
}
_ALL = frozenset({"host", "/"})
_HOME = frozenset({"home", "~", "~/"})
_ESCAPES = ("org.freedesktop.Flatpak", "org.freedesktop.systemd1")
_USABLE = frozenset({"talk", "own"})


def permissions(metadata: Metadata) -> tuple[Permission, ...]:
    """What an app may do; what leaves little of its walls comes first."""
    context = metadata.permissions
    powers: set[Power] = set()
    if "network" in context.get("shared", ()):
        powers.add(Power.NETWORK)
    powers.update(_SOCKETS[name] for name in context.get("sockets", ()) if name in _SOCKETS)
    devices = context.get("devices", ())
    if "all" in devices:
        powers.add(Power.ALL_DEVICES)
    elif "dri" in devices:
        powers.add(Power.GRAPHICS)
    if "devel" in context.get("features", ()):
        powers.add(Power.DEBUG)
    if any(_may_talk(metadata.keyfile, name) for name in _ESCAPES):
        powers.add(Power.ESCAPE)
    filesystems = (clean(entry, Policy.NAME) for entry in context.get("filesystems", ()))
    folders = [entry for entry in filesystems if entry and not entry.startswith("!")]
    places = {entry.removesuffix(":rw").removesuffix(":create") for entry in folders}
    if places & _ALL:
        powers.add(Power.ALL_FILES)
    elif places & _HOME:
        powers.add(Power.HOME)
    elif places:
        powers.add(Power.SOME_FILES)
    return tuple(
        Permission(power, tuple(sorted(places)) if power is Power.SOME_FILES else ())
        for power in sorted(powers, key=lambda power: (power not in WIDE, list(Power).index(power)))
    )


def _may_talk(keyfile: Keyfile, name: str) -> bool:
    try:
        policy = keyfile.string("Session Bus Policy", name)
    except KeyfileError:
        return False
    return policy in _USABLE
