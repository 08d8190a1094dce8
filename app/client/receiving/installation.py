"""An installation of flatpak's that is installed to: its remotes, and what is in it already.

An installation has ``KIND/ID/ARCH/BRANCH/active``, a link to the directory that is in use; in it,
``deploy`` tells from where and which commit (``FLATPAK_DEPLOY_DATA_GVARIANT_STRING`` in flatpak's
``flatpak-dir-private.h``).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.flatpak.refs import Ref
from app.flatpak.remotes.configured import Installation, configured_remotes
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.remote import Remote
from app.formats.gvariant import FormatError, parse
from app.fs.files import read_bounded
from app.ostree.objects import MAX_METADATA_SIZE, Commit, ObjectKind, ObjectName, is_checksum

_DEPLOY_DATA = "(ssasta{sv})"
_MAX_SIZE = 4 * 1024 * 1024


class Scope(StrEnum):
    """Whom something is installed for."""

    USER = "user"
    SYSTEM = "system"


def usual_scope() -> Scope:
    """Whom root installs for, and whom everybody else does."""
    return Scope.SYSTEM if os.geteuid() == 0 else Scope.USER


@dataclass(frozen=True, slots=True)
class InstalledRef:
    """``origin``: the remote that it came from, by its name in the installation."""

    commit: str
    origin: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where is installed to.

    Attributes:
        path: the installation's directory.
    """

    scope: Scope
    path: Path

    @classmethod
    def of(cls, scope: Scope, flatpak: FlatpakDirectories) -> Place:
        return cls(scope, flatpak.system if scope is Scope.SYSTEM else flatpak.user)

    @property
    def option(self) -> str:
        """flatpak's option for it."""
        return f"--{self.scope}"

    @property
    def repo(self) -> Path:
        return self.path / "repo"

    @property
    def config(self) -> Path:
        """Where its remotes are configured."""
        return self.repo / "config"

    @property
    def writable(self) -> bool:
        """Whether this process may change how its remotes are configured."""
        return not self.repo.exists() or os.access(self.repo, os.W_OK)

    def remotes(self, keyrings: Path) -> tuple[Remote, ...]:
        """Those that can be installed from; ``keyrings`` as in `FlatpakDirectories`."""
        return configured_remotes([Installation(self.scope, self.path)], keyrings).remotes

    def installed(self) -> dict[str, InstalledRef]:
        """By full ref. What cannot be read is left out."""
        refs = {}
        for kind in ("app", "runtime"):
            for active in sorted((self.path / kind).glob("*/*/*/active")):
                ref = Ref.parse_or_none("/".join((kind, *active.parts[-4:-1])))
                known = _deployed(active) if ref is not None else None
                if known is not None:
                    refs[str(ref)] = known
        return refs

    def made(self, commit: str) -> int | None:
        """When a commit that is in the installation was made, seconds since 1970."""
        path = self.repo / "objects" / ObjectName(commit, ObjectKind.COMMIT).path
        with contextlib.suppress(OSError, FormatError):
            return Commit.parse(read_bounded(path, MAX_METADATA_SIZE)).timestamp
        return None


def _deployed(active: Path) -> InstalledRef | None:
    try:
        value = parse(_DEPLOY_DATA, read_bounded(active / "deploy", _MAX_SIZE))
        origin, commit = value[0].unpack(), value[1].unpack()
    except (OSError, FormatError):
        return None
    if not isinstance(origin, str) or not isinstance(commit, str) or not is_checksum(commit):
        return None
    return InstalledRef(commit, origin)


def twins(remotes: tuple[Remote, ...], collection: str, name: str) -> frozenset[str]:
    """The names of the remotes that are as good as ``name``: those of the same collection."""
    same = {remote.name for remote in remotes if remote.collection_id == collection}
    return frozenset({name, *same})


def installed_elsewhere(place: Place, flatpak: FlatpakDirectories) -> Mapping[str, InstalledRef]:
    """What flatpak takes for there when it installs for one person: the system's."""
    if place.scope is Scope.SYSTEM:
        return {}
    return Place.of(Scope.SYSTEM, flatpak).installed()
