"""A remote's repository as it stands now: fetched, its signatures checked, its refs looked up.

Everything here is verified before it is believed: the index or summary by its signature,
sub-summaries by the digest the index names, commits by their checksum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from app.errors import TrustError, UpstreamError
from app.flatpak.refs import arch_of
from app.flatpak.remotes.known import Remote
from app.flatpak.upstream.announced import Announced, announced, fetch_keys, unverified_keys
from app.flatpak.upstream.cache import RemoteCache
from app.flatpak.upstream.ref_lists import (
    RefTable,
    SummaryIndex,
    UpstreamRef,
    default_token_type,
    inflate_summary,
    summary_made,
)
from app.formats.gvariant import FormatError
from app.ostree.config import ARCHIVE_MODES
from app.ostree.names import is_collection_id
from app.ostree.objects import (
    Commit,
    CorruptObject,
    Kind,
    ObjectName,
    check_metadata,
    detached_signatures,
)
from app.ostree.pull.answers import ABSENT, DeniedError, NotFoundError, UnauthorizedError
from app.ostree.pull.fetch import (
    LocalSource,
    Network,
    Reply,
    Source,
    Validators,
)
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.ostree.summary import Summary
from app.progress import Cancel, Reporter, silent
from app.trust.keyring import BadKeyError, Keyring
from app.trust.prolonged import fingerprints_in, keys_in, with_copies
from app.trust.rotation import certified
from app.trust.verdict import Judgement, Verdict

INDEX = "summary.idx"
INDEX_SIGNATURE = "summary.idx.sig"
SUMMARY = "summary"
SUMMARY_SIGNATURE = "summary.sig"
MAX_SIGNATURE_SIZE = 1024 * 1024
MAX_COMMIT_SIZE = 32 * 1024 * 1024
"""Several are fetched at once. One that lists the sizes of 300,000 objects has 14 MB."""

PARALLEL = 8
"""Small files fetched at once."""

_RACES = 3
_KEY = "Give the .flatpakrepo that its makers publish with --remote, or its key with --gpg-key."
_RISK = "Ask the people who run it to sign it, or accept the risk with --allow-unsigned."
_SAME_RUN = 3600
"""Seconds between a summary and an index that were published together, at most."""

_SUMMARY_INDEX = "summary-index"
"""In the cache only: digest of the index that the cached summary was published with."""


class UnsignedRemoteError(TrustError):
    """The remote has no key or its summary no signature."""


class BadSummaryError(TrustError):
    """A summary whose signature, collection or digest is wrong."""


class NoSideloadError(UpstreamError):
    """The upstream has no collection ID."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One verified upstream summary.

    Attributes:
        collection: the collection ID; empty if there is none, so that nothing can be carried.
        made: when upstream made it, seconds since 1970, or None if it does not tell.
        digest: SHA-256 of the signed file (index or summary): names the snapshot.
        signature: the verdict on it; UNSIGNED where that was allowed.
    """

    collection: str
    made: int | None
    digest: str
    signature: Judgement


class Upstream:
    """A remote that has been opened. Use `open_upstream`.

    Attributes:
        cache: what was fetched of it; whoever reads from it checks it.
        announced: what the signed list says about the remote; nothing if it is not signed.
        handed_out: the keys that count by its word beside those that the remote had.
    """

    def __init__(
        self, remote: Remote, source: Source, keyring: Keyring, cache: RemoteCache
    ) -> None:
        self.remote = remote
        self.source = source
        self.keyring = keyring
        self.cache = cache
        self.announced = Announced()
        self.handed_out = b""
        self._index: SummaryIndex | None = None
        self._index_signature = b""
        self._main: RefTable | None = None
        self._signed_main: tuple[Summary, bytes, Judgement] | None = None
        self._tables: dict[str, RefTable] = {}
        # Sub-summaries as published, by digest: what was checked is what goes on the stick.
        self._packed: dict[str, bytes] = {}
        self._commits: dict[str, bytes] = {}
        self._allow_unsigned = False
        self._for_drives = True
        # Paths whose cached file is what upstream has, so that nobody has to ask.
        self._unchanged: set[str] = set()
        self._collection: str | None = None
        self.snapshot: Snapshot

    def close(self) -> None:
        self.keyring.close()

    @property
    def default_branch(self) -> str | None:
        """The branch that is meant where none is named."""
        if self.remote.default_branch:
            return self.remote.default_branch
        published = self._index.metadata if self._index is not None else None
        if published is None and self._main is not None:
            published = self._main.summary.metadata
        branch = published.get("xa.default-branch", "s") if published is not None else None
        return branch if isinstance(branch, str) else None

    # Refs

    def arches(self) -> tuple[str, ...]:
        """Architectures that upstream has anything for."""
        if self._index is not None:
            prefix = f"{self.remote.subset}-" if self.remote.subset else ""
            names = [name for name in self._index.digests if name.startswith(prefix)]
            return tuple(sorted(name.removeprefix(prefix) for name in names))
        return tuple(sorted({ref.arch for ref in self.table("").refs()}))

    def table(self, arch: str) -> RefTable:
        """The refs of an architecture (of all where upstream has no index)."""
        if self._index is None:
            assert self._main is not None
            return self._main
        if arch not in self._tables:
            name = self._index.subset_name(arch, self.remote.subset)
            digest = self._index.digests.get(name)
            try:
                summary = Summary(self._sub_summary(digest)) if digest else Summary(b"")
            except FormatError as error:
                raise self._malformed(error) from error
            self._tables[arch] = RefTable(summary, self._index.token_type, self.remote.filter)
        return self._tables[arch]

    def lookup(self, name: str, arch: str) -> UpstreamRef | None:
        return self.table(arch).lookup(name)

    def apps(self, appstream: UpstreamRef) -> int:
        """How many apps an appstream branch is about."""
        arch = arch_of(appstream.name)
        refs = self.table(arch).refs()
        return sum(1 for ref in refs if ref.kind == "app" and ref.arch == arch)

    def _sub_summary(self, digest: str) -> bytes:
        path = f"summaries/{digest}.gz"
        cached = self.cache.read(path)
        if cached is not None:
            with suppress(FormatError):
                plain = inflate_summary(cached, digest)
                self._packed[digest] = cached
                return plain
        data = self._get(path, MAX_SUMMARY_SIZE)
        try:
            plain = inflate_summary(data, digest)
        except FormatError as error:
            raise BadSummaryError(
                f"A summary of {self.remote.label} was tampered with or damaged: {error}.",
                "Nothing was used. Try again later, or from another network.",
            ) from error
        self.cache.write(path, data)
        self._packed[digest] = data
        return plain

    # Commits

    def commits(self, checksums: Iterable[str]) -> dict[str, bytes]:
        """Commit objects by checksum, each checked against it; many at once, cached for good."""
        found, refused = self.ask_for_commits(checksums)
        for error in refused.values():
            raise error
        return found

    def ask_for_commits(
        self, checksums: Iterable[str]
    ) -> tuple[dict[str, bytes], dict[str, UpstreamError]]:
        """The same, and for those that upstream does not hand out whole: why."""
        wanted = {checksum: ObjectName(checksum, Kind.COMMIT) for checksum in checksums}
        missing = []
        for checksum, name in wanted.items():
            if checksum in self._commits:
                continue
            cached = self.cache.read(f"commits/{name}")
            if cached is None or not _is_object(name, cached):
                missing.append(name)
            else:
                self._commits[checksum] = cached
        paths = [f"objects/{name.path}" for name in missing]
        refused: dict[str, UpstreamError] = {}
        fetched = fetch_each(self.source, paths, MAX_COMMIT_SIZE)
        for name, data in zip(missing, fetched, strict=True):
            problem = self._commit_problem(name, data)
            if problem is not None:
                refused[name.checksum] = problem
            elif isinstance(data, bytes):
                self.cache.write(f"commits/{name}", data)
                self._commits[name.checksum] = data
        found = {sum_: self._commits[sum_] for sum_ in wanted if sum_ not in refused}
        return found, refused

    def _commit_problem(
        self, name: ObjectName, data: bytes | UpstreamError
    ) -> UpstreamError | None:
        """What is wrong with what came for a commit."""
        if isinstance(data, NotFoundError):
            return NotFoundError(
                f"{self.remote.label} lacks the commit {name.checksum} that its summary names.",
                "Upstream may be publishing right now: try again in a few minutes.",
            )
        if isinstance(data, UpstreamError):
            return data
        try:
            check_metadata(name, data)
        except CorruptObject as error:
            return UpstreamError(
                f"{self.remote.label} sent a damaged or forged commit {name.checksum}: {error}.",
                "Nothing was used. Try again later, or from another network.",
            )
        return None

    def signatures(
        self, checksums: Iterable[str]
    ) -> tuple[dict[str, bytes | None], dict[str, bytes | None]]:
        """Detached metadata of commits as far as it is needed to tell until when they are good:
        all of it, perhaps from the cache, and what was fetched now and is as upstream has it."""
        cached: dict[str, bytes | None] = {}
        missing = []
        # Without a key nothing ends.
        for checksum in checksums if self.remote.keys else ():
            data = self.cache.read(f"commits/{ObjectName(checksum, Kind.COMMITMETA)}")
            if data is None:
                missing.append(checksum)
            else:
                cached[checksum] = data
        fetched = fetch_detached(self.source, missing)
        for checksum, found in fetched.items():
            if found is not None:
                self.cache.write(f"commits/{ObjectName(checksum, Kind.COMMITMETA)}", found)
        return {**cached, **fetched}, fetched

    def metadata_text(self, ref: UpstreamRef) -> str:
        """Flatpak's metadata keyfile of a ref: from the summary, else from its commit."""
        if ref.metadata:
            return ref.metadata
        commit = Commit.parse(self.commits([ref.commit])[ref.commit])
        return commit.app_metadata or ""

    # Files for the stick

    def signed_files(self, arches: Iterable[str]) -> dict[str, bytes]:
        """The complete signed upstream summary, byte for byte, by upstream's own paths."""
        files: dict[str, bytes] = {}
        if self._index is not None:
            files[INDEX] = self._index.data
            if self._index_signature:
                files[INDEX_SIGNATURE] = self._index_signature
            for arch in arches:
                digest = self._index.digests.get(self._index.subset_name(arch, self.remote.subset))
                if digest is not None:
                    self.table(arch)
                    path = f"summaries/{digest}.gz"
                    files[path] = self._packed[digest]
        summary = self._signed_main if self._index is None else self._summary_beside(self._index)
        if summary is not None:
            files[SUMMARY] = summary[0].data
            if summary[1]:
                files[SUMMARY_SIGNATURE] = summary[1]
        return files

    def _summary_beside(self, index: SummaryIndex) -> tuple[Summary, bytes, Judgement] | None:
        """The summary published with an index: while that is the same, so is this.

        None where it is missing, cannot be trusted or is left over from before: clients that know
        the index do not look at it, and the index says all.
        """
        digest = sha256(index.data).hexdigest().encode()
        self._unchanged.discard(SUMMARY)
        if self.cache.read(_SUMMARY_INDEX) == digest:
            self._unchanged.add(SUMMARY)
        try:
            found = self._signed_summary(optional=True)
        except (TrustError, UpstreamError):
            found = None
        if found is not None and self._belongs_to(index, found[0], found[2]):
            self.cache.write(_SUMMARY_INDEX, digest)
            return found
        # The next time it is asked for again.
        self.cache.forget(SUMMARY)
        return None

    def _belongs_to(self, index: SummaryIndex, summary: Summary, judgement: Judgement) -> bool:
        """Whether a summary says what the index beside it says: signed as well, and as new."""
        if summary.collection != self._collection:
            return False
        if not judgement.good and self.snapshot.signature.good:
            return False
        made = summary_made(summary)
        return made is None or made >= (index.last_modified or 0) - _SAME_RUN

    # Opening

    def load(self, *, allow_unsigned: bool, for_drives: bool = True) -> None:
        """Fetch and verify what upstream has now."""
        self._for_drives = for_drives
        self._allow_unsigned = allow_unsigned
        if not self.remote.keys and not allow_unsigned:
            raise UnsignedRemoteError(
                f"The remote {self.remote.label} has no signing key, so nothing from it can be "
                "verified.",
                self._keyless_hint(),
            )
        loaded = self._load_index()
        if loaded is None:
            loaded = self._load_summary()
        collection, made, data, judgement = loaded
        self._collection = self._check_collection(collection)
        self.snapshot = Snapshot(self._collection, made, sha256(data).hexdigest(), judgement)
        if judgement.good:
            self._take_announced()

    def _take_announced(self) -> None:
        """As flatpak: keys that the signed list hands out count from now on, for commits too."""
        if self._index is not None:
            self.announced = announced(self._index.metadata)
        elif self._main is not None:
            self.announced = announced(self._main.summary.metadata)
        self.take((self.announced.keys,) if self.announced.keys else ())

    def take(self, keys: Sequence[bytes]) -> None:
        """Keys that upstream hands out count from now on."""
        trusted = fingerprints_in(self.remote.keys)
        if self.trust(keys):
            new = (key for blob in keys for key in keys_in(blob) if key.fingerprint not in trusted)
            self.handed_out += b"".join(key.data for key in new)

    def trust(self, keys: Sequence[bytes]) -> bool:
        """Key files count beside the remote's own; what gpg does not take changes nothing."""
        known = {key.data for blob in self.remote.keys for key in keys_in(blob)}
        new = [blob for blob in keys if any(key.data not in known for key in keys_in(blob))]
        wanted = (*self.remote.keys, *new)
        if len(wanted) < 2:
            return False
        try:
            keyring = Keyring(wanted)
        except BadKeyError:
            return False
        try:
            # Each key once, with the newest of its own signatures: clients get it from here.
            merged = keyring.export()
        except BadKeyError:
            keyring.close()
            return False
        self.keyring.close()
        self.keyring = keyring
        self.remote = replace(self.remote, keys=(merged,))
        return True

    def _load_index(self) -> tuple[str | None, int | None, bytes, Judgement] | None:
        if self.cache.validators(SUMMARY) and not self.cache.validators(INDEX):
            # This upstream had no index the last time. If its summary is unchanged, nor has it now.
            known = self.cache.validators(SUMMARY)
            if self.source.get(SUMMARY, MAX_SUMMARY_SIZE, known).data is None:
                self._unchanged.add(SUMMARY)
                return None
        for attempt in range(_RACES):
            try:
                data, changed = self._current(INDEX)
            except ABSENT:
                return None
            judgement, signature = self._judge_index(data, changed=changed)
            if judgement.verdict is not Verdict.BAD or attempt == _RACES - 1:
                break
            # The index may have been replaced between the two requests.
            self.cache.forget(INDEX)
        self._accept(judgement, "summary index")
        try:
            self._index = SummaryIndex(data)
        except FormatError as error:
            raise self._malformed(error) from error
        self._index_signature = signature
        return self._index.collection, self._index.last_modified, data, judgement

    def _judge_index(self, data: bytes, *, changed: bool) -> tuple[Judgement, bytes]:
        if not changed:
            signature = self.cache.read(INDEX_SIGNATURE) or b""
            judgement = self._judge(data, signature)
            if judgement.good:
                return judgement, signature
        digest = sha256(data).hexdigest()
        signature = self._optional(f"summaries/{digest}.idx.sig", MAX_SIGNATURE_SIZE)
        if not signature:
            signature = self._optional(INDEX_SIGNATURE, MAX_SIGNATURE_SIZE)
        if signature:
            self.cache.write(INDEX_SIGNATURE, signature)
        return self._judge(data, signature), signature

    def _load_summary(self) -> tuple[str | None, int | None, bytes, Judgement]:
        found = self._signed_summary(optional=False)
        assert found is not None
        summary, _, judgement = self._signed_main = found
        self._main = RefTable(summary, default_token_type(summary.metadata), self.remote.filter)
        return summary.collection, summary_made(summary), summary.data, judgement

    def _signed_summary(self, *, optional: bool) -> tuple[Summary, bytes, Judgement] | None:
        for attempt in range(_RACES):
            try:
                data, changed = self._current(SUMMARY)
            except ABSENT as error:
                if optional:
                    return None
                if not isinstance(error, NotFoundError):
                    raise
                raise UpstreamError(
                    f"{self.source.url} is not a Flatpak repository: it has no summary.",
                    "Check the address of the remote.",
                ) from error
            signature = (self.cache.read(SUMMARY_SIGNATURE) or b"") if not changed else b""
            judgement = self._judge(data, signature)
            if not judgement.good:
                signature = self._optional(SUMMARY_SIGNATURE, MAX_SIGNATURE_SIZE)
                judgement = self._judge(data, signature)
                self.cache.write(SUMMARY_SIGNATURE, signature)
            if judgement.verdict is not Verdict.BAD or attempt == _RACES - 1:
                break
            self.cache.forget(SUMMARY)
            self._unchanged.discard(SUMMARY)
        self._accept(judgement, "summary")
        try:
            summary = Summary(data)
        except FormatError as error:
            raise self._malformed(error) from error
        mode = summary.metadata.get("ostree.summary.mode", "s")
        if mode is not None and mode not in ARCHIVE_MODES:
            raise UpstreamError(
                f"{self.source.url} is a repository in the mode {mode!r}, which cannot be copied.",
                "Only archive repositories, as web servers have them, can be used.",
            )
        return summary, signature, judgement

    def _check_collection(self, published: str | None) -> str:
        """``published`` if it is the right one: as configured, and all of upstream's the same."""
        configured = self._collection or self.remote.collection_id
        if published is not None and not is_collection_id(published):
            raise BadSummaryError(
                f"{self.remote.label} publishes the invalid collection ID {published!r}.", ""
            )
        if configured and published and configured != published:
            raise BadSummaryError(
                f"{self.remote.label} should have the collection {configured}, but its summary "
                f"is for {published}.",
                "The address may be wrong, or somebody serves another repository's summary.",
            )
        if not published and self._for_drives:
            raise NoSideloadError(
                f"{self.remote.label} has no collection ID, so clients cannot install from a copy "
                "of it on a drive.",
                "Ask the people who run the repository to set one.",
            )
        return published or ""

    def _accept(self, judgement: Judgement, what: str) -> None:
        if judgement.good:
            return
        if self._allow_unsigned and (judgement.verdict is Verdict.UNSIGNED or not self.remote.keys):
            return
        if judgement.verdict is Verdict.UNSIGNED:
            hint = "Ask the people who run it to sign it, or try again from another network."
            if not self.remote.gpg_verify_summary:
                # flatpak does not mind either where it was told not to.
                hint = _RISK
            raise UnsignedRemoteError(f"The {what} of {self.remote.label} is not signed.", hint)
        raise BadSummaryError(
            f"The {what} of {self.remote.label} cannot be trusted: {judgement.describe()}",
            "Nothing was used. Check the remote's key, or try again from another network.",
        )

    def _keyless_hint(self) -> str:
        """What helps without a key: that, where upstream signs; it has one to give then."""
        try:
            signed = self._optional(INDEX_SIGNATURE, MAX_SIGNATURE_SIZE) or self._optional(
                SUMMARY_SIGNATURE, MAX_SIGNATURE_SIZE
            )
        except UpstreamError:
            return _KEY
        return _KEY if signed else _RISK

    def _judge(self, data: bytes, signature: bytes) -> Judgement:
        if not self.remote.keys:
            return Judgement(Verdict.UNSIGNED)
        try:
            signatures = detached_signatures(signature)
        except FormatError:
            return Judgement(Verdict.BAD)
        judgement = self.keyring.verify(data, signatures)
        if judgement.verdict is Verdict.EXPIRED_KEY:
            # Whoever prolonged the key may have said so in the very list that it signed.
            self.trust(
                with_copies(self.remote.keys, (unverified_keys(data),))[len(self.remote.keys) :]
            )
            judgement = self.keyring.verify(data, signatures)
        return judgement

    def _malformed(self, error: FormatError) -> UpstreamError:
        return UpstreamError(
            f"The summary of {self.remote.label} cannot be read: {error}.",
            "The server is broken; try again later.",
        )

    # Requests

    def _get(self, path: str, limit: int) -> bytes:
        data = self.source.get(path, limit).data
        assert data is not None
        return data

    def _optional(self, path: str, limit: int) -> bytes:
        try:
            return self._get(path, limit)
        except ABSENT:
            return b""

    def _current(self, path: str) -> tuple[bytes, bool]:
        """A file as it is upstream now, and whether it differs from the cached one."""
        if path in self._unchanged and (cached := self.cache.read(path)) is not None:
            return cached, False
        reply = self.source.get(path, MAX_SUMMARY_SIZE, self.cache.validators(path))
        if reply.data is None:
            cached = self.cache.read(path)
            if cached is not None:
                return cached, False
            reply = self.source.get(path, MAX_SUMMARY_SIZE)
            assert reply.data is not None
        self.cache.write_with_validators(path, reply.data, reply.validators)
        return reply.data, True


class NotFetchedError(UpstreamError):
    """Without asking anybody this cannot be known: it was never fetched."""


class CachedSource:
    """A repository as far as it was fetched before; asks nobody."""

    def __init__(self, url: str, cache: RemoteCache) -> None:
        self.url = url.rstrip("/")
        self.cache = cache

    def get(self, path: str, limit: int, known: Validators | None = None) -> Reply:
        data = self.cache.read(path)
        if data is None:
            if path in {INDEX, INDEX_SIGNATURE, SUMMARY_SIGNATURE} or path.endswith(".idx.sig"):
                raise NotFoundError(f"{self.url}/{path} was not fetched.")
            raise NotFetchedError(
                f"{self.url}/{path} was not fetched yet.", "Connect this computer to the network."
            )
        if len(data) > limit:
            raise UpstreamError(f"{self.url}/{path} is larger than it can be.")
        # What it was fetched by stays as it is in the cache.
        unchanged = path in {INDEX, SUMMARY}
        return Reply(None if unchanged else data, known or Validators())


def _is_object(name: ObjectName, data: bytes) -> bool:
    try:
        check_metadata(name, data)
    except CorruptObject:
        return False
    return True


_REFUSALS = (*ABSENT, UnauthorizedError)
"""What a server says about one file rather than about itself."""


def fetch_all(
    source: Source,
    paths: Sequence[str],
    limit: int,
    absent: tuple[type[UpstreamError], ...] = (NotFoundError,),
) -> list[bytes | None]:
    """Small files, several at once; None for what is not there. Raises UpstreamError."""
    found: list[bytes | None] = []
    for one in fetch_each(source, paths, limit):
        if isinstance(one, UpstreamError) and not isinstance(one, absent):
            raise one
        found.append(one if isinstance(one, bytes) else None)
    return found


def fetch_each(source: Source, paths: Sequence[str], limit: int) -> list[bytes | UpstreamError]:
    """The same; instead of what the server does not hand out, why. Raises UpstreamError."""

    def get(path: str) -> bytes | UpstreamError:
        try:
            data = source.get(path, limit).data
        except _REFUSALS as error:
            return error
        assert data is not None
        return data

    if len(paths) < 2:
        return [get(path) for path in paths]
    with ThreadPoolExecutor(min(PARALLEL, len(paths))) as pool:
        return list(pool.map(get, paths))


def fetch_detached(source: Source, checksums: Iterable[str]) -> dict[str, bytes | None]:
    """The detached metadata (signatures) of commits; None where upstream has none.

    Never cached: it is not named by its content and may change.
    """
    names = [ObjectName(checksum, Kind.COMMITMETA) for checksum in checksums]
    paths = [f"objects/{name.path}" for name in names]
    found = fetch_all(source, paths, MAX_SIGNATURE_SIZE, (NotFoundError, DeniedError))
    return {name.checksum: data for name, data in zip(names, found, strict=True)}


def open_upstream(
    remote: Remote,
    cache_directory: Path,
    network: Network,
    cancel: Cancel,
    *,
    allow_unsigned: bool,
    for_drives: bool = True,
    offline: bool = False,
    report: Reporter = silent,
) -> Upstream:
    """Fetch and verify what a remote offers now; the caller closes it.

    ``report`` is told of a pause that a busy server wants, perhaps by another thread.

    ``for_drives``: it has to have a collection ID. A second call costs one conditional request
    while nothing has changed upstream. With ``offline`` nobody is asked: it is as it was the last
    time, verified again. Raises `UpstreamError`, `TrustError`.
    """
    source: Source = remote.open_source(network, cancel, report)
    cache = RemoteCache(cache_directory, remote.url)
    if offline and not isinstance(source, LocalSource):
        source = CachedSource(remote.url, cache)
    upstream = Upstream(remote, source, Keyring(remote.keys), cache)
    try:
        upstream.load(allow_unsigned=allow_unsigned, for_drives=for_drives)
        if upstream.announced.keys_url and not offline:
            reached = remote.access.network(network)
            offered = fetch_keys(upstream.announced.keys_url, reached, cancel)
            upstream.take(certified(upstream.remote.keys, offered))
    except BaseException:
        upstream.close()
        raise
    return upstream
