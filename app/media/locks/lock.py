"""What a lock file says. Values only; the format is in LOCK.md beside this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from app.errors import UsageError
from app.flatpak.extra_data import Payload
from app.message import Message
from app.ostree.names import is_collection_id
from app.stick.store.record import BundleRecord, LeftOut


class LockError(UsageError):
    """A lock file that cannot be used."""


class LockedRef(Struct, frozen=True):
    """One ref of a source.

    Attributes:
        commit: checksum.
        signatures: its detached metadata as the source had it, byte for byte; None if it had none.
        chosen: it was asked for itself.
        reason: why it comes along, one sentence.
        needed_by: refs that need it.
        name, version: what people call it, as the catalogue tells; may be empty.
        installed_size, download_size: bytes, as the source claims.
        timestamp: of the commit, seconds since 1970.
        languages: of a Locale extension, the only ones that come; None if all do.
        extra_data: payloads that come with it.
        licence: of what has extra data, as the catalogue tells; may be empty.
    """

    commit: str
    signatures: bytes | None
    chosen: bool
    reason: Message
    timestamp: int
    needed_by: tuple[str, ...] = ()
    name: str = ""
    version: str = ""
    installed_size: int = 0
    download_size: int = 0
    languages: tuple[str, ...] | None = None
    extra_data: tuple[Payload, ...] = ()
    licence: str = ""


class LockedCommit(Struct, frozen=True):
    """A commit that comes as it was published, with its detached metadata."""

    commit: str
    signatures: bytes | None


class LockedSource(Struct, frozen=True):
    """What comes of one collection, or of a remote without one.

    Attributes:
        name: of the remote.
        url: where it was fetched from, without passwords.
        repo_file: the `.flatpakrepo` that computers get.
        keys: fingerprints of the remote's keys.
        unsigned: accepted though nobody vouches for it.
        snapshot: SHA-256 of the signed list that named all of it.
        made: when that was made, seconds since 1970; None if it does not tell.
        arches: architectures.
        until: when the first key or signature ends, seconds since 1970; None if none does.
        metadata: ostree-metadata as it was published; None where it is written anew.
        lists: the signed lists that come along, by the source's own paths.
        refs: by name.
    """

    name: str
    url: str
    repo_file: str
    keys: tuple[str, ...]
    snapshot: str
    made: int | None
    arches: tuple[str, ...]
    refs: Mapping[str, LockedRef]
    unsigned: bool = False
    until: int | None = None
    metadata: LockedCommit | None = None
    lists: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def commits(self) -> Mapping[str, bytes | None]:
        """Detached metadata by commit, of all that comes."""
        metadata = {} if self.metadata is None else {self.metadata.commit: self.metadata.signatures}
        return {**{ref.commit: ref.signatures for ref in self.refs.values()}, **metadata}


class LockedBundle(Struct, frozen=True):
    """An app as a file.

    Attributes:
        place: its address, or its path from the directory of the lock file.
        record: as the drive's record has it; its ``sha256`` is what counts.
    """

    place: str
    record: BundleRecord


class LockedImage(Struct, frozen=True):
    """An image of a container registry.

    Attributes:
        registry: the registry's name; ``url``: as flatpak's remotes have it, without passwords.
        base: where the registry has its images, without passwords; ``repository``: where there.
        digest: of its manifest.
        arch: whose list names it.
        chosen, reason, needed_by, name, timestamp, installed_size, download_size: as in
            `LockedRef`.
    """

    registry: str
    url: str
    base: str
    repository: str
    ref: str
    digest: str
    arch: str
    chosen: bool
    reason: Message
    title: str = ""
    needed_by: tuple[str, ...] = ()
    name: str = ""
    timestamp: int | None = None
    installed_size: int = 0
    download_size: int = 0


class Asked(Struct, frozen=True):
    """What the lock was made for, so that it can be made anew.

    Attributes:
        refs: as typed, or as the profile has them.
        remote: the one that was named by its name; else empty.
        arches, gpus, languages: what was named; ``languages`` None: nothing was said of them.
        related, runtimes, extra_data: as in `Options`.
        lists: the lists of collections were asked for as well.
    """

    refs: tuple[str, ...]
    arches: tuple[str, ...] = ()
    remote: str = ""
    gpus: tuple[str, ...] = ()
    languages: tuple[str, ...] | None = None
    related: bool = True
    runtimes: bool = True
    extra_data: bool = False
    lists: bool = False


class Lock(Struct, frozen=True):
    """All of it.

    Attributes:
        sources: by collection ID, or by what stands for one.
        carried: the only languages of which translations come; empty: all.
        declined: refs whose extra data does not come.
    """

    asked: Asked
    sources: Mapping[str, LockedSource]
    bundles: tuple[LockedBundle, ...] = ()
    images: tuple[LockedImage, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    carried: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()

    @property
    def refs(self) -> Iterator[tuple[str, str, LockedRef]]:
        """All of them with their source and name."""
        for origin, source in self.sources.items():
            for name, ref in source.refs.items():
                yield origin, name, ref

    @property
    def newest(self) -> int:
        """When the newest commit was made, seconds since 1970; 0 if nothing tells."""
        times = [ref.timestamp for _, _, ref in self.refs]
        times += [image.timestamp or 0 for image in self.images]
        times += [source.made or 0 for source in self.sources.values() if not source.refs]
        return max(times, default=0)


def needs_lists(origin: str) -> bool:
    """Whether computers cannot install what comes from there without its lists."""
    return not is_collection_id(origin)
