"""The environment as the process's variables describe it. The only module that reads them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import load_settings

if TYPE_CHECKING:
    from app.flatpak.remotes.directories import FlatpakDirectories
    from app.settings import LoadedSettings
    from app.stick.environment import Environment

_NO_HOME = Path("/nonexistent")

# Where distributions keep the certificate authorities; libcurl as Python packages bring it does
# not know this system's place.
_CA_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def read_environment(
    variables: Mapping[str, str], *, load: Callable[[Path], LoadedSettings] = load_settings
) -> Environment:
    """What ``variables`` of the process, and the settings that they lead to, say; reads files.

    ``load``: reads the settings from their directory.
    """
    from app.ostree.pull.fetch import Network
    from app.stick.environment import CACHE_NAME, Environment

    config = _directory(variables, "XDG_CONFIG_HOME", ".config") / "satchel"
    loaded = load(config)
    return Environment(
        config=config,
        state=_directory(variables, "XDG_STATE_HOME", ".local/state") / "satchel",
        default_cache=_directory(variables, "XDG_CACHE_HOME", ".cache") / CACHE_NAME,
        system_languages=_languages(variables),
        default_network=Network(ca_bundle=_ca_bundle(variables)),
        flatpak=_flatpak(variables),
        settings=loaded.settings,
        notices=loaded.notices,
        loops_are_removable=loops_are_removable(variables),
        runtime=runtime_directory(variables),
        variables=dict(variables),
    )


def runtime_directory(variables: Mapping[str, str]) -> Path | None:
    """The person's own directory while they are logged in; None if there is none."""
    value = variables.get("XDG_RUNTIME_DIR", "")
    if not os.path.isabs(value):
        return None
    sandbox = variables.get("FLATPAK_ID", "")
    # In a flatpak's sandbox the directory is another each time, but for this in it.
    return Path(value, "app", sandbox) if sandbox else Path(value)


def loops_are_removable(variables: Mapping[str, str]) -> bool:
    """Whether loop devices count as drives that can be carried away; for tests."""
    return variables.get("SATCHEL_LOOP_IS_REMOVABLE") == "1"


def _directory(variables: Mapping[str, str], variable: str, default: str) -> Path:
    value = variables.get(variable, "")
    home = Path(variables.get("HOME") or os.path.expanduser("~"))
    if not home.is_absolute():
        # Of somebody whom this computer does not know, as in a container: nothing is kept there.
        home = _NO_HOME
    return Path(value) if os.path.isabs(value) else home / default


def _languages(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Best first."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = variables.get(variable)
        if value:
            return tuple(part.partition(".")[0] for part in value.split(":") if part)
    return ()


def _ca_bundle(variables: Mapping[str, str]) -> str | None:
    named = [
        value
        for variable in ("CURL_CA_BUNDLE", "SSL_CERT_FILE")
        if (value := variables.get(variable))
    ]
    # What somebody chose comes before what only repeats the system's own place.
    named.sort(key=lambda path: path in _CA_BUNDLES)
    return next((path for path in (*named, *_CA_BUNDLES) if os.path.isfile(path)), None)


def _flatpak(variables: Mapping[str, str]) -> FlatpakDirectories:
    from app.flatpak.remotes.directories import FlatpakDirectories
    from app.flatpak.remotes.keyrings import GLOBAL_DIRECTORY

    data = _directory(variables, "XDG_DATA_HOME", ".local/share")
    config = Path(variables.get("FLATPAK_CONFIG_DIR") or "/etc/flatpak")
    return FlatpakDirectories(
        user=_directory(variables, "FLATPAK_USER_DIR", str(data / "flatpak")),
        system=Path(variables.get("FLATPAK_SYSTEM_DIR") or "/var/lib/flatpak"),
        configs=(config, Path("/usr/share/flatpak")),
        keyrings=Path(variables.get("OSTREE_GPG_HOME") or GLOBAL_DIRECTORY),
        run=Path(variables.get("FLATPAK_RUN_DIR") or "/run/flatpak"),
        root=Path(variables.get("OSTREE_SYSROOT") or "/"),
        cache=_directory(variables, "XDG_CACHE_HOME", ".cache") / "flatpak/system-cache",
    )
