"""Which commits anybody names, so that they stay: the stick, and others who use its repository; and
what other repositories on the drive need of the folders that they share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from app.errors import DriveError, SatchelError
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.objects import Commit, is_checksum
from app.ostree.repository import Repository
from app.ostree.summary import Summary
from app.stick.store.location import Location, find_sticks, open_repository
from app.stick.store.payloads import needed_payloads


class NobodyKnowsError(DriveError):
    """What of a stick's objects another repository on the drive needs cannot be told."""


def held_by_others(location: Location, repository: Repository) -> frozenset[str]:
    """Commits that are named by refs which are none of a stick's, and by repositories on the drive
    that take objects from others. Raises NobodyKnowsError, OSError.
    """
    own = {
        entry.checksum
        for entry in repository.refs()
        if entry.checksum is not None and not entry.is_carried
    }
    return frozenset(own).union(_children(location))


def payloads_of_others(location: Location) -> frozenset[str]:
    """`Payload.path` of what clients ask for that install from other repositories on the drive.
    Raises OSError."""
    paths: set[str] = set()
    for place, other in _others(location):
        # One that cannot be read keeps nobody from using this one.
        with contextlib.suppress(SatchelError):
            commits = (_commit(other, checksum) for checksum in named_commits(place, other))
            paths.update(payload.path for payload in needed_payloads(commits))
    return frozenset(paths)


def _commit(repository: Repository, checksum: str) -> Commit | None:
    try:
        return repository.read_commit(checksum)
    except (OSError, FormatError):
        return None


def _others(location: Location) -> Iterator[tuple[Location, Repository]]:
    for place in find_sticks(location.drive.base):
        if place.repository_path != location.repository_path:
            with contextlib.suppress(SatchelError):
                yield place, open_repository(place)


def _children(location: Location) -> Iterator[str]:
    for place, other in _others(location):
        # Whose objects they take is a path that may mean another place today.
        if other.config.parent is None:
            continue
        try:
            refs = other.refs()
        except (SatchelError, OSError) as error:
            raise NobodyKnowsError(
                Message(
                    "Nothing is freed: what the repository {path} on the drive needs of it "
                    "cannot be told.",
                    path=place.repository_path,
                ),
                Message("Look at this repository, or move it away if nobody needs it."),
            ) from error
        yield from (entry.checksum for entry in refs if entry.checksum is not None)


def named_commits(location: Location, repository: Repository) -> frozenset[str]:
    """All that refs name, whosever they are, and what the summary lists. Raises NobodyKnowsError,
    OSError."""
    repository = repository.as_it_is()
    refs = {entry.checksum for entry in repository.refs() if entry.checksum is not None}
    return held_by_others(location, repository).union(refs, _listed(repository))


def _listed(repository: Repository) -> Iterator[str]:
    """What clients may be installing just now, also where a job stopped between the two."""
    try:
        summary = Summary(repository.read_summary() or b"")
        entries = list(summary.refs())
        for listed in summary.collection_map().values():
            entries += listed
    except (OSError, FormatError):
        return
    yield from (entry.commit for entry in entries if is_checksum(entry.commit))
