"""What flatpak has installed on this computer.

An installation has ``KIND/ID/ARCH/BRANCH/active``, a link to the directory that is in use; in it,
``deploy`` tells where it came from (``FLATPAK_DEPLOY_DATA_GVARIANT_STRING`` in flatpak's
``flatpak-dir-private.h``). Nothing here is verified: it says what somebody has, no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from app.flatpak.refs import Ref
from app.flatpak.remotes.configured import installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.formats.gvariant import FormatError, parse
from app.fs.files import read_bounded
from app.ostree.objects import byteswap64, is_checksum

_DEPLOY_DATA = "(ssasta{sv})"
_MAX_SIZE = 4 * 1024 * 1024
_MOST = 10_000
_MOST_BYTES = 1 << 60


class InstalledRef(Struct, frozen=True):
    """An app, runtime or extension that is in use.

    Attributes:
        origin: the name that its remote has in the installation; empty if it does not tell.
        commit: of the remote; empty if it does not tell.
        subpaths: what there is of it, such as ``/de``; empty for all.
        size: bytes when installed; 0 if it does not tell.
        image: of what came from a container registry the digest, in hexadecimal; else empty.
    """

    ref: Ref
    origin: str
    commit: str = ""
    subpaths: tuple[str, ...] = ()
    size: int = 0
    image: str = ""


def installed_refs(installation: Path) -> tuple[InstalledRef, ...]:
    """Of one installation, by name. Reads files."""
    refs: list[InstalledRef] = []
    for kind in ("app", "runtime"):
        for ref in _installed_in(installation, kind):
            if len(refs) == _MOST:
                break
            refs.append(ref)
    return tuple(sorted(refs, key=lambda each: str(each.ref)))


def installed_apps(flatpak: FlatpakDirectories) -> tuple[InstalledRef, ...]:
    """Of the user, the system, and the other installations; each ref once, by name. Reads files."""
    places, _ = installations(flatpak.user, flatpak.system, flatpak.configs)
    apps: dict[Ref, InstalledRef] = {}
    for place in places:
        for app in _installed_in(place.path, "app"):
            if len(apps) < _MOST:
                apps.setdefault(app.ref, app)
    return tuple(sorted(apps.values(), key=lambda app: str(app.ref)))


def _installed_in(installation: Path, kind: str) -> Iterator[InstalledRef]:
    try:
        actives = sorted((installation / kind).glob("*/*/*/active"))
    except OSError:
        return
    for active in actives:
        id, arch, branch = active.parts[-4:-1]
        ref = Ref.parse_or_none(f"{kind}/{id}/{arch}/{branch}")
        if ref is not None and (active / "deploy").is_file():
            yield _read(ref, active / "deploy")


def _read(ref: Ref, path: Path) -> InstalledRef:
    try:
        value = parse(_DEPLOY_DATA, read_bounded(path, _MAX_SIZE))
        origin, commit = value[0].unpack(), value[1].unpack()
        subpaths, size = value[2].unpack(), byteswap64(value[3].unpack())
        image = value[4].get("alt-id", "s") or ""
    except (OSError, FormatError):
        return InstalledRef(ref, "")
    return InstalledRef(
        ref,
        origin,
        commit if is_checksum(commit) else "",
        tuple(subpaths),
        min(size, _MOST_BYTES),
        image if is_checksum(image) else "",
    )
