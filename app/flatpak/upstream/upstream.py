"""A remote's repository as it stood when it was opened: verified, its refs looked up.

Everything here is verified before it is believed: the index or summary by its signature,
sub-summaries by the digest the index names, commits by their checksum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field

from msgspec import Struct

from app.closing import Closing
from app.errors import UpstreamError
from app.flatpak.refs import arch_of, is_system
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.client import RemoteClient
from app.flatpak.upstream.commits import CommitClient
from app.flatpak.upstream.errors import BadSummaryError, malformed_summary
from app.flatpak.upstream.keys import RemoteKeys
from app.flatpak.upstream.near import NOTHING_NEAR, NearUpstream, as_version, versions
from app.flatpak.upstream.objects import (
    Further,
    fetch_unchecked,
    find_sizes,
    find_trees,
    nothing_further,
)
from app.flatpak.upstream.published_configuration import PublishedConfiguration
from app.flatpak.upstream.ref_table import RefTable, UpstreamRef
from app.flatpak.upstream.signed_files import signed_files, summary_beside
from app.flatpak.upstream.signed_lists import SignedIndex, SignedSummary
from app.flatpak.upstream.summary_index import SummaryIndex, default_token_type, inflate_summary
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.names import is_collection_id, remote_origin
from app.ostree.objects import Commit, DirTree, ObjectKind, ObjectName
from app.ostree.pull.kept_trees import KeptTrees
from app.ostree.pull.near_objects import NearObjects
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.ostree.summary import Summary
from app.replacing import replace
from app.trust.keyring import Keyring
from app.trust.verdict import Judgement

_BESIDE = "/"
"""Among tables by architecture, of which none is called so."""


class Snapshot(Struct, frozen=True):
    """One verified upstream summary.

    Attributes:
        collection: the collection ID, or what stands for it where there is none, or none that
            clients can use (`app.ostree.names.remote_origin`).
        made: when upstream made it, seconds since 1970, or None if it does not tell.
        digest: SHA-256 of the signed file (index or summary): names the snapshot. Empty where there
            is no list, and what is near of it stands for one (`app.flatpak.upstream.unlisted`).
        signature: the verdict on it; UNSIGNED where that was allowed.
    """

    collection: str
    made: int | None
    digest: str
    signature: Judgement

    @property
    def listed(self) -> bool:
        """Whether it is of a list of upstream's."""
        return bool(self.digest)


@dataclass(frozen=True, slots=True, eq=False)
class Upstream(Closing):
    """What a remote offers, of one signed list. `UpstreamOpener.open` makes it; close it.

    Whatever else is asked for (sub-summaries, commits) is what that list names, so all answers fit
    together. Once closed it verifies no more signatures, and is good for the rest.

    Attributes:
        remote: with all keys that count.
        signed_list: the index, or the summary where there is no index.
        keyring: of the remote's keys.
        configuration: what the signed list says about the remote; nothing if it is not signed.
        handed_out: the keys that count by its word beside those that the remote had.
        allow_unsigned: whether that was accepted.
        kept: where nobody is asked, what this computer has of the commits' trees.
        near: what drives and installations beside have of upstreams.
    """

    remote: Remote
    client: RemoteClient
    signed_list: SignedIndex | SignedSummary
    snapshot: Snapshot
    keyring: Keyring
    configuration: PublishedConfiguration
    handed_out: bytes
    allow_unsigned: bool
    kept: KeptTrees | None = None
    near: NearUpstream = NOTHING_NEAR
    _commits: CommitClient = field(init=False, repr=False)
    _tables: dict[str, RefTable] = field(default_factory=dict, init=False, repr=False)
    # Sub-summaries as published, by digest: what was checked is what goes on the stick.
    _packed: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)
    # What updates of several drives need to know of what is new.
    _fetched: dict[ObjectName, bytes] = field(default_factory=dict, init=False, repr=False)
    _sizes: dict[ObjectName, int] = field(default_factory=dict, init=False, repr=False)
    # The summary beside the index, or None, once it was asked for.
    _beside: list[SignedSummary | None] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "_commits",
            CommitClient(self.client, self.remote.label, self.kept, NearObjects(self.near.places)),
        )

    def close(self) -> None:
        self.keyring.close()

    def called(self, collection: str) -> Upstream:
        """The same, of which the origin is called otherwise: as a drive calls it."""
        if collection == self.snapshot.collection:
            return self
        named = copy(self)
        object.__setattr__(named, "snapshot", replace(self.snapshot, collection=collection))
        return named

    @property
    def origin(self) -> str:
        """`Snapshot.collection`, whatever a drive calls it."""
        return origin_of(self.remote, self.signed_list)

    @property
    def index(self) -> SummaryIndex | None:
        return self.signed_list.index if isinstance(self.signed_list, SignedIndex) else None

    @property
    def default_branch(self) -> str | None:
        """The branch that is meant where none is named."""
        if self.remote.default_branch:
            return self.remote.default_branch
        branch = self.signed_list.metadata.get("xa.default-branch", "s")
        return branch if isinstance(branch, str) else None

    # Refs

    def arches(self) -> tuple[str, ...]:
        """Architectures that upstream has anything for."""
        if self.index is not None:
            prefix = f"{self.remote.subset}-" if self.remote.subset else ""
            names = [name for name in self.index.digests if name.startswith(prefix)]
            return tuple(sorted(name.removeprefix(prefix) for name in names))
        return tuple(sorted({ref.arch for ref in self.table("").refs()}))

    @property
    def made(self) -> int | None:
        """When the list was made, seconds since 1970; None if it does not tell."""
        return self.snapshot.made

    def table(self, arch: str) -> RefTable:
        """The refs of an architecture (of all where upstream has no index)."""
        key = arch if self.index is not None else ""
        if key not in self._tables:
            self._tables[key] = self._read_table(arch)
        return self._tables[key]

    def _read_table(self, arch: str) -> RefTable:
        hidden = self.remote.filter
        if isinstance(self.signed_list, SignedSummary):
            summary = self.signed_list.summary
            token = default_token_type(summary.metadata)
            return RefTable(summary, token, hidden, self._as_near)
        index = self.signed_list.index
        digest = index.digests.get(index.subset_name(arch, self.remote.subset))
        try:
            summary = Summary(self._sub_summary(digest)) if digest else Summary(b"")
        except FormatError as error:
            raise malformed_summary(self.remote.label, error) from error
        return RefTable(summary, index.token_type, hidden, self._as_near)

    def _as_near(self, entry: UpstreamRef) -> UpstreamRef:
        """The version that can be had where nobody is asked for that of the list."""
        collection = self.snapshot.collection
        nothing = self.kept is None or entry.name not in self.near.commits
        if nothing or not is_collection_id(collection) or self._commits.is_whole(entry.commit):
            return entry
        unsigned = self.allow_unsigned and not self.remote.keys
        there = versions(entry.name, self.near, collection, self.keyring, unsigned=unsigned)
        for checksum, commit in there:
            if self._commits.is_whole(checksum):
                return as_version(entry, checksum, commit)
        return entry

    def lookup(self, name: str, arch: str) -> UpstreamRef | None:
        """``arch`` is empty for what is of none. That, and what is no flatpak, is in no list of an
        architecture: the one beside the index names it.
        """
        if self.index is not None and (is_system(name) or not arch):
            return self._table_beside().lookup(name)
        return self.table(arch).lookup(name)

    def systems(self) -> tuple[str, ...]:
        """The names of the operating systems; where there is an index, of the list beside it."""
        table = self._table_beside() if self.index is not None else self.table("")
        return tuple(sorted(filter(is_system, table.names())))

    def _table_beside(self) -> RefTable:
        if _BESIDE not in self._tables:
            beside = self._summary_beside()
            summary = beside.summary if beside is not None else Summary(b"")
            self._tables[_BESIDE] = RefTable(summary)
        return self._tables[_BESIDE]

    def apps(self, appstream: UpstreamRef) -> int:
        """How many apps an appstream branch is about."""
        arch = arch_of(appstream.name)
        refs = self.table(arch).refs()
        return sum(1 for ref in refs if ref.kind == "app" and ref.arch == arch)

    def packed_summary(self, arch: str) -> tuple[str, bytes] | None:
        """Path and content of the sub-summary of an architecture as upstream publishes it."""
        if self.index is None:
            return None
        digest = self.index.digests.get(self.index.subset_name(arch, self.remote.subset))
        if digest is None:
            return None
        self.table(arch)
        return _sub_summary_path(digest), self._packed[digest]

    def _sub_summary(self, digest: str) -> bytes:
        path = _sub_summary_path(digest)
        cached = self.client.cache.read(path)
        if cached is not None:
            with suppress(FormatError):
                plain = inflate_summary(cached, digest)
                self._packed[digest] = cached
                return plain
        data = self.client.get(path, MAX_SUMMARY_SIZE)
        try:
            plain = inflate_summary(data, digest)
        except FormatError as error:
            raise BadSummaryError(
                Message(
                    "A summary of {remote} was tampered with or damaged: {error}.",
                    remote=self.remote.label,
                    error=error,
                ),
                Message("Nothing was used. Try again later, or from another network."),
            ) from error
        self.client.cache.write(path, data)
        self._packed[digest] = data
        return plain

    def signed_files(self, arches: Iterable[str]) -> dict[str, bytes]:
        """See the function of that name; of the sub-summaries those of ``arches``. Nothing where
        there is no list.

        Raises UpstreamError, TrustError.
        """
        if not self.snapshot.listed:
            return {}
        packed = dict(filter(None, map(self.packed_summary, arches)))
        return signed_files(self.signed_list, packed, self._summary_beside())

    def _summary_beside(self) -> SignedSummary | None:
        """As of the function of that name; None where there is no index."""
        if not self._beside and isinstance(self.signed_list, SignedIndex):
            with RemoteKeys(self.remote, self.keyring) as keys:
                beside = summary_beside(
                    self.signed_list,
                    self.client,
                    keys,
                    collection=self.signed_list.collection,
                    allow_unsigned=self.allow_unsigned,
                )
            self._beside.append(beside)
        return self._beside[0] if self._beside else None

    # Commits

    @property
    def cached(self) -> frozenset[str]:
        """Of the commits that were asked for, those that had come to this computer before."""
        return frozenset(self._commits.cached)

    def commits(self, checksums: Iterable[str]) -> dict[str, bytes]:
        """See `CommitClient.get`."""
        return self._commits.get(checksums)

    def ask_for_commits(
        self, checksums: Iterable[str]
    ) -> tuple[dict[str, bytes], dict[str, UpstreamError]]:
        """See `CommitClient.ask`."""
        return self._commits.ask(checksums)

    def signatures(
        self, checksums: Iterable[str]
    ) -> tuple[dict[str, bytes | None], dict[str, bytes | None]]:
        """See `CommitClient.signatures`; none without a key, as nothing ends then."""
        return self._commits.signatures(checksums if self.remote.keys else ())

    def metadata_text(self, ref: UpstreamRef) -> str:
        """Flatpak's metadata keyfile of a ref: from the summary, else from its commit."""
        if ref.metadata:
            return ref.metadata
        commit = Commit.parse(self.commits([ref.commit])[ref.commit])
        return commit.app_metadata or ""

    def fetch_unchecked(
        self, names: Sequence[ObjectName], further: Further = nothing_further
    ) -> dict[ObjectName, bytes]:
        """See `objects.fetch_unchecked`; each once, and none that this computer has kept; empty if
        upstream cannot be reached."""
        wanted = list(names)
        with self._kept.reading() as here:

            def lacking(names: Iterable[ObjectName]) -> list[ObjectName]:
                new = [name for name in names if name not in self._fetched]
                self._fetched.update(here(new))
                return [name for name in new if name not in self._fetched]

            def more(name: ObjectName, data: bytes) -> list[ObjectName]:
                found = list(further(name, data))
                wanted.extend(found)
                return lacking(found)

            new = lacking(names)
            with suppress(UpstreamError):
                self._fetched.update(fetch_unchecked(self.client, new, more) if new else {})
        return {name: self._fetched[name] for name in wanted if name in self._fetched}

    def find_sizes(self, names: Sequence[ObjectName]) -> dict[ObjectName, int]:
        """See `objects.find_sizes`; each is asked for once."""
        new = [name for name in names if name not in self._sizes]
        self._sizes.update(find_sizes(self.client, new) if new else {})
        return {name: self._sizes[name] for name in names if name in self._sizes}

    def find_trees(self, checksums: Sequence[str]) -> dict[str, DirTree]:
        """See `objects.find_trees`; what is on this computer is not asked for."""
        names = [ObjectName(checksum, ObjectKind.DIRTREE) for checksum in checksums]
        here = {name.checksum: DirTree.parse(data) for name, data in self._here(names).items()}
        return {**find_trees(self.client, [sum_ for sum_ in checksums if sum_ not in here]), **here}

    def _here(self, names: Iterable[ObjectName]) -> dict[ObjectName, bytes]:
        """Those of these objects that this computer has kept, or that are near."""
        return self._kept.metadata(names)

    @property
    def _kept(self) -> KeptTrees:
        return KeptTrees(self.client.cache.directory, (), self.near.places)


def origin_of(remote: Remote, signed_list: SignedIndex | SignedSummary) -> str:
    """Clients refuse a collection of which they have no key."""
    usable = signed_list.judgement.good or remote.keys
    return (signed_list.collection if usable else None) or remote_origin(remote.name)


def _sub_summary_path(digest: str) -> str:
    return f"summaries/{digest}.gz"
