"""Asks this computer what a drive for it has to have.

All of it stands in flatpak's installations (`app.flatpak.remotes.configured`,
`app.flatpak.remotes.installed`), but for what only the installed flatpak knows: its version, its
architectures and the graphics driver. ``needs.sh`` reads the same without Satchel.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.credentials import public_address
from app.flatpak.refs import host_arch, is_valid_remote_name
from app.flatpak.remotes.configured import Installation, installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed import installed_refs
from app.flatpak.remotes.lent import own_address
from app.flatpak.remotes.remote import RemoteOrigin
from app.formats.keyfile import MAX_SIZE, Keyfile, KeyfileError
from app.fs.files import read_bounded
from app.languages import is_language
from app.stick.store.needs import (
    ALL_LANGUAGES,
    ClientInstallation,
    ClientRef,
    ClientRemote,
    Needs,
    Scope,
    dump_needs,
    parse_needs,
)
from app.text import Policy, clean
from app.trust.keyring import BadKeyError, Keyring

_REMOTE_GROUP = re.compile(r'remote "(.*)"')
_CORE = "core"
_PATIENCE = 60.0
"""Seconds that flatpak may take to say what it is."""

_MOST_SAID = 64 * 1024
_CLUSTER = 1024
_STRANGE = re.compile(r"[\s\\\"\x00-\x1f\x7f]")

AskFlatpak = Callable[[str], tuple[str, ...]]
"""What ``flatpak OPTION`` answers, line by line; nothing where there is no flatpak."""


def gather_needs(
    flatpak: FlatpakDirectories, languages: Sequence[str], now: float, ask: AskFlatpak | None = None
) -> Needs:
    """What this computer has and is. Reads files, and starts flatpak and gpg.

    Args:
        languages: the person's, where flatpak is not told which to install.
        now: seconds since 1970.
        ask: in place of the installed flatpak.
    """
    asked = ask or ask_flatpak
    places, _ = installations(flatpak.user, flatpak.system, flatpak.configs)
    version = next(iter(asked("--version")), "").split()
    needs = Needs(
        host=clean(os.uname().nodename, Policy.NAME),
        made=max(0, int(now)),
        architectures=asked("--supported-arches") or (host_arch(),),
        flatpak=version[-1] if version else "",
        gl_drivers=asked("--gl-drivers"),
        languages=_languages(places, languages),
        installations=tuple(map(_installation, places)),
    )
    # Held against what may stand in such a file: what comes from flatpak's files is as strange.
    return parse_needs(dump_needs(needs), needs.host)


def ask_flatpak(option: str) -> tuple[str, ...]:
    """As `AskFlatpak`, of the one that is installed."""
    try:
        done = subprocess.run(
            ["flatpak", option],
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    lines = done.stdout[:_MOST_SAID].decode(errors="replace").splitlines()
    return tuple(filter(None, map(str.strip, lines)))


def _languages(places: Sequence[Installation], fallback: Sequence[str]) -> tuple[str, ...]:
    """Those set for an installation, the user's before the system's; else the person's, with what
    is set in addition. Empty is flatpak's word for all (``flatpak_dir_get_locale_languages``).
    """
    extra: list[str] = []
    for place in places:
        config = _config(place)
        said = config.string(_CORE, "xa.languages")
        if said is not None:
            return _known(said.split(";")) or (ALL_LANGUAGES,)
        extra += (config.string(_CORE, "xa.extra-languages") or "").split(";")
    return _known((*fallback, *extra))


def _known(languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(is_language, languages)))


def _config(place: Installation) -> Keyfile:
    """Empty for an installation that has none, or one that flatpak could not read either."""
    try:
        return Keyfile.parse(read_bounded(place.path / "repo" / "config", MAX_SIZE))
    except (OSError, KeyfileError):
        return Keyfile({})


def _installation(place: Installation) -> ClientInstallation:
    return ClientInstallation(
        kind=Scope.USER if place.origin is RemoteOrigin.USER else Scope.SYSTEM,
        free=_free(place.path),
        remotes=tuple(_remotes(place)),
        installed=tuple(_installed(place.path)),
    )


def _free(path: Path) -> int | None:
    """Bytes for whoever asks, where the installation is or would be; whole kibibytes, as df has."""
    while not path.exists() and path != path.parent:
        path = path.parent
    try:
        status = os.statvfs(path)
    except OSError:
        return None
    return status.f_bavail * status.f_frsize // _CLUSTER * _CLUSTER


def _remotes(place: Installation) -> Iterator[ClientRemote]:
    config = _config(place)
    for group in config.groups:
        match = _REMOTE_GROUP.fullmatch(group)
        if match is None or not is_valid_remote_name(match[1]):
            continue
        disabled, url = False, ""
        with contextlib.suppress(KeyfileError):
            disabled = config.boolean(group, "xa.disable")
        with contextlib.suppress(KeyfileError):
            url = own_address(config, group)
        yield ClientRemote(
            name=match[1],
            collection=_text(config, group, "collection-id"),
            address=_address(url),
            keys=_fingerprints(place.path / "repo" / f"{match[1]}.trustedkeys.gpg"),
            disabled=disabled,
        )


def _text(config: Keyfile, group: str, key: str) -> str:
    try:
        return config.string(group, key) or ""
    except KeyfileError:
        return ""


def _address(url: str) -> str:
    """Of the web only: a path on this computer says who uses it."""
    if not url.startswith(("http://", "https://")) or _STRANGE.search(url):
        return ""
    return public_address(url)


def _fingerprints(path: Path) -> tuple[str, ...] | None:
    """Of the remote's own keys, in order; None if they cannot be read."""
    try:
        data = read_bounded(path, MAX_SIZE)
    except FileNotFoundError:
        return ()
    except OSError:
        return None
    try:
        with Keyring([data] if data else []) as keyring:
            return tuple(sorted(key.fingerprint for key in keyring.keys))
    except BadKeyError:
        return None


def _installed(path: Path) -> Iterator[ClientRef]:
    for each in installed_refs(path):
        if each.commit:
            yield ClientRef(each.ref, each.commit, each.origin)
