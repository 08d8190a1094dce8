"""The remotes that flatpak's installations on this computer have.

They stand in ``repo/config`` of each installation, their keys beside it in
``NAME.trustedkeys.gpg``; see ``flatpak-remote(5)``, ``flatpak-installation(5)`` and
``ostree.repo-config(5)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from app.errors import UsageError
from app.flatpak.remotes.access import Access
from app.flatpak.remotes.filters import RefFilter
from app.flatpak.remotes.keyrings import GLOBAL_DIRECTORY, KEYRING, remote_keys
from app.flatpak.remotes.known import Known, files_in, left_out, reason_of
from app.flatpak.remotes.lent import own_address
from app.flatpak.remotes.remote import (
    Registry,
    RegistryError,
    Remote,
    RemoteOrigin,
    checked,
)
from app.formats.keyfile import MAX_SIZE, Keyfile, KeyfileError
from app.fs.files import read_bounded
from app.message import Message, verbatim
from app.progress import Notice
from app.replacing import replace
from app.text import Policy, clean

_REMOTE_GROUP = re.compile(r'remote "(.*)"')
_INSTALLATION_GROUP = re.compile(r'Installation "(.*)"')


class Installation(Struct, frozen=True):
    """A place flatpak installs to. ``name``: ``user``, ``system``, or what the system calls it."""

    name: str
    path: Path
    title: str = ""

    @property
    def origin(self) -> RemoteOrigin:
        own = self.name in (RemoteOrigin.USER, RemoteOrigin.SYSTEM)
        return RemoteOrigin(self.name) if own else RemoteOrigin.INSTALLATION


def installations(
    user: Path | None, system: Path | None, config_dirs: Sequence[Path]
) -> tuple[tuple[Installation, ...], tuple[Notice, ...]]:
    """The user's, the system's, and those that ``installations.d`` of ``config_dirs`` adds.

    Normally ``~/.local/share/flatpak``, ``/var/lib/flatpak`` and ``/etc/flatpak``.
    """
    places: dict[str, Installation] = {}
    notices: list[Notice] = []
    if user is not None:
        places[RemoteOrigin.USER] = Installation(RemoteOrigin.USER, user)
    if system is not None:
        places[RemoteOrigin.SYSTEM] = Installation(RemoteOrigin.SYSTEM, system)
    for path in files_in(config_dirs, "installations.d", ".conf"):
        try:
            keyfile = Keyfile.parse(read_bounded(path, MAX_SIZE))
            for group in keyfile.groups:
                match = _INSTALLATION_GROUP.fullmatch(group)
                if match is None:
                    continue
                place = keyfile.string(group, "Path")
                if not _is_installation_id(match[1]) or not place:
                    notices.append(
                        left_out(
                            Message("installation {name}", name=repr(match[1])),
                            Message("{path} is unclear", path=path),
                        )
                    )
                elif match[1] not in places:
                    title = keyfile.string(group, "DisplayName") or ""
                    places[match[1]] = Installation(match[1], Path(place), title)
        except (OSError, KeyfileError) as error:
            notices.append(left_out(verbatim(path), reason_of(error)))
    return tuple(places.values()), tuple(notices)


def configured_remotes(
    places: Sequence[Installation], everywhere: Path = GLOBAL_DIRECTORY
) -> Known:
    """The remotes of these installations, in their order, not merged.

    ``everywhere``: where keys are for remotes that have none of their own.
    """
    remotes: list[Remote] = []
    notices: list[Notice] = []
    registries: list[Registry] = []
    for place in places:
        try:
            keyfile = Keyfile.parse(read_bounded(place.path / "repo" / "config", MAX_SIZE))
        except FileNotFoundError:
            continue
        except (OSError, KeyfileError) as error:
            notices.append(
                left_out(Message("the remotes of {path}", path=place.path), reason_of(error))
            )
            continue
        for group, name in remote_groups(keyfile):
            if _is_of_a_file(keyfile, group):
                continue
            try:
                remote = remote_in(keyfile, group, name, place.path / "repo", everywhere)
            except RegistryError as error:
                registries.append(error.registry)
            except (UsageError, OSError, KeyfileError) as error:
                notices.append(
                    left_out(Message("the remote {name}", name=repr(name)), reason_of(error))
                )
            else:
                other = place.name if place.origin is RemoteOrigin.INSTALLATION else ""
                remotes.append(replace(remote, origin=place.origin, installation=other))
    return Known(tuple(remotes), tuple(notices), tuple(registries))


def _is_of_a_file(keyfile: Keyfile, group: str) -> bool:
    """Whether flatpak has made it for an app whose file told of no address: it asks nobody."""
    unlisted = keyfile.boolean(group, "xa.noenumerate")
    return unlisted and keyfile.raw(group, "url") == "" and bool(keyfile.raw(group, "xa.main-ref"))


def remote_groups(keyfile: Keyfile) -> Iterator[tuple[str, str]]:
    """The groups that remotes are in, with their names, which may be anything."""
    for group in keyfile.groups:
        match = _REMOTE_GROUP.fullmatch(group)
        if match is not None:
            yield group, match[1]


def remote_in(keyfile: Keyfile, group: str, name: str, repo: Path, everywhere: Path) -> Remote:
    """The remote of a group; what belongs to it lies in ``repo``. ``everywhere``: as above.

    Raises UsageError, OSError, KeyfileError.
    """

    def text(key: str) -> str:
        return keyfile.string(group, key) or ""

    remote = checked(
        Remote(
            name=name,
            url=own_address(keyfile, group),
            title=clean(text("xa.title"), Policy.TITLE),
            collection_id=text("collection-id") or None,
            # ostree verifies unless told not to.
            gpg_verify=keyfile.boolean(group, "gpg-verify", True),
            gpg_verify_summary=keyfile.boolean(group, "gpg-verify-summary"),
            subset=clean(text("xa.subset"), Policy.NAME),
            listed=not keyfile.boolean(group, "xa.disable")
            and not keyfile.boolean(group, "xa.noenumerate"),
            disabled=keyfile.boolean(group, "xa.disable"),
            homepage=clean(text("xa.homepage"), Policy.ADDRESS),
            icon=clean(text("xa.icon"), Policy.ADDRESS),
            comment=clean(text("xa.comment"), Policy.COMMENT),
            description=clean(text("xa.description"), Policy.DESCRIPTION),
            default_branch=clean(text("xa.default-branch"), Policy.NAME),
        )
    )
    # Only now: the name has been checked and stays inside the directory.
    own = (repo / f"{name}{KEYRING}").exists()
    # Keys that flatpak does not look at are not the remote's.
    looked_at = own or remote.gpg_verify
    return replace(
        remote,
        keys=remote_keys(repo, name, text("gpgkeypath"), everywhere) if looked_at else (),
        access=Access.read(keyfile, group, repo / f"{name}.cookies.txt"),
        filter=_filter(text("xa.filter"), repo / f"{name}.filter"),
    )


def _filter(path: str, backup: Path) -> RefFilter | None:
    """What hides refs of a remote; flatpak keeps a copy in case that the file goes."""
    if not path:
        return None
    file = Path(path)
    return RefFilter.parse(read_bounded(file if file.exists() else backup, MAX_SIZE))


def _is_installation_id(name: str) -> bool:
    return (
        0 < len(name) <= 80
        and name not in ("user", "default", "system")
        and name.isascii()
        and not any(char in name for char in " /\n")
    )
