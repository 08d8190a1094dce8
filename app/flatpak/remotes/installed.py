"""The apps that flatpak has installed on this computer.

An installation has ``app/ID/ARCH/BRANCH/active``, a link to the directory that is in use; in it,
``deploy`` tells where it came from (``FLATPAK_DEPLOY_DATA_GVARIANT_STRING`` in flatpak's
``flatpak-dir-private.h``). Nothing here is verified: it says which apps somebody has, no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.flatpak.refs import Ref
from app.flatpak.remotes.configured import installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.formats.gvariant import FormatError, parse
from app.fs.files import read_bounded

_DEPLOY_DATA = "(ssasta{sv})"
_MAX_SIZE = 4 * 1024 * 1024
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class InstalledApp:
    """``origin``: the name that its remote has in the installation; empty if it does not tell."""

    ref: Ref
    origin: str


def installed_apps(flatpak: FlatpakDirectories) -> tuple[InstalledApp, ...]:
    """Of the user, the system, and the other installations; each ref once, by name. Reads files."""
    places, _ = installations(flatpak.user, flatpak.system, flatpak.configs)
    apps: dict[Ref, InstalledApp] = {}
    for place in places:
        for app in _installed_in(place.path):
            if len(apps) < _MOST:
                apps.setdefault(app.ref, app)
    return tuple(sorted(apps.values(), key=lambda app: str(app.ref)))


def _installed_in(installation: Path) -> Iterator[InstalledApp]:
    try:
        actives = sorted((installation / "app").glob("*/*/*/active"))
    except OSError:
        return
    for active in actives:
        id, arch, branch = active.parts[-4:-1]
        ref = Ref.parse_or_none(f"app/{id}/{arch}/{branch}")
        if ref is not None and (active / "deploy").is_file():
            yield InstalledApp(ref, _origin(active / "deploy"))


def _origin(path: Path) -> str:
    try:
        value = parse(_DEPLOY_DATA, read_bounded(path, _MAX_SIZE))[0].unpack()
    except (OSError, FormatError):
        return ""
    return value if isinstance(value, str) else ""
