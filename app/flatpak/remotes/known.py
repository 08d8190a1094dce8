"""The remotes that are known: Satchel's own, this computer's, and those named on the command line.

Nothing damaged is an error here: a remote that cannot be read is left out, with a notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.credentials import public_address
from app.errors import UsageError
from app.flatpak.refs import is_valid_remote_name
from app.flatpak.remotes.access import DIRECTLY, Access
from app.flatpak.remotes.addresses import ascii_address, same_place, split_address
from app.flatpak.remotes.filters import RefFilter
from app.flatpak.remotes.flatpakrepo import RepoFile, join_keys
from app.flatpak.remotes.naming import name_from, own_name, told
from app.formats.keyfile import MAX_SIZE
from app.fs.files import read_bounded
from app.ostree.names import is_collection_id
from app.ostree.pull.fetch import HttpSource, LocalSource, Network, open_source
from app.progress import Cancel, Notice, Reporter, silent
from app.resources import resource
from app.text import Policy, clean

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


class RemoteError(UsageError):
    """A remote that was asked for cannot be used."""


@dataclass(frozen=True, slots=True)
class Registry:
    """A remote that is a container registry: apps, but none that a drive can carry."""

    name: str
    address: str


class RegistryError(RemoteError):
    """A container registry cannot be used, as Fedora's."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(
            f"The remote “{registry.name}” is a container registry ({registry.address}).",
            "Drives can only carry apps from OSTree repositories. An app of the same name "
            "elsewhere is another publisher's: name it with its remote, as in flathub:APP, if it "
            "will do.",
        )
        self.registry = registry

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.registry,)


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
        throwaway: it lasts as long as a demo; nobody will look there for updates.
        access: how it is reached.
        filter: what this computer hides of it.
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
    throwaway: bool = False
    access: Access = DIRECTLY
    filter: RefFilter | None = None

    @property
    def address(self) -> str:
        """``url`` as it may be shown and stored."""
        return public_address(self.url)

    @property
    def label(self) -> str:
        """What it calls itself, and where it is if it calls itself as a well-known one."""
        return told(
            clean(self.title, Policy.TITLE) or self.name, self.name, self.title, self.address
        )

    @property
    def told_name(self) -> str:
        """``name``, and where it is if another is known by that name."""
        return told(self.name, self.name, self.title, self.address)

    def open_source(
        self, network: Network, cancel: Cancel, report: Reporter = silent
    ) -> HttpSource | LocalSource:
        """Where its files come from, reached as its configuration says; see `open_source`."""
        return open_source(
            self.url,
            self.access.network(network),
            cancel,
            report,
            content=self.access.content_url,
        )

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
class Known:
    """The remotes that were found, and what was left out and why.

    Attributes:
        registries: container registries, which many systems come with; not among the notices.
    """

    remotes: tuple[Remote, ...]
    notices: tuple[Notice, ...] = ()
    registries: tuple[Registry, ...] = ()


def predefined_remotes(config_dirs: Sequence[Path]) -> Known:
    """What a distribution puts into ``remotes.d`` of ``/etc/flatpak`` or ``/usr/share/flatpak``.

    The first of two of the same name counts.
    """
    return _from_files(files_in(config_dirs, "remotes.d", REPO_FILE), PREDEFINED)


def added_remotes(config: Path) -> Known:
    """What the person has added to Satchel, whose configuration is in ``config``."""
    return _from_files(files_in((config,), ADDED_DIRECTORY, REPO_FILE), ADDED)


def _from_files(paths: Iterable[Path], source: str) -> Known:
    remotes: dict[str, Remote] = {}
    notices: list[Notice] = []
    registries: list[Registry] = []
    for path in paths:
        try:
            remote = from_repo_file(RepoFile.read(path), path.stem, source=source)
        except RegistryError as error:
            registries.append(error.registry)
            continue
        except UsageError as error:
            notices.append(left_out(f"the remote {path.stem!r}", error.message))
            continue
        remotes.setdefault(remote.name, remote)
    return Known(tuple(remotes.values()), tuple(notices), tuple(registries))


def built_in_remotes() -> tuple[Remote, ...]:
    """Those that come with Satchel."""
    return tuple(
        from_repo_file(RepoFile.read(path), path.stem, source=BUILT_IN)
        for path in sorted(resource("remotes").glob("*.flatpakrepo"))
    )


def from_repo_file(repo: RepoFile, name: str, *, source: str = GIVEN) -> Remote:
    """A remote from a `.flatpakrepo`."""
    return checked(
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
    return checked(
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
            f"The key file {path} cannot be read: {reason_of(error)}.",
            "Check the name of the file.",
        ) from error
    if not key:
        raise RemoteError(f"The key file {path} is empty.", "Export the key again.")
    return key


def registry_notice(registries: Sequence[Registry]) -> Notice:
    """What is said of the container registries that a computer knows; there is one at least."""
    named = ", ".join(f"{one.name} ({one.address})" for one in registries)
    return Notice(
        "warning",
        f"Left out container registries: {named}.",
        "Drives can only carry apps from OSTree repositories.",
    )


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
    """``first`` with what only ``second`` knows, how it is reached included.

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
        access=second.access if first.access == DIRECTLY else first.access,
    )


def _rank(remote: Remote) -> int:
    return _PRECEDENCE.index(remote.source.partition(" ")[0])


def checked(remote: Remote) -> Remote:
    if not is_valid_remote_name(remote.name):
        raise RemoteError(f"“{remote.name}” cannot be the name of a remote.", "Rename the file.")
    if not remote.url:
        raise RemoteError(
            f"The remote “{remote.name}” has no address.", "Give it one with flatpak remote-modify."
        )
    scheme = _scheme(remote.url)
    if scheme.startswith("oci+"):
        raise RegistryError(Registry(remote.name, remote.address))
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


def files_in(dirs: Iterable[Path], name: str, suffix: str) -> list[Path]:
    """Regular files of ``name`` in each directory, by name."""
    found: list[Path] = []
    for parent in dirs:
        try:
            entries = sorted((parent / name).iterdir())
        except OSError:
            continue
        found += [path for path in entries if path.name.endswith(suffix) and path.is_file()]
    return found


def reason_of(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return error.message if isinstance(error, UsageError) else str(error)


def left_out(what: str, why: str) -> Notice:
    return Notice("warning", f"Left out {what}: {why.rstrip('.')}.")
