"""One upstream repository, and what is needed to reach it and to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from app.credentials import public_address
from app.discreet import Discreet
from app.errors import UsageError
from app.flatpak.refs import is_valid_remote_name
from app.flatpak.remotes.access import DIRECTLY, Access
from app.flatpak.remotes.addresses import ascii_address, split_address
from app.flatpak.remotes.filters import RefFilter
from app.flatpak.remotes.flatpakrepo import RepoFile, join_keys
from app.flatpak.remotes.naming import name_from, told
from app.message import Message
from app.ostree.names import is_collection_id
from app.ostree.pull.fetch import HttpSource, LocalSource, Network, open_source
from app.progress import Cancel, Reporter, silent
from app.replacing import replace
from app.text import Policy, clean

_SCHEMES = ("https", "http", "file")


class RemoteOrigin(StrEnum):
    """Where a remote is known from. Of two that are one, what stands first here counts."""

    GIVEN = "given"
    """On the command line."""

    ADDED = "added"
    """To Satchel, by the person."""

    USER = "user"
    SYSTEM = "system"
    INSTALLATION = "installation"
    """Another installation of flatpak's: `Remote.installation` names it."""

    PREDEFINED = "predefined"
    """By the distribution, in ``remotes.d``."""

    OPERATING_SYSTEM = "operating system"
    """By this computer's operating system, for its own updates."""

    BUILT_IN = "built-in"
    JOB = "job"
    """A job was done with it; not to be searched."""


class RemoteError(UsageError):
    """A remote that was asked for cannot be used."""


class Registry(Discreet, Struct, frozen=True):
    """A remote that is a container registry, as Fedora's.

    Attributes:
        address: as it may be shown.
        url: for requests, as flatpak has it (``oci+https://HOST#TAG``); may hold a password.
        listed: not disabled and meant to be searched.
    """

    UNSHOWN = frozenset({"url"})
    UNCOMPARED = frozenset({"url", "title", "listed"})

    name: str
    address: str
    url: str = ""
    title: str = ""
    listed: bool = True

    @property
    def label(self) -> str:
        """What it calls itself."""
        return clean(self.title, Policy.TITLE) or self.name

    @property
    def client_url(self) -> str:
        """What computers are given as its address: with the tag, without passwords."""
        _, tagged, tag = self.url.partition("#")
        return f"{self.address}{tagged}{tag}"


class RegistryError(RemoteError):
    """A container registry, as Fedora's, cannot be used as a repository."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(
            Message(
                "The remote “{registry}” is a container registry ({address}).",
                registry=registry.name,
                address=registry.address,
            ),
            Message(
                "It cannot be used for this. To put an app of it on a drive: "
                "satchel make TARGET APP --remote {address}",
                address=registry.address,
            ),
        )
        self.registry = registry

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.registry,)


class Remote(Discreet, Struct, frozen=True):
    """One upstream repository and what is needed to trust it.

    Attributes:
        url: for requests: it may hold a password or a token. Everything else takes `address`.
        aliases: other names it has on this computer.
        collection_id: `None` where the configuration does not say; upstream's summary may.
        keys: key files, binary or armoured, any of which may have signed.
        gpg_verify: whether flatpak on this computer checks signatures.
        installation: of flatpak's that it is known from; only with `RemoteOrigin.INSTALLATION`.
        listed: not disabled and meant to be searched.
        disabled: somebody has switched it off.
        throwaway: it lasts as long as a demo; nobody will look there for updates.
        access: how it is reached.
        filter: what this computer hides of it.
        unsigned_accepted: the person wants what comes from it though nobody vouches for it.
    """

    UNSHOWN = frozenset({"url"})

    name: str
    url: str
    title: str = ""
    collection_id: str | None = None
    keys: tuple[bytes, ...] = ()
    gpg_verify: bool = True
    gpg_verify_summary: bool = True
    subset: str = ""
    origin: RemoteOrigin = RemoteOrigin.GIVEN
    installation: str = ""
    aliases: tuple[str, ...] = ()
    listed: bool = True
    disabled: bool = False
    homepage: str = ""
    icon: str = ""
    comment: str = ""
    description: str = ""
    default_branch: str = ""
    throwaway: bool = False
    access: Access = DIRECTLY
    filter: RefFilter | None = None
    unsigned_accepted: bool = False

    @property
    def source(self) -> str:
        """Where it is known from, in a word or two, as in ``installation big``."""
        return f"{self.origin} {self.installation}".rstrip()

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

    @property
    def is_registry(self) -> bool:
        """Whether it stands for a `Registry` among others."""
        return self.url.startswith("oci+")

    @property
    def is_vouched_for(self) -> bool:
        """Whether what it says of its apps is somebody's word: nobody signs registries, and what
        is taken though it is unsigned may have been changed on the way."""
        return not (self.unsigned_accepted or self.is_registry)

    @property
    def is_local(self) -> bool:
        """Whether its files come from this computer."""
        return self.url.startswith("file:")

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


def checked(remote: Remote) -> Remote:
    if not is_valid_remote_name(remote.name):
        raise RemoteError(
            Message("“{remote}” cannot be the name of a remote.", remote=remote.name),
            Message("Rename the file."),
        )
    if not remote.url:
        raise RemoteError(
            Message("The remote “{remote}” has no address.", remote=remote.name),
            Message("Give it one with flatpak remote-modify."),
        )
    scheme = _scheme(remote.url)
    if scheme.startswith("oci+"):
        raise RegistryError(
            Registry(remote.name, remote.address, remote.url, remote.title, remote.listed)
        )
    if scheme not in _SCHEMES:
        raise RemoteError(
            Message(
                "The address {address} of the remote “{remote}” is none Satchel can read.",
                address=remote.address,
                remote=remote.name,
            ),
            Message("It begins with https://, http:// or file://."),
        )
    if remote.collection_id is not None and not is_collection_id(remote.collection_id):
        raise RemoteError(
            Message(
                "“{collection_id}” of the remote “{remote}” is no collection ID.",
                collection_id=remote.collection_id,
                remote=remote.name,
            ),
            Message("It looks like org.example.Apps."),
        )
    return replace(remote, url=ascii_address(remote.url))


def from_repo_file(
    repo: RepoFile, name: str, *, origin: RemoteOrigin = RemoteOrigin.GIVEN
) -> Remote:
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
            origin=origin,
            homepage=repo.homepage,
            icon=repo.icon,
            comment=repo.comment,
            description=repo.description,
            default_branch=repo.default_branch,
        )
    )


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


def _scheme(url: str) -> str:
    """The scheme of ``url``, lower-case; empty for what is no URL."""
    parts = split_address(url)
    if parts is None:
        return ""
    return parts.scheme if parts.netloc or parts.scheme == "file" else ""
