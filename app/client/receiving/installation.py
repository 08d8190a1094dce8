"""An installation of flatpak's that is installed to: its remotes, and what is in it already."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.configured import Installation, configured_remotes
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed import InstalledRef, installed_refs
from app.flatpak.remotes.installed_versions import commit_made
from app.flatpak.remotes.remote import Remote
from app.ostree.names import origin_remote


class Scope(StrEnum):
    """Whom something is installed for."""

    USER = "user"
    SYSTEM = "system"


def usual_scope() -> Scope:
    """Whom root installs for, and whom everybody else does."""
    return Scope.SYSTEM if os.geteuid() == 0 else Scope.USER


class Place(Struct, frozen=True):
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
        """Whether this process may change how its remotes are configured.

        Where nothing was ever installed, what counts is whether it may make the directory.
        """
        there = next(path for path in (self.repo, *self.repo.parents) if path.exists())
        return os.access(there, os.W_OK)

    def remotes(self, keyrings: Path) -> tuple[Remote, ...]:
        """Those that can be installed from; ``keyrings`` as in `FlatpakDirectories`."""
        return configured_remotes([Installation(self.scope, self.path)], keyrings).remotes

    def installed(self) -> dict[str, InstalledRef]:
        """By full ref. What cannot be read is left out."""
        return {str(each.ref): each for each in installed_refs(self.path) if each.commit}

    def made(self, commit: str) -> int | None:
        """When a commit that is in the installation was made, seconds since 1970."""
        return commit_made(self.path, commit)


def twins(remotes: tuple[Remote, ...], collection: str, name: str) -> frozenset[str]:
    """The names of the remotes that are as good as ``name``: those of the same collection, or
    where that has no ID, of the same address."""
    if origin_remote(collection) is not None:
        urls = [remote.url for remote in remotes if remote.name == name]
        same = {each.name for each in remotes if any(same_place(each.url, url) for url in urls)}
    else:
        same = {remote.name for remote in remotes if remote.collection_id == collection}
    return frozenset({name, *same})


def installed_elsewhere(place: Place, flatpak: FlatpakDirectories) -> Mapping[str, InstalledRef]:
    """What flatpak takes for there when it installs for one person: the system's."""
    if place.scope is Scope.SYSTEM:
        return {}
    return Place.of(Scope.SYSTEM, flatpak).installed()
