"""The copies of upstream summaries on a stick, and the keys that it carries.

Form: FORMAT.md beside this.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from app.flatpak.refs import arch_of, is_system
from app.flatpak.remotes.flatpakrepo import RemoteFileError, RepoFile
from app.flatpak.sideloading.situation import Version, takes_over
from app.flatpak.upstream.client import (
    INDEX,
    INDEX_SIGNATURE,
    MAX_SIGNATURE_SIZE,
    SUMMARY,
    SUMMARY_SIGNATURE,
)
from app.flatpak.upstream.published_configuration import (
    PublishedConfiguration,
    published_configuration,
)
from app.flatpak.upstream.ref_table import RefTable, UpstreamRef
from app.flatpak.upstream.summary_index import SummaryIndex, inflate_summary, summary_made
from app.formats.gvariant import FormatError
from app.formats.keyfile import MAX_SIZE as MAX_REPO_FILE_SIZE
from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.ref_files import STAGED
from app.ostree.repository import MAX_INDEX_SIZE, MAX_SUMMARY_SIZE
from app.ostree.summary import Summary, SummaryRef
from app.stick.store.location import Location, copy_path

FORMER = ".old"
"""Ends the name of a copy that has just been replaced."""

_SUMMARIES = "summaries"
_MOST_SUMMARIES = 100
_MOST_REPO_FILES = 16
"""Read of one collection."""


class Signed(Struct, frozen=True):
    """A signed file of the copy: its bytes, its signature's bytes, the collection it names."""

    path: str
    data: bytes
    signature: bytes | None
    collection: str | None


class Unreadable(Struct, frozen=True):
    """A file of the copy that is not what it should be, or that two clients read differently."""

    path: str
    data: bytes
    signature: bytes | None
    reason: str


class RefState(StrEnum):
    """How a ref on a stick stands to the copied snapshot.

    ``UNKNOWN``: there is no copy. ``PARTIAL``, ``MISSING``: its commit is not complete, or cannot
    be read.
    """

    CURRENT = "current"
    UPSTREAM_NEWER = "upstream-newer"
    UPSTREAM_OLDER = "upstream-older"
    NOT_IN_UPSTREAM = "not-in-upstream"
    UNKNOWN = "unknown"
    PARTIAL = "partial"
    MISSING = "missing"


class SubSummary(Struct, frozen=True):
    """An architecture's part; ``table``: its refs, what keeps them from being read, or None where
    the file is not there."""

    path: str
    table: RefTable | FormatError | None


class UpstreamCopy:
    """The copied upstream summary of one origin. Reads lazily; nothing is trusted."""

    def __init__(self, directory: Root, repo_file: bytes | None = None) -> None:
        """``repo_file``: the .flatpakrepo that is to come there, in place of any."""
        self.directory = directory
        self._coming = repo_file
        self._sub_summaries: dict[str, SubSummary] = {}

    @cached_property
    def _index_data(self) -> bytes | None:
        return self._read(INDEX, MAX_INDEX_SIZE)

    @cached_property
    def _summary_data(self) -> bytes | None:
        return self._read(SUMMARY)

    @property
    def _index(self) -> SummaryIndex | None:
        parsed = self._parsed_index
        return parsed if isinstance(parsed, SummaryIndex) else None

    @property
    def _main(self) -> Summary | None:
        """Asked for only where the index does not do: it is much the larger of the two."""
        parsed = self._parsed_summary
        return parsed if isinstance(parsed, Summary) else None

    @cached_property
    def _parsed_index(self) -> SummaryIndex | FormatError | None:
        if self._index_data is None:
            return None
        try:
            return SummaryIndex(self._index_data)
        except FormatError as error:
            return error.with_traceback(None)

    @cached_property
    def _parsed_summary(self) -> Summary | FormatError | None:
        if self._summary_data is None:
            return None
        try:
            return Summary(self._summary_data)
        except FormatError as error:
            return error.with_traceback(None)

    def _read(self, path: str, limit: int = MAX_SUMMARY_SIZE) -> bytes | None:
        try:
            return self.directory.read(path, limit)
        except OSError:
            return None

    def problems(self) -> list[Unreadable]:
        """What is there and cannot be used."""
        return [
            Unreadable(path, data, self._read(signature, MAX_SIGNATURE_SIZE), str(parsed))
            for path, data, signature, parsed in (
                (INDEX, self._index_data, INDEX_SIGNATURE, self._parsed_index),
                (SUMMARY, self._summary_data, SUMMARY_SIGNATURE, self._parsed_summary),
            )
            if data is not None and isinstance(parsed, FormatError)
        ]

    @property
    def exists(self) -> bool:
        return self._index_data is not None or self._summary_data is not None

    @property
    def made(self) -> int | None:
        """When upstream made the snapshot, seconds since 1970; None if the copy does not tell."""
        if self._index is not None and self._index.last_modified is not None:
            return self._index.last_modified
        return summary_made(self._main) if self._main is not None else None

    @property
    def dated(self) -> Signed | None:
        """The file that says it."""
        files = {file.path: file for file in self.signed()}
        if self._index is not None and self._index.last_modified is not None:
            return files[INDEX]
        return files.get(SUMMARY)

    def missing(self) -> list[str]:
        """What cannot be read though something beside it shows that it was there."""
        absent = []
        for data, path, traces in (
            (self._index_data, INDEX, (INDEX, INDEX_SIGNATURE, "summaries")),
            (self._summary_data, SUMMARY, (SUMMARY, SUMMARY_SIGNATURE)),
        ):
            if data is None and any(self.directory.node(trace) is not None for trace in traces):
                absent.append(path)
        return absent

    def signed(self) -> list[Signed]:
        """The signed files that are there and can be read."""
        files = []
        if self._index is not None:
            files.append(
                Signed(
                    INDEX,
                    self._index.data,
                    self._read(INDEX_SIGNATURE, MAX_SIGNATURE_SIZE),
                    self._index.collection,
                )
            )
        if self._main is not None:
            files.append(
                Signed(
                    SUMMARY,
                    self._main.data,
                    self._read(SUMMARY_SIGNATURE, MAX_SIGNATURE_SIZE),
                    self._main.collection,
                )
            )
        return files

    def index_files(self) -> dict[str, bytes]:
        """The signed index and the sub-summaries beside it, by upstream's paths; what cannot be
        read is left out."""
        paths = [INDEX, INDEX_SIGNATURE]
        summaries = names_ending(self.directory.below(_SUMMARIES), ".gz")
        paths += [f"{_SUMMARIES}/{name}" for name in summaries[:_MOST_SUMMARIES]]
        files = {path: self._read(path) for path in paths}
        return {path: data for path, data in files.items() if data is not None}

    def sub_summaries(self, arches: Sequence[str]) -> list[SubSummary]:
        """Those that the index names for these architectures."""
        summaries = (self._sub_summary(arch) for arch in arches)
        return [summary for summary in summaries if summary is not None]

    def parts(self, arches: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """The sub-summaries that the index names for these architectures: name and digest."""
        index = self._index
        if index is None:
            return ()
        names = (index.subset_name(arch, self.subset) for arch in arches)
        return tuple((name, index.digests[name]) for name in names if name in index.digests)

    def _sub_summary(self, arch: str) -> SubSummary | None:
        """None if the index names none."""
        if self._index is None:
            return None
        digest = self._index.digests.get(self._index.subset_name(arch, self.subset))
        return self._part(digest) if digest is not None else None

    def _part(self, digest: str) -> SubSummary:
        if digest not in self._sub_summaries:
            path = f"summaries/{digest}.gz"
            data = self._read(path)
            table: RefTable | FormatError | None = None
            if data is not None:
                try:
                    table = RefTable(Summary(inflate_summary(data, digest)))
                except FormatError as error:
                    table = error.with_traceback(None)
            self._sub_summaries[digest] = SubSummary(path, table)
        return self._sub_summaries[digest]

    @cached_property
    def repo_files(self) -> dict[str, bytes | None]:
        """The .flatpakrepo files beside the copy, of which there should be one; None for what
        cannot be read.
        """
        names = names_ending(self.directory, ".flatpakrepo")[:_MOST_REPO_FILES]
        return {name: self._read(name, MAX_REPO_FILE_SIZE) for name in names}

    @property
    def remote_name(self) -> str:
        """What the remote is called, by the name of its file; "" without one."""
        return next(iter(self.repo_files), "").removesuffix(".flatpakrepo")

    @property
    def repo_file_data(self) -> bytes | None:
        """The bytes of the .flatpakrepo beside the copy."""
        if self._coming is not None:
            return self._coming
        return next(iter(self.repo_files.values()), None)

    @cached_property
    def repo_file(self) -> RepoFile | None:
        """The .flatpakrepo beside the copy."""
        if self.repo_file_data is None:
            return None
        with contextlib.suppress(RemoteFileError):
            return RepoFile.parse(self.repo_file_data, ".flatpakrepo")
        return None

    @cached_property
    def configuration(self) -> PublishedConfiguration:
        """What the first of the `signed` files says about the remote."""
        first = self._index or self._main
        return (
            published_configuration(first.metadata)
            if first is not None
            else PublishedConfiguration()
        )

    @property
    def subset(self) -> str:
        repo_file = self.repo_file
        return repo_file.subset if repo_file is not None else ""

    def has_subset(self, arches: Sequence[str]) -> bool:
        """Whether upstream has the subset that the .flatpakrepo names."""
        index = self._index
        if index is None or not self.subset or not arches:
            return True
        return any(index.subset_name(arch, self.subset) in index.digests for arch in arches)

    def lookup(self, name: str, arch: str) -> UpstreamRef | None:
        """What the copied snapshot says about a ref."""
        table = self._main_table if is_system(name) else self.table(arch)
        with contextlib.suppress(FormatError):
            return table.lookup(name) if table is not None else None
        return None

    def state(self, name: str, commit: str, timestamp: int) -> RefState:
        """That of a ref whose commit on the stick, made at ``timestamp``, can be read."""
        if not self.exists:
            return RefState.UNKNOWN
        entry = self.lookup(name, arch_of(name))
        if entry is None:
            return RefState.NOT_IN_UPSTREAM
        if entry.commit == commit:
            return RefState.CURRENT
        named = Version(entry.commit, entry.timestamp)
        newer = takes_over(named, Version(commit, timestamp))
        return RefState.UPSTREAM_NEWER if newer else RefState.UPSTREAM_OLDER

    def entries(self) -> Iterator[SummaryRef]:
        """Whatever its lists name, of every architecture, as far as they can be read; perhaps one
        more than once."""
        index = self._index
        digests = sorted(set(index.digests.values())) if index is not None else []
        tables = [self._part(digest).table for digest in digests]
        for table in (*tables, self._main_table):
            if isinstance(table, RefTable):
                yield from table.summary.refs()

    def table(self, arch: str) -> RefTable | None:
        """The refs of an architecture, as far as they can be read."""
        sub_summary = self._sub_summary(arch)
        if sub_summary is not None and isinstance(sub_summary.table, RefTable):
            return sub_summary.table
        return self._main_table

    @cached_property
    def _main_table(self) -> RefTable | None:
        return RefTable(self._main) if self._main is not None else None


def names_ending(directory: Root, ending: str) -> list[str]:
    """The names in a directory with this ending, sorted; none if it cannot be read."""
    with contextlib.suppress(OSError):
        names = (entry.name for entry in directory.entries())
        return sorted(name for name in names if name.endswith(ending))
    return []


def copy_keys(copy: UpstreamCopy) -> tuple[bytes, ...]:
    """The keys that the drive itself carries for a collection."""
    repo_file = copy.repo_file
    return (repo_file.key,) if repo_file is not None and repo_file.key else ()


def open_copy(location: Location, collection: str) -> UpstreamCopy:
    """The one in place, or, where a job stopped while it exchanged them, the one to come."""
    extension, path = location.extension, copy_path(collection)
    staged = f"{path}{STAGED}"
    with contextlib.suppress(OSError):
        if extension.node(path) is None and extension.node(staged) is Node.DIRECTORY:
            return UpstreamCopy(extension.below(staged))
    return UpstreamCopy(location.upstream(collection))
