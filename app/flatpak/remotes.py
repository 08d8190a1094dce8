"""The remotes that are known: Satchel's own, this computer's, and those named on the command line.

A computer's remotes stand in ``repo/config`` of each flatpak installation, their keys beside it in
``NAME.trustedkeys.gpg``; see ``flatpak-remote(5)`` and ``flatpak-installation(5)``. Nothing damaged
there is an error here: a remote that cannot be read is left out, with a notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.credentials import public_address
from app.errors import UsageError
from app.files import read_bounded
from app.flatpak.addresses import ascii_address, same_place, split_address
from app.flatpak.keyrings import GLOBAL_DIRECTORY, remote_keys
from app.flatpak.naming import name_from, own_name, poses
from app.flatpak.refs import is_valid_remote_name
from app.flatpak.remote_files import RepoFile, join_keys
from app.keyfile import MAX_SIZE, Keyfile, KeyfileError
from app.ostree.names import is_collection_id
from app.progress import Notice
from app.resources import resource

GIVEN = "given"
ADDED = "added"
USER = "user"
SYSTEM = "system"
PREDEFINED = "predefined"
BUILT_IN = "built-in"
JOB = "job"

ADDED_DIRECTORY = "remotes"
"""In Satchel's configuration: a `.flatpakrepo` for each remote that was added."""

REPO_FILE = ".flatpakrepo"

_PRECEDENCE = (GIVEN, ADDED, USER, SYSTEM, "installation", PREDEFINED, BUILT_IN)
_SCHEMES = ("https", "http", "file")
_REMOTE_GROUP = re.compile(r'remote "(.*)"')
_INSTALLATION_GROUP = re.compile(r'Installation "(.*)"')


class RemoteError(UsageError):
    """A remote that was asked for cannot be used."""


@dataclass(frozen=True, slots=True)
class Remote:
    """One upstream repository and what is needed to trust it.

    Attributes:
        url: for requests: it may hold a password or a token. Everything else takes `address`.
        aliases: other names it has on this computer.
        collection_id: `None` where the configuration does not say; upstream's summary may.
        keys: key files, binary or armoured, any of which may have signed.
        gpg_verify: whether flatpak on this computer checks signatures.
        source: where it is known from: `GIVEN` (on the command line), `ADDED` (to Satchel),
            `USER`, `SYSTEM`, ``installation NAME``, `PREDEFINED` (``remotes.d``), `BUILT_IN`,
            or `JOB` (a job was done with it; not to be searched).
        listed: not disabled and meant to be searched.
    """

    name: str
    url: str = field(repr=False)
    title: str = ""
    collection_id: str | None = None
    keys: tuple[bytes, ...] = ()
    gpg_verify: bool = True
    gpg_verify_summary: bool = True
    subset: str = ""
    source: str = GIVEN
    aliases: tuple[str, ...] = ()
    listed: bool = True
    homepage: str = ""
    icon: str = ""
    comment: str = ""
    description: str = ""
    default_branch: str = ""
    main_ref: str = ""

    @property
    def address(self) -> str:
        """``url`` as it may be shown and stored."""
        return public_address(self.url)

    @property
    def label(self) -> str:
        """What it calls itself, and where it is if it calls itself as a well-known one."""
        return self._told(self.title or self.name)

    @property
    def told_name(self) -> str:
        """``name``, and where it is if another is known by that name."""
        return self._told(self.name)

    def _told(self, text: str) -> str:
        return f"{text} ({self.address})" if poses(self.name, self.title, self.url) else text

    def answers_to(self, name: str) -> bool:
        return name == self.name or name in self.aliases

    def repo_file(self, extra_keys: Sequence[bytes] = ()) -> RepoFile:
        """The remote for a client, with ``extra_keys`` beside its own."""
        return RepoFile(
            url=self.url,
            title=self.title or self.name,
            homepage=self.homepage,
            comment=self.comment,
            description=self.description,
            icon=self.icon,
            default_branch=self.default_branch,
            subset=self.subset,
            collection_id=self.collection_id,
            key=join_keys((*self.keys, *extra_keys)),
        )


@dataclass(frozen=True, slots=True)
class Installation:
    """A place flatpak installs to. ``name``: ``user``, ``system``, or what the system calls it."""

    name: str
    path: Path
    title: str = ""

    @property
    def source(self) -> str:
        return self.name if self.name in (USER, SYSTEM) else f"installation {self.name}"


@dataclass(frozen=True, slots=True)
class Known:
    """The remotes that were found, and what was left out and why."""

    remotes: tuple[Remote, ...]
    notices: tuple[Notice, ...] = ()


def installations(
    user: Path | None, system: Path | None, config_dirs: Sequence[Path]
) -> tuple[tuple[Installation, ...], tuple[Notice, ...]]:
    """The user's, the system's, and those that ``installations.d`` of ``config_dirs`` adds.

    Normally ``~/.local/share/flatpak``, ``/var/lib/flatpak`` and ``/etc/flatpak``.
    """
    found: dict[str, Installation] = {}
    notices: list[Notice] = []
    if user is not None:
        found[USER] = Installation(USER, user)
    if system is not None:
        found[SYSTEM] = Installation(SYSTEM, system)
    for path in _files(config_dirs, "installations.d", ".conf"):
        try:
            keyfile = Keyfile.parse(read_bounded(path, MAX_SIZE))
            for group in keyfile.groups:
                match = _INSTALLATION_GROUP.fullmatch(group)
                if match is None:
                    continue
                place = keyfile.string(group, "Path")
                if not _is_installation_id(match[1]) or not place:
                    notices.append(_left_out(f"installation {match[1]!r}", f"{path} is unclear"))
                elif match[1] not in found:
                    title = keyfile.string(group, "DisplayName") or ""
                    found[match[1]] = Installation(match[1], Path(place), title)
        except (OSError, KeyfileError) as error:
            notices.append(_left_out(str(path), _reason(error)))
    return tuple(found.values()), tuple(notices)


def configured_remotes(
    places: Sequence[Installation], everywhere: Path = GLOBAL_DIRECTORY
) -> Known:
    """The remotes of these installations, in their order, not merged.

    ``everywhere``: where keys are for remotes that have none of their own.
    """
    remotes: list[Remote] = []
    notices: list[Notice] = []
    for place in places:
        repo = place.path / "repo"
        try:
            keyfile = Keyfile.parse(read_bounded(repo / "config", MAX_SIZE))
        except FileNotFoundError:
            continue
        except (OSError, KeyfileError) as error:
            notices.append(_left_out(f"the remotes of {place.path}", _reason(error)))
            continue
        for group in keyfile.groups:
            match = _REMOTE_GROUP.fullmatch(group)
            if match is None:
                continue
            try:
                found = _configured(keyfile, group, match[1], repo, place.source, everywhere)
                remotes.append(found)
            except (RemoteError, OSError, KeyfileError) as error:
                notices.append(_left_out(f"the remote {match[1]!r}", _reason(error)))
    return Known(tuple(remotes), tuple(notices))


def predefined_remotes(config_dirs: Sequence[Path]) -> Known:
    """What a distribution puts into ``remotes.d`` of ``/etc/flatpak`` or ``/usr/share/flatpak``.

    The first of two of the same name counts.
    """
    return _from_files(_files(config_dirs, "remotes.d", REPO_FILE), PREDEFINED)


def added_remotes(config: Path) -> Known:
    """What the person has added to Satchel, whose configuration is in ``config``."""
    return _from_files(_files((config,), ADDED_DIRECTORY, REPO_FILE), ADDED)


def _from_files(paths: Iterable[Path], source: str) -> Known:
    remotes: dict[str, Remote] = {}
    notices: list[Notice] = []
    for path in paths:
        try:
            remote = from_repo_file(RepoFile.read(path), path.stem, source=source)
        except UsageError as error:
            notices.append(_left_out(f"the remote {path.stem!r}", error.message))
            continue
        remotes.setdefault(remote.name, remote)
    return Known(tuple(remotes.values()), tuple(notices))


def built_in_remotes() -> tuple[Remote, ...]:
    """Those that come with Satchel."""
    return tuple(
        from_repo_file(RepoFile.read(path), path.stem, source=BUILT_IN)
        for path in sorted(resource("remotes").glob("*.flatpakrepo"))
    )


def from_repo_file(repo: RepoFile, name: str, *, source: str = GIVEN) -> Remote:
    """A remote from a `.flatpakrepo`."""
    return _checked(
        Remote(
            name=name,
            url=repo.url,
            title=repo.title,
            collection_id=repo.collection_id,
            keys=(repo.key,) if repo.key else (),
            # As flatpak: with a key everything is verified, without one nothing can be.
            gpg_verify=bool(repo.key),
            gpg_verify_summary=bool(repo.key),
            subset=repo.subset,
            source=source,
            homepage=repo.homepage,
            icon=repo.icon,
            comment=repo.comment,
            description=repo.description,
            default_branch=repo.default_branch,
        )
    )


def read_remote(path: Path) -> Remote:
    """The remote of a `.flatpakrepo` of this computer, named after the file."""
    return from_repo_file(repo := RepoFile.read(path), own_name(path.name, repo))


def remote_from_url(url: str, *, key: bytes = b"", collection_id: str | None = None) -> Remote:
    """The remote that ``--remote URL --gpg-key FILE --collection-id ID`` describes; ``key`` may be
    several key files in one."""
    return _checked(
        Remote(
            name=name_from(url),
            url=url,
            collection_id=collection_id,
            keys=(key,) if key else (),
            gpg_verify=bool(key),
            gpg_verify_summary=bool(key),
        )
    )


def read_key(path: Path) -> bytes:
    """The OpenPGP key file that ``--gpg-key`` names."""
    try:
        key = read_bounded(path, MAX_SIZE)
    except OSError as error:
        raise RemoteError(
            f"The key file {path} cannot be read: {_reason(error)}.", "Check the name of the file."
        ) from error
    if not key:
        raise RemoteError(f"The key file {path} is empty.", "Export the key again.")
    return key


def merge_remotes(remotes: Iterable[Remote]) -> Known:
    """Each upstream once, under one name.

    What was given comes first, then what was added to Satchel, the user's, the system's, other
    installations', predefined and built-in ones; within one of these, the given order. Two with
    the same address and subset, and no different collections, are one: the first lends its name
    and its trust, the other fills in what the first does not know. Of two different ones with the
    same name the first counts.
    """
    merged: list[Remote] = []
    notices: list[Notice] = []
    for remote in sorted(remotes, key=_rank):
        same = next((i for i, other in enumerate(merged) if _same(other, remote)), None)
        if same is not None:
            merged[same] = _filled(merged[same], remote)
        elif namesake := next((one for one in merged if one.answers_to(remote.name)), None):
            notices.append(
                Notice(
                    "info",
                    f"The remote “{remote.name}” ({remote.source}) at {remote.address} is left "
                    f"out: “{remote.name}” ({namesake.source}) at {namesake.address} has the same "
                    "name.",
                    "Name its .flatpakrepo file or its address with --remote to use it.",
                )
            )
        else:
            merged.append(remote)
    return Known(tuple(merged), tuple(notices))


def _same(one: Remote, other: Remote) -> bool:
    return (
        same_place(one.url, other.url)
        and one.subset == other.subset
        and (
            one.collection_id == other.collection_id
            or one.collection_id is None
            or other.collection_id is None
        )
    )


def _filled(first: Remote, second: Remote) -> Remote:
    """``first`` with what only ``second`` knows.

    Keys are never added to keys: whoever configured a remote decided whom it trusts. A remote
    without keys takes the other's, and is verified from then on.
    """
    keys = first.keys or second.keys
    names = dict.fromkeys((*first.aliases, second.name, *second.aliases))
    names.pop(first.name, None)
    return replace(
        first,
        aliases=tuple(names),
        keys=keys,
        gpg_verify=first.gpg_verify or (not first.keys and bool(keys)),
        gpg_verify_summary=first.gpg_verify_summary or (not first.keys and bool(keys)),
        collection_id=first.collection_id or second.collection_id,
        listed=first.listed or second.listed,
        title=first.title or second.title,
        homepage=first.homepage or second.homepage,
        icon=first.icon or second.icon,
        comment=first.comment or second.comment,
        description=first.description or second.description,
        default_branch=first.default_branch or second.default_branch,
    )


def _rank(remote: Remote) -> int:
    return _PRECEDENCE.index(remote.source.partition(" ")[0])


def _configured(
    keyfile: Keyfile, group: str, name: str, repo: Path, source: str, everywhere: Path
) -> Remote:
    def text(key: str) -> str:
        return keyfile.string(group, key) or ""

    checked = _checked(
        Remote(
            name=name,
            url=text("url"),
            title=text("xa.title"),
            collection_id=text("collection-id") or None,
            # ostree verifies unless told not to.
            gpg_verify=keyfile.boolean(group, "gpg-verify", True),
            gpg_verify_summary=keyfile.boolean(group, "gpg-verify-summary"),
            subset=text("xa.subset"),
            source=source,
            listed=not keyfile.boolean(group, "xa.disable")
            and not keyfile.boolean(group, "xa.noenumerate"),
            homepage=text("xa.homepage"),
            icon=text("xa.icon"),
            comment=text("xa.comment"),
            description=text("xa.description"),
            default_branch=text("xa.default-branch"),
            main_ref=text("xa.main-ref"),
        )
    )
    # Only now: the name has been checked and stays inside the directory.
    own = (repo / f"{name}.trustedkeys.gpg").exists()
    if not own and not checked.gpg_verify:
        # Keys that flatpak does not look at are not the remote's.
        return checked
    return replace(checked, keys=remote_keys(repo, name, text("gpgkeypath"), everywhere))


def _checked(remote: Remote) -> Remote:
    if not is_valid_remote_name(remote.name):
        raise RemoteError(f"“{remote.name}” cannot be the name of a remote.", "Rename the file.")
    if not remote.url:
        raise RemoteError(
            f"The remote “{remote.name}” has no address.", "Give it one with flatpak remote-modify."
        )
    scheme = _scheme(remote.url)
    if scheme.startswith("oci+"):
        raise RemoteError(
            f"The remote “{remote.name}” is a container registry ({remote.address}).",
            "Drives can only carry apps from OSTree repositories.",
        )
    if scheme not in _SCHEMES:
        raise RemoteError(
            f"The address {remote.address} of the remote “{remote.name}” is none Satchel can read.",
            "It begins with https://, http:// or file://.",
        )
    if remote.collection_id is not None and not is_collection_id(remote.collection_id):
        raise RemoteError(
            f"“{remote.collection_id}” of the remote “{remote.name}” is no collection ID.",
            "It looks like org.example.Apps.",
        )
    return replace(remote, url=ascii_address(remote.url))


def _scheme(url: str) -> str:
    """The scheme of ``url``, lower-case; empty for what is no URL."""
    parts = split_address(url)
    if parts is None:
        return ""
    return parts.scheme if parts.netloc or parts.scheme == "file" else ""


def _is_installation_id(name: str) -> bool:
    return (
        0 < len(name) <= 80
        and name not in ("user", "default", "system")
        and name.isascii()
        and not any(char in name for char in " /\n")
    )


def _files(dirs: Iterable[Path], name: str, suffix: str) -> list[Path]:
    """Regular files of ``name`` in each directory, by name."""
    found: list[Path] = []
    for parent in dirs:
        try:
            entries = sorted((parent / name).iterdir())
        except OSError:
            continue
        found += [path for path in entries if path.name.endswith(suffix) and path.is_file()]
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return error.message if isinstance(error, UsageError) else str(error)


def _left_out(what: str, why: str) -> Notice:
    return Notice("warning", f"Left out {what}: {why.rstrip('.')}.")
