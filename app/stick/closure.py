"""What a plan's refs need, and what that needs: runtimes and extensions, in whatever remote."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.errors import UpstreamError, UsageError
from app.flatpak.index import UpstreamRef
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref, arch_of
from app.flatpak.related import Policy, gpu_matches, related
from app.flatpak.upstream import Upstream
from app.keyfile import KeyfileError
from app.progress import Notice
from app.stick.record import LeftOut
from app.stick.selection import Remotes
from app.words import size_text

EXTRA_DATA = "extra-data-missing"
_RUNTIME_REASON = "The runtime of "


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Metadata:
    """Of one plan after another the same few are read."""
    return Metadata.parse(text.encode())


class NeedsExtraDataError(UsageError):
    """A chosen app needs a payload that upstream may not redistribute."""


class RuntimeMissingError(UpstreamError):
    """An app's runtime is in no remote and not on the stick."""


@dataclass(slots=True)
class Wanted:
    """A ref on its way into the plan; ``needed_by`` grows."""

    upstream: Upstream
    entry: UpstreamRef
    chosen: bool
    reason: str
    needed_by: list[str]
    metadata: Metadata | None


class Closure:
    """Everything that is wanted so far.

    Attributes:
        policy: as given.
        wanted: by collection and ref.
        left_out: what would have come along and cannot.
        notices: what a person should read.
        gpus_found: graphics drivers asked for that something has.
    """

    def __init__(
        self,
        remotes: Remotes,
        stick: Mapping[str, Mapping[str, str]],
        policy: Policy,
        *,
        related: bool,
    ) -> None:
        """``stick``: collection → ref → commit there. ``related``: bring extensions along."""
        self._remotes = remotes
        self._stick = stick
        self.policy = policy
        self._related = related
        self._queue: deque[Wanted] = deque()
        self._upstreams: dict[str, Upstream] = {}
        self.wanted: dict[tuple[str, str], Wanted] = {}
        self.left_out: dict[tuple[str, str], LeftOut] = {}
        self.notices: list[Notice] = []
        self.gpus_found: set[str] = set()

    def touched(self) -> dict[str, Upstream]:
        """The collections that the plan is about so far."""
        return {
            wanted.upstream.snapshot.collection: wanted.upstream for wanted in self.wanted.values()
        }

    def want(
        self,
        upstream: Upstream,
        entry: UpstreamRef,
        reason: str,
        needed_by: str | None,
        *,
        chosen: bool = False,
    ) -> None:
        upstream, entry = self._one_snapshot(upstream, entry)
        key = (upstream.snapshot.collection, entry.name)
        known = self.wanted.get(key)
        if known is None:
            metadata = self._metadata(upstream, entry)
            if not self._may_carry(upstream, entry, metadata, reason, needed_by, chosen=chosen):
                return
            known = Wanted(upstream, entry, chosen, reason, [], metadata)
            self.wanted[key] = known
            self._queue.append(known)
        if chosen and not known.chosen:
            known.chosen, known.reason = True, reason
        if needed_by is not None and needed_by not in known.needed_by:
            known.needed_by.append(needed_by)

    def _one_snapshot(self, upstream: Upstream, entry: UpstreamRef) -> tuple[Upstream, UpstreamRef]:
        """Where two remotes have the same collection, everything comes from the first of them."""
        collection = upstream.snapshot.collection
        first = self._upstreams.setdefault(collection, upstream)
        if first is upstream:
            return upstream, entry
        found = first.lookup(entry.name, arch_of(entry.name))
        if found is None:
            raise UsageError(
                f"{entry.name} is in {upstream.remote.label} but not in {first.remote.label}, and "
                f"both have the collection {collection}, which a drive carries from one place.",
                "Name with --remote the one that has everything.",
            )
        return first, found

    def _metadata(self, upstream: Upstream, entry: UpstreamRef) -> Metadata | None:
        if entry.ref is None:
            return None
        text = upstream.metadata_text(entry)
        if not text:
            return None
        try:
            return _parsed(text)
        except KeyfileError as error:
            raise UpstreamError(
                f"The metadata of {entry.name} in {upstream.remote.label} cannot be read: {error}",
                "Tell the people who publish it; leave it out meanwhile.",
            ) from error

    def _may_carry(
        self,
        upstream: Upstream,
        entry: UpstreamRef,
        metadata: Metadata | None,
        reason: str,
        needed_by: str | None,
        *,
        chosen: bool,
    ) -> bool:
        """Refs with extra data would not install offline: refuse chosen, leave out others."""
        size = entry.extra_data_size or sum(
            extra.size for extra in (metadata.extra_data if metadata is not None else ())
        )
        needs = size or (metadata is not None and metadata.extra_data)
        if not needs:
            return True
        key = (upstream.snapshot.collection, entry.name)
        if self._stick.get(key[0], {}).get(entry.name):
            return True
        if chosen or (needed_by is not None and reason.startswith(_RUNTIME_REASON)):
            raise NeedsExtraDataError(
                f"{entry.name} cannot be carried: {size_text(size)} of it may only be downloaded "
                "by each computer itself, from its maker's server.",
                "Leave it out, or install it where there is internet.",
            )
        why = (
            f"{size_text(size)} of it may only be downloaded by each computer itself, so it cannot "
            "be installed offline."
        )
        self.left_out[key] = LeftOut(key[0], entry.name, EXTRA_DATA, why)
        self.notices.append(Notice("warning", f"{entry.name} is left out: {why}"))
        return False

    def close(self) -> None:
        """Follow needs until there are no new ones."""
        while self._queue:
            wanted = self._queue.popleft()
            ref, metadata = wanted.entry.ref, wanted.metadata
            if ref is None or metadata is None:
                continue
            if ref.kind == "app" and metadata.runtime is not None:
                self._want_runtime(wanted, ref, metadata.runtime)
            if self._related and (metadata.extension_of is None or wanted.chosen):
                self._want_related(wanted, ref, metadata)

    def _want_runtime(self, wanted: Wanted, ref: Ref, runtime: Ref) -> None:
        reason = f"The runtime of {ref.id}."
        name = str(runtime)
        entry = wanted.upstream.lookup(name, runtime.arch)
        if entry is not None:
            self.want(wanted.upstream, entry, reason, str(ref))
            return
        if any(name in refs for refs in self._stick.values()):
            return
        for upstream in self._remotes.others(wanted.upstream):
            entry = upstream.lookup(name, runtime.arch)
            if entry is not None:
                self.want(upstream, entry, reason, str(ref))
                return
        raise RuntimeMissingError(
            f"{ref} needs the runtime {name}, which was found neither in a known remote nor on the "
            f"drive. {self._remotes.not_searched}".rstrip(),
            "Add the remote that has it, or leave the app out.",
        )

    def _want_related(self, wanted: Wanted, ref: Ref, metadata: Metadata) -> None:
        for found in related(ref, metadata, wanted.upstream.table(ref.arch), self.policy):
            self.gpus_found.update(
                gpu for gpu in self.policy.gpus if gpu_matches(gpu, found.ref.id)
            )
            entry = wanted.upstream.lookup(str(found.ref), found.ref.arch)
            if found.wanted and entry is not None:
                self.want(wanted.upstream, entry, found.reason, str(ref))
