"""What on a drive tells of the refs that a stick has had, beside their files: its lists, and where
these are lost as well, the commits themselves. Why: decisions D339, D341."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from msgspec import Struct

from app.formats.gvariant import FormatError
from app.fs.nodes import LeadsOutsideError, Node
from app.ostree.names import (
    METADATA_REF,
    is_collection_id,
    is_origin,
    is_ref_name,
    origin_remote,
    remote_origin,
)
from app.ostree.objects import ObjectKind, is_checksum
from app.ostree.ref_files import STAGED
from app.ostree.repository import Repository
from app.ostree.summary import Summary, SummaryRef
from app.stick.store.location import REMOTES, UPSTREAM, Location
from app.stick.store.record import StickRecord
from app.stick.store.upstream_copy import FORMER, open_copy

Told = tuple[str, str, str]
"""Origin, ref and commit."""

_COMMIT = f".{ObjectKind.COMMIT.value}"


class _Commit(Struct, frozen=True):
    """What one says of itself."""

    timestamp: int
    refs: tuple[str, ...]
    collection: str


def listed(repository: Repository) -> list[tuple[str, SummaryRef]]:
    """Collection and ref of all that the summary names; nothing of one that cannot be read."""
    summary = _summary(repository)
    if summary is None:
        return []
    named = [(summary.collection or "", entry) for entry in summary.refs()]
    for collection, entries in summary.collection_map().items():
        named += [(collection, entry) for entry in entries]
    return named


def told_refs(
    location: Location,
    repository: Repository,
    record: StickRecord | None,
    sought: frozenset[tuple[str, str]] = frozenset(),
) -> Iterator[Told]:
    """What a stick has, as its lists tell it, the best first: the summary; of what that never
    lists, or all if it is lost, the record; and where that is lost as well (not where Satchel never
    was), and for refs (origin and name) that are ``sought``, what upstream's lists name of the
    commits that are there, and the newest whole ones that say so themselves. Raises OSError."""
    summary = _summary(repository)
    if summary is not None:
        for collection, entries in summary.collection_map().items():
            if is_collection_id(collection):
                yield from ((collection, entry.name, entry.commit) for entry in entries)
    for origin, names in (record.refs if record is not None else {}).items():
        if summary is None or origin_remote(origin) is not None:
            yield from ((origin, name, entry.commit) for name, entry in names.items())
    if summary is None and record is not None:
        # What describes a collection stands in no record.
        of_all = filter(is_collection_id, record.refs)
        sought = sought.union((origin, METADATA_REF) for origin in of_all)
    lost_record = record is None and was_here(location, repository)
    if not lost_record and not sought:
        return
    for origin, name, commit in _told_by_others(location, repository, sought):
        lost = lost_record and (summary is None or origin_remote(origin) is not None)
        if lost or (origin, name) in sought:
            yield origin, name, commit


def was_here(location: Location, repository: Repository) -> bool:
    """Whether Satchel has left anything on the drive, or nothing at all is left that names what is
    there: a repository of others has no record, but refs or a list. Raises OSError."""
    if any(place.node(".") is not None for place in (location.extension, location.kit)):
        return True
    return _summary(repository) is None and not any(each.checksum for each in repository.refs())


def all_commits(repository: Repository) -> Iterator[str]:
    """Those of which there is a file. Raises OSError."""
    for path in repository.object_paths():
        checksum = path.removesuffix(_COMMIT).replace("/", "")
        if path.endswith(_COMMIT) and is_checksum(checksum):
            yield checksum


def _told_by_others(
    location: Location, repository: Repository, sought: frozenset[tuple[str, str]]
) -> Iterator[Told]:
    commits = dict(_commits(repository))
    origins = sorted({*_copied(location), *repository.collection_refs()})
    for origin in origins:
        for entry in open_copy(location, origin).entries():
            if entry.commit in commits:
                yield origin, entry.name, entry.commit
    # Of what is not whole a job was under way.
    whole = commits.keys() - repository.partial_commits()
    for checksum in sorted(whole, key=lambda each: (-commits[each].timestamp, each)):
        commit = commits[checksum]
        for name in filter(is_ref_name, commit.refs):
            for origin in {origin for origin, ref in sought if ref == name}:
                yield origin, name, checksum
            if (only := _origin(commit, origins)) is not None:
                yield only, name, checksum


def _origin(commit: _Commit, origins: list[str]) -> str | None:
    """Whose it can only be, of those of which there are lists or refs; None if nobody can tell."""
    if is_collection_id(commit.collection):
        if commit.collection in origins or not origins:
            return commit.collection
        if any(map(is_collection_id, origins)):
            # Of a collection that is not there; its remote may have had an ID.
            return None
    remotes = [origin for origin in origins if origin_remote(origin) is not None]
    return remotes[0] if len(remotes) == 1 else None


def _copied(location: Location) -> list[str]:
    """The origins for whose lists there is a place."""
    origins = set()
    for top in (UPSTREAM, REMOTES):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, LeadsOutsideError):
            for entry in location.extension.entries(top):
                name = entry.name.removesuffix(FORMER).removesuffix(STAGED)
                origin = name if top == UPSTREAM else remote_origin(name)
                if entry.node is Node.DIRECTORY and is_origin(origin):
                    origins.add(origin)
    return sorted(origins)


def _commits(repository: Repository) -> Iterator[tuple[str, _Commit]]:
    """Those that are there and can be read."""
    for checksum in all_commits(repository):
        with contextlib.suppress(OSError, FormatError):
            commit = repository.read_commit(checksum)
            binding = commit.collection_binding or ""
            yield checksum, _Commit(commit.timestamp, commit.ref_bindings, binding)


def _summary(repository: Repository) -> Summary | None:
    """None for one that cannot be read, or in which there is nothing, as file systems leave it."""
    try:
        data = repository.read_summary()
        return Summary(data) if data else None
    except (OSError, FormatError):
        return None
