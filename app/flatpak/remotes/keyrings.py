"""The keys that flatpak on this computer checks a remote by, as libostree gathers them.

``_ostree_repo_gpg_prepare_verifier``: the remote's own keyring; where it has none, those of the
whole computer; and what its ``gpgkeypath`` names in any case. What cannot be read counts for
nothing: less is trusted then.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.formats.keyfile import MAX_SIZE
from app.fs.files import read_bounded

GLOBAL_DIRECTORY = Path("/usr/share/ostree/trusted.gpg.d")
"""Unless ``OSTREE_GPG_HOME`` names another one."""

KEYRING = ".trustedkeys.gpg"
"""How the name of a remote's own keyring ends."""

_NO_KEYRINGS = frozenset({"trustdb.gpg", "secring.gpg"})
_MOST = 100
"""Files of one directory."""


def remote_keys(repo: Path, name: str, gpgkeypath: str, everywhere: Path) -> tuple[bytes, ...]:
    """Key files of the remote ``name`` of a flatpak installation; ``name`` has been checked.

    ``gpgkeypath`` is as it is configured, ``everywhere`` the directory for all remotes.
    """
    own = repo / f"{name}{KEYRING}"
    keys = (read_bounded(own, MAX_SIZE),) if own.exists() else global_keys(everywhere)
    places = [Path(place) for place in re.split("[;,]", gpgkeypath) if place]
    return (*keys, *(key for place in places for key in _ascii_keys(place)))


def global_keys(everywhere: Path) -> tuple[bytes, ...]:
    """The keys for remotes that have none of their own."""
    named = (path for path in _files(everywhere) if path.name.endswith(".gpg"))
    return tuple(_read(path for path in named if path.name not in _NO_KEYRINGS))


def _ascii_keys(place: Path) -> Iterator[bytes]:
    yield from _read(_files(place) if place.is_dir() else [place])


def _files(directory: Path) -> list[Path]:
    try:
        entries = sorted(directory.iterdir())
    except OSError:
        return []
    return [path for path in entries if path.is_file() and not path.is_symlink()][:_MOST]


def _read(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with contextlib.suppress(OSError):
            yield read_bounded(path, MAX_SIZE)
