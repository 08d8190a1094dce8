"""The stick as it stands when plans are made: read once, for as many plans as are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.drive.safety.guard import Standing, look
from app.drive.space import Space, measure
from app.formats.gvariant import FormatError
from app.fs.files import drive_errors
from app.fs.nodes import Node
from app.message import Message
from app.ostree.objects import Commit, Kind, ObjectName, check_metadata
from app.ostree.repository import Repository, RepositoryInvalidError
from app.stick.store.location import Location, choose_stick, open_repository
from app.stick.store.record import StickRecord, read_record
from app.stick.store.upstream_copy import carried_keys


@dataclass(frozen=True, slots=True)
class PresentObjects:
    """The objects of a stick: paths as `ObjectName.path`, and how many directories hold them."""

    paths: Set[str]
    prefixes: int

    @classmethod
    def of(cls, repository: Repository) -> PresentObjects:
        paths = repository.object_paths()
        return cls(paths, len({path[:2] for path in paths}))


class StickNow:
    """What is there and what is free. Without a repository there is nothing yet.

    Attributes:
        existing: collection → ref → commit.
        partial: commits that are not complete.
    """

    def __init__(self, root: Path, destination: str | None) -> None:
        """Raises DriveError, UsageError, StickDamagedError."""
        self.location: Location = choose_stick(root, destination)
        self.standing: Standing = look(root)
        self.space: Space = measure(root)
        self.repository: Repository | None = None
        try:
            self.repository = open_repository(self.location, complete=False)
        except RepositoryInvalidError:
            # Something else in its place is moved aside by the job.
            if self.location.repository.node("objects") is Node.DIRECTORY:
                raise
        self.record: StickRecord | None = read_record(self.location)
        self.existing: Mapping[str, Mapping[str, str]] = {}
        self.partial: frozenset[str] = frozenset()
        if self.repository is not None:
            with drive_errors(Message("reading the repository")):
                self.existing = self.repository.collection_refs()
                self.partial = self.repository.partial_commits()
        self._commits: dict[str, Commit | None] = {}

    @cached_property
    def present(self) -> PresentObjects | None:
        """Its objects; None if there is no repository."""
        if self.repository is None:
            return None
        with drive_errors(Message("reading the repository")):
            return PresentObjects.of(self.repository)

    @cached_property
    def keys(self) -> tuple[bytes, ...]:
        """The keys that it hands out."""
        return carried_keys(self.location, self.existing)

    def commit(self, checksum: str) -> Commit | None:
        """A commit on the stick, complete or not; None for one that is not there or damaged."""
        if checksum not in self._commits:
            self._commits[checksum] = self._read(checksum)
        return self._commits[checksum]

    def _read(self, checksum: str) -> Commit | None:
        if self.repository is None:
            return None
        name = ObjectName(checksum, Kind.COMMIT)
        try:
            data = self.repository.read_object(name)
            # A drive may not say what upstream has never said.
            check_metadata(name, data)
            return Commit.parse(data)
        except (OSError, FormatError):
            return None
