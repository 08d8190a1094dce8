"""The commits of what is published: as they are where they are of the maker's collection already,
bound to it where they are not; signed by the maker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct, field

from app.media.publishing.commits import (
    Binding,
    checksum_of,
    rebound,
    source_of,
)
from app.media.publishing.maker import Maker
from app.message import Message
from app.ostree.objects import Commit, CorruptObject, ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.progress import Cancel, Meter


class SourceRef(Struct, frozen=True):
    """A ref as it was checked: where it comes from, and its commit."""

    origin: str
    commit: str


class BoundRefs(Struct, frozen=True):
    """What became of the commits.

    Attributes:
        refs: ref → commit, as published.
        as_they_are: those whose commits are upstream's own.
    """

    refs: Mapping[str, str]
    as_they_are: frozenset[str]


class _Work(Struct):
    commits: dict[str, bytes] = field(default_factory=dict)
    unsigned: dict[str, tuple[bytes, bytes | None]] = field(default_factory=dict)


class Commits(Protocol):
    """Where the commits of what was checked are."""

    def read_object(self, name: ObjectName) -> bytes: ...

    def read_detached(self, checksum: str) -> bytes | None: ...


class Binder:
    """Writes commits into the published repository."""

    def __init__(
        self, source: Commits, target: Repository, maker: Maker, *, signed_before: bool
    ) -> None:
        """``signed_before``: what has detached metadata there has the maker's signature."""
        self._source = source
        self._target = target
        self._maker = maker
        self._signed_before = signed_before

    def bind(
        self,
        wanted: Mapping[str, SourceRef],
        before: Mapping[str, str],
        binding: Callable[[str], Binding],
        meter: Meter,
        cancel: Cancel,
    ) -> BoundRefs:
        """``before``: what is published now. Raises SigningError, OSError, CorruptObject."""
        work = _Work()
        refs = {}
        as_they_are = set()
        for ref, source in wanted.items():
            cancel.check()
            data = self._source.read_object(ObjectName(source.commit, ObjectKind.COMMIT))
            if checksum_of(data) != source.commit:
                raise CorruptObject(Message("its content does not match its name"))
            if binding(ref).holds(Commit.parse(data)):
                as_they_are.add(ref)
                refs[ref] = source.commit
                self._note(work, source.commit, data, self._source.read_detached(source.commit))
            else:
                refs[ref] = self._bound(work, source.commit, data, binding(ref), before.get(ref))
        self._write(work, meter, cancel)
        return BoundRefs(refs, frozenset(as_they_are))

    def _bound(
        self, work: _Work, checksum: str, data: bytes, binding: Binding, parent: str | None
    ) -> str:
        if parent is not None and not self._target.has(ObjectName(parent, ObjectKind.COMMIT)):
            parent = None
        if parent is not None:
            stands = self._target.read_object(ObjectName(parent, ObjectKind.COMMIT))
            commit = Commit.parse(stands)
            if source_of(commit) == checksum and self._stands(commit, data, binding):
                self._note(work, parent, stands, self._target.read_detached(parent))
                return parent
        made = rebound(data, checksum, binding, parent)
        self._note(work, checksum_of(made), made, None)
        return checksum_of(made)

    @staticmethod
    def _stands(commit: Commit, source: bytes, binding: Binding) -> bool:
        """Whether binding the source again would change nothing."""
        own = Binding(binding.collection, binding.ref)
        again = Commit.parse(rebound(source, source_of(commit) or "", binding, commit.parent))
        return own.holds(commit) and again.metadata.data == commit.metadata.data

    def _note(self, work: _Work, checksum: str, data: bytes, detached: bytes | None) -> None:
        work.commits[checksum] = data
        signed = self._target.read_detached(checksum)
        if signed is None or not self._signed_before:
            work.unsigned[checksum] = data, signed or detached

    def _write(self, work: _Work, meter: Meter, cancel: Cancel) -> None:
        for checksum, made in self._maker.signed_all(work.unsigned, meter, cancel):
            self._target.write_object(ObjectName(checksum, ObjectKind.COMMITMETA), made)
        for checksum, data in work.commits.items():
            name = ObjectName(checksum, ObjectKind.COMMIT)
            if not self._target.has(name):
                self._target.write_object(name, data)

    def add(self, data: bytes) -> str:
        """Write and sign one commit; its checksum. Raises SigningError, OSError."""
        checksum = checksum_of(data)
        signatures = self._maker.signed(data)
        self._target.write_object(ObjectName(checksum, ObjectKind.COMMITMETA), signatures)
        self._target.write_object(ObjectName(checksum, ObjectKind.COMMIT), data)
        return checksum

    def sign_again(self, checksum: str) -> None:
        """A commit that stays, if it lacks a signature of the maker's."""
        signed = self._target.read_detached(checksum)
        if signed is None or not self._signed_before:
            data = self._target.read_object(ObjectName(checksum, ObjectKind.COMMIT))
            made = self._maker.signed(data, signed)
            self._target.write_object(ObjectName(checksum, ObjectKind.COMMITMETA), made)
