"""What is on a stick, for looking at it. Reads; judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.drive.space import Space, measure
from app.files import drive_errors
from app.flatpak.refs import arch_of
from app.ostree.gvariant import FormatError
from app.ostree.names import METADATA_REF
from app.ostree.objects import Commit, detached_signatures
from app.ostree.repository import Repository
from app.stick.author import Described, describe_refs, sync_problem
from app.stick.copies import UpstreamCopy, open_copy
from app.stick.journal import read_journal
from app.stick.location import Location
from app.stick.record import StickRecord, read_record
from app.stick.snapshots import snapshot_made


@dataclass(frozen=True, slots=True)
class InspectedRef:
    """A ref on the stick.

    Attributes:
        timestamp: of the commit, seconds since 1970; None if the commit cannot be read.
        version: as the commit tells; may be empty.
        state: ``current``, ``upstream-newer``, ``upstream-older`` or ``not-in-upstream`` by the
            copied upstream summary, ``unknown`` without one, ``partial``, ``missing``.
        reason: why it is there; empty if nobody wrote it down.
        installed_size, download_size: bytes, as the copied summary claims; 0 if it does not.
    """

    ref: str
    commit: str
    timestamp: int | None
    name: str
    version: str
    chosen: bool
    reason: str
    needed_by: tuple[str, ...]
    state: str
    signed: bool
    installed_size: int
    download_size: int


@dataclass(frozen=True, slots=True)
class InspectedMetadata:
    """The ostree-metadata of a collection; ``source``: upstream or satchel or unknown."""

    commit: str
    timestamp: int | None
    source: str
    signed: bool
    in_sync: bool


@dataclass(frozen=True, slots=True)
class InspectedCopy:
    """The copied upstream summary; ``made`` in seconds since 1970, if it tells."""

    made: int | None
    files: tuple[str, ...]
    signed: bool


@dataclass(frozen=True, slots=True)
class InspectedCollection:
    """One collection; ``metadata`` and ``upstream`` are None where the stick has none."""

    id: str
    remote: str
    title: str
    url: str
    unsigned: bool
    metadata: InspectedMetadata | None
    upstream: InspectedCopy | None
    refs: tuple[InspectedRef, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """All of it. ``made`` is when Satchel last wrote the stick, if it did."""

    location: Location
    tool: str
    made: int | None
    interrupted: bool
    collections: tuple[InspectedCollection, ...]
    space: Space


def inspect_stick(location: Location, repository: Repository) -> Inspection:
    """Look at a stick. Raises DriveError."""
    with drive_errors("reading the repository"):
        record = read_record(location.record)
        refs = repository.collection_refs()
        return Inspection(
            location=location,
            tool=record.tool if record is not None else "",
            made=record.made if record is not None else None,
            interrupted=read_journal(location) is not None,
            collections=tuple(
                _collection(location, repository, record, collection, names)
                for collection, names in sorted(refs.items())
            ),
            space=measure(location.root),
        )


def _collection(
    location: Location,
    repository: Repository,
    record: StickRecord | None,
    collection: str,
    names: Mapping[str, str],
) -> InspectedCollection:
    copy = open_copy(location, collection)
    entry = record.collections.get(collection) if record is not None else None
    repo_file = copy.repo_file
    partial = repository.partial_commits()
    return InspectedCollection(
        id=collection,
        remote=entry.remote if entry is not None else "",
        title=entry.title if entry is not None else repo_file.title if repo_file else "",
        url=entry.url if entry is not None else repo_file.url if repo_file else "",
        unsigned=entry.unsigned if entry is not None else False,
        metadata=_metadata(repository, names, entry.metadata if entry is not None else "unknown"),
        upstream=_copy(location, collection, copy),
        refs=tuple(
            _ref(repository, record, collection, copy, name, commit, partial)
            for name, commit in sorted(names.items())
            if name != METADATA_REF
        ),
    )


def _metadata(
    repository: Repository, names: Mapping[str, str], source: str
) -> InspectedMetadata | None:
    checksum = names.get(METADATA_REF)
    if checksum is None:
        return None
    commit = _commit(repository, checksum)
    if commit is None:
        return InspectedMetadata(checksum, None, source, signed=False, in_sync=False)
    try:
        described: dict[str, Described] | None = describe_refs(repository, names)
    except (OSError, FormatError):
        described = None
    return InspectedMetadata(
        commit=checksum,
        timestamp=commit.timestamp,
        source=source,
        signed=_signed(repository, checksum),
        in_sync=described is not None and sync_problem(commit, described) is None,
    )


def _copy(location: Location, collection: str, copy: UpstreamCopy) -> InspectedCopy | None:
    if not copy.exists:
        return None
    files = (path for path in copy.directory.rglob("*") if path.is_file())
    return InspectedCopy(
        made=snapshot_made(location.upstream(collection)),
        files=tuple(sorted(path.relative_to(copy.directory).as_posix() for path in files)),
        signed=all(one.signature for one in copy.signed()),
    )


def _ref(
    repository: Repository,
    record: StickRecord | None,
    collection: str,
    copy: UpstreamCopy,
    name: str,
    checksum: str,
    partial: frozenset[str],
) -> InspectedRef:
    commit = _commit(repository, checksum)
    entry = record.ref(collection, name) if record is not None else None
    upstream = copy.lookup(name, arch_of(name))
    version = commit.metadata.get("version", "s") if commit is not None else None
    return InspectedRef(
        ref=name,
        commit=checksum,
        timestamp=commit.timestamp if commit is not None else None,
        name=entry.name if entry is not None else "",
        version=version or "",
        chosen=entry.chosen if entry is not None else False,
        reason=entry.reason if entry is not None else "",
        needed_by=entry.needed_by if entry is not None else (),
        state=_state(copy, name, checksum, commit, partial),
        signed=_signed(repository, checksum),
        installed_size=upstream.installed_size if upstream is not None else 0,
        download_size=upstream.download_size if upstream is not None else 0,
    )


def _state(
    copy: UpstreamCopy,
    name: str,
    checksum: str,
    commit: Commit | None,
    partial: frozenset[str],
) -> str:
    if commit is None:
        return "missing"
    if checksum in partial:
        return "partial"
    return copy.state(name, checksum, commit.timestamp)


def _commit(repository: Repository, checksum: str) -> Commit | None:
    try:
        return repository.read_commit(checksum)
    except (OSError, FormatError):
        return None


def _signed(repository: Repository, checksum: str) -> bool:
    try:
        return bool(detached_signatures(repository.read_detached(checksum)))
    except (OSError, FormatError):
        return False
