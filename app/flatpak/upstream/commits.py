"""The commits of a remote and their signatures: many at once, each checked, kept for good."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from app.errors import UpstreamError
from app.flatpak.upstream.client import RemoteClient, fetch_detached, fetch_each
from app.flatpak.upstream.errors import NotFetchedError, NotKeptError
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.objects import Commit, CorruptObject, ObjectKind, ObjectName, check_metadata
from app.ostree.pull.answers import NotFoundError
from app.ostree.pull.kept_trees import KeptTrees
from app.ostree.pull.near_objects import NearObjects

MAX_COMMIT_SIZE = 32 * 1024 * 1024
"""Several are fetched at once. One that lists the sizes of 300,000 objects has 14 MB."""


@dataclass(frozen=True, slots=True)
class CommitClient:
    """The commits of one remote.

    Attributes:
        label: what the remote is called where something is wrong.
        kept: offline, what this computer has of trees; else None.
        near: has commits as well, and is asked before the remote.
        cached: those of what was asked for that had come here before.
    """

    client: RemoteClient
    label: str
    kept: KeptTrees | None = None
    near: NearObjects = field(default_factory=lambda: NearObjects(()))
    cached: set[str] = field(default_factory=set, init=False, repr=False)
    _whole: dict[str, bool] = field(default_factory=dict, init=False, repr=False)
    _known: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    def get(self, checksums: Iterable[str]) -> dict[str, bytes]:
        """Commit objects by checksum. Raises UpstreamError."""
        commits, refused = self.ask(checksums)
        for error in refused.values():
            raise error
        return commits

    def ask(self, checksums: Iterable[str]) -> tuple[dict[str, bytes], dict[str, UpstreamError]]:
        """The same, and for those that upstream does not hand out whole: why."""
        wanted = {checksum: ObjectName(checksum, ObjectKind.COMMIT) for checksum in checksums}
        missing = []
        for checksum, name in wanted.items():
            if checksum in self._known:
                continue
            cached = self.client.cache.read(f"commits/{name}")
            if cached is not None and _is_object(name, cached):
                self.cached.add(checksum)
            if cached is None and self.kept is not None:
                cached = self.kept.commit(checksum)
            elif cached is None:
                cached = self.near.commit(checksum)
            if cached is None or not _is_object(name, cached):
                missing.append(name)
            else:
                self._known[checksum] = cached
        refused = self._fetch(missing)
        if self.kept is not None:
            refused |= self._not_kept(self.kept, (sum_ for sum_ in wanted if sum_ not in refused))
        commits = {sum_: self._known[sum_] for sum_ in wanted if sum_ not in refused}
        return commits, refused

    def is_whole(self, checksum: str) -> bool:
        """Whether all of a commit is on this computer. Asks nobody."""
        if checksum not in self._whole:
            self._whole[checksum] = False
            data = self.kept.commit(checksum) if self.kept is not None else None
            with suppress(FormatError):
                if self.kept is not None and data is not None:
                    self._whole[checksum] = not self.kept.lack(Commit.parse(data))
        return self._whole[checksum]

    def _not_kept(self, kept: KeptTrees, checksums: Iterable[str]) -> dict[str, UpstreamError]:
        """What is to be said of those of which something would have to be asked for."""
        refused: dict[str, UpstreamError] = {}
        for checksum in checksums:
            lack = kept.lack(Commit.parse(self._known[checksum]))
            if lack:
                refused[checksum] = NotKeptError(
                    Message(
                        "{lacking} of its {files} files are not kept on this computer.",
                        lacking=lack.objects,
                        files=lack.of,
                    ),
                    Message("Connect this computer to the network."),
                )
        return refused

    def _fetch(self, missing: list[ObjectName]) -> dict[str, UpstreamError]:
        paths = [f"objects/{name.path}" for name in missing]
        refused: dict[str, UpstreamError] = {}
        fetched = fetch_each(self.client.source, paths, MAX_COMMIT_SIZE)
        for name, data in zip(missing, fetched, strict=True):
            problem = self._problem(name, data)
            if problem is not None:
                refused[name.checksum] = problem
            elif isinstance(data, bytes):
                self.client.cache.write(f"commits/{name}", data)
                self._known[name.checksum] = data
        return refused

    def _problem(self, name: ObjectName, data: bytes | UpstreamError) -> UpstreamError | None:
        """What is wrong with what came for a commit."""
        nobody = self.kept is not None and isinstance(data, NotFoundError)
        if nobody or isinstance(data, NotFetchedError):
            return NotKeptError(
                Message("It was never fetched on this computer."),
                Message("Connect this computer to the network."),
            )
        if isinstance(data, NotFoundError):
            return NotFoundError(
                Message(
                    "{label} lacks the commit {checksum} that its summary names.",
                    label=self.label,
                    checksum=name.checksum,
                ),
                Message("Upstream may be publishing right now: try again in a few minutes."),
            )
        if isinstance(data, UpstreamError):
            return data
        try:
            check_metadata(name, data)
        except CorruptObject as error:
            return UpstreamError(
                Message(
                    "{label} sent a damaged or forged commit {checksum}: {error}.",
                    label=self.label,
                    checksum=name.checksum,
                    error=error,
                ),
                Message("Nothing was used. Try again later, or from another network."),
            )
        return None

    def signatures(
        self, checksums: Iterable[str]
    ) -> tuple[dict[str, bytes | None], dict[str, bytes | None]]:
        """Detached metadata of commits as far as it is needed to tell until when they are good:
        all of it, perhaps from the cache, and what was fetched now and is as upstream has it."""
        cache = self.client.cache
        cached: dict[str, bytes | None] = {}
        missing = []
        for checksum in checksums:
            data = cache.read(f"commits/{ObjectName(checksum, ObjectKind.COMMITMETA)}")
            if data is None:
                missing.append(checksum)
            else:
                cached[checksum] = data
        fetched = fetch_detached(self.client.source, missing)
        for checksum, detached in fetched.items():
            if detached is None:
                fetched[checksum] = next(self.near.signatures(checksum), None)
        for checksum, detached in fetched.items():
            if detached is not None:
                cache.write(f"commits/{ObjectName(checksum, ObjectKind.COMMITMETA)}", detached)
        return {**cached, **fetched}, fetched


def _is_object(name: ObjectName, data: bytes) -> bool:
    try:
        check_metadata(name, data)
    except CorruptObject:
        return False
    return True
