"""What a plan's refs need, and what that needs: runtimes, extensions, and what replaces them.

First everything is followed that could come along, then what cannot be carried is taken out again
(`app.stick.planning.settling`). Why: decision D23.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import lru_cache

from app.errors import UsageError
from app.flatpak.catalogue.carried import catalogue_refs
from app.flatpak.eol_rebase import REPLACED_KEY, ReplacementError, replacement
from app.flatpak.extra_data import Payload, payloads_of, uncarriable
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref, arch_of, is_system
from app.flatpak.related import RelatedPolicy, gpu_matches, related
from app.flatpak.required_flatpak import unreadable
from app.flatpak.upstream.offer import Offer
from app.flatpak.upstream.ref_table import UpstreamRef
from app.formats.keyfile import KeyfileError
from app.message import Message
from app.ostree.objects import Commit
from app.progress import Notice
from app.remedy import Remedy
from app.stick.planning import refusal
from app.stick.planning.selection import Remotes
from app.stick.planning.settling import settle
from app.stick.planning.terms import NO_EXTRA_DATA, ExtraDataPolicy
from app.stick.planning.wanted import Key, Wanted
from app.stick.store.contents import said_app
from app.stick.store.record import LeftOut

CommitOf = Callable[[Wanted], tuple[str, Commit | None]]
"""Which commit a ref will have on the stick, and the commit itself if it is there."""

_CATALOGUE = Message("Names, icons and descriptions, so that software centres show the apps.")


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Metadata:
    """Of one plan after another the same few are read."""
    return Metadata.parse(text.encode())


class Closure:
    """Everything that is wanted so far.

    Attributes:
        policy: as given.
        wanted: what will be carried, by collection and ref; as of the last `close`.
        essential: what of it was named, extensions apart, and what that requires.
        left_out: what would have come along and cannot; likewise.
        notices: what a person should read about that; likewise.
        kept_runtimes: what those are on the stick that stay by the name that apps look for.
        gpus_found: graphics drivers asked for that something has.
    """

    def __init__(
        self,
        remotes: Remotes[Offer],
        stick: Mapping[str, Mapping[str, str]],
        policy: RelatedPolicy,
        *,
        related: bool,
        runtimes: bool,
        strict: bool,
        commit_of: CommitOf | None = None,
        extra_data: ExtraDataPolicy = NO_EXTRA_DATA,
        files: Collection[str] = (),
        renamed_since: Callable[[Key, UpstreamRef], Commit | None] = lambda _key, _entry: None,
    ) -> None:
        """
        Args:
            stick: collection → ref → commit there.
            related: bring extensions along.
            runtimes: bring runtimes along.
            strict: what was asked for is carried, or nothing is.
            commit_of: for looking at commits, on the stick or upstream; without it, only what
                the summary says counts.
            extra_data: of which refs it is carried.
            files: the full refs of runtimes that will be on the stick as files.
            renamed_since: the commit on the stick of a ref by the name that it had before.
        """
        self._remotes = remotes
        self._stick = stick
        self.policy = policy
        self._related = related
        self._runtimes = runtimes
        self._strict = strict
        self._commit_of = commit_of
        self._extra_data = extra_data
        self._files = frozenset(files)
        self._renamed_since = renamed_since
        self._queue: deque[Wanted] = deque()
        self._upstreams: dict[str, Offer] = {}
        self._all: dict[Key, Wanted] = {}
        # Runtimes that were left out on purpose, with the apps that need them.
        self._without: dict[Key, list[Key]] = {}
        self.wanted: dict[Key, Wanted] = {}
        self.essential: set[Key] = set()
        self.left_out: dict[Key, LeftOut] = {}
        self.notices: list[Notice] = []
        self.kept_runtimes: dict[Key, Metadata] = {}
        self.gpus_found: set[str] = set()

    def touched(self) -> dict[str, Offer]:
        """The collections that the plan is about so far."""
        return {key[0]: wanted.upstream for key, wanted in self.wanted.items()}

    def runs_on(self) -> dict[Key, str]:
        """The runtimes that apps which are wanted so far look for, as far as that is known."""
        return {
            key: str(wanted.metadata.runtime)
            for key, wanted in self._all.items()
            if key[1].startswith("app/") and wanted.replaced_by is None and wanted.refusal is None
            if wanted.metadata is not None and wanted.metadata.runtime is not None
        }

    def installed(self) -> frozenset[Ref]:
        """The refs that were named or wished for, each by what flatpak installs in its place."""
        todo = [wanted for wanted in self.wanted.values() if wanted.named or wanted.wished]
        refs = set()
        while todo:
            wanted = todo.pop()
            if wanted.replaced_by is not None:
                todo += (self.wanted[need] for need in wanted.requires if need in self.wanted)
            elif wanted.entry.ref is not None:
                refs.add(wanted.entry.ref)
        return frozenset(refs)

    def want(
        self,
        upstream: Offer,
        entry: UpstreamRef,
        reason: Message,
        asker: Wanted | None = None,
        *,
        chosen: bool = False,
        named: bool = False,
        wished: bool = False,
    ) -> Key:
        """Note that a ref is wanted; what it needs is followed by `close`."""
        upstream, entry = self._one_snapshot(upstream, entry)
        key = upstream.snapshot.collection, entry.name
        wanted = self._all.get(key)
        if wanted is None:
            replaced_by = None if is_system(entry.name) else entry.eol_rebase
            wanted = Wanted(upstream, entry, None, replaced_by, entry.token_type)
            self._all[key] = wanted
            self._read_metadata(wanted)
            self._queue.append(wanted)
        ask = asker.key if asker is not None else None, reason
        wanted.named |= named
        wanted.wished |= wished
        if chosen and not wanted.chosen:
            wanted.chosen = True
            wanted.asks.insert(0, ask)
        elif ask[0] not in (known for known, _ in wanted.asks):
            wanted.asks.append(ask)
        return key

    def want_catalogue(self, upstream: Offer, arch: str) -> None:
        """The list of its apps, if it has one."""
        for name in catalogue_refs(arch, upstream.remote.subset):
            entry = upstream.lookup(name, arch)
            if entry is not None:
                self.want(upstream, entry, _CATALOGUE)
                return

    def _one_snapshot(self, upstream: Offer, entry: UpstreamRef) -> tuple[Offer, UpstreamRef]:
        """Where two remotes have the same collection, everything comes from the first of them."""
        collection = upstream.snapshot.collection
        first = self._upstreams.setdefault(collection, upstream)
        if first is upstream:
            return upstream, entry
        same = first.lookup(entry.name, arch_of(entry.name))
        if same is None:
            raise UsageError(
                refusal.two_places(entry.name, upstream.remote, first.remote, collection),
                Remedy.NAME_REMOTE_WITH_ALL,
            )
        return first, same

    def _read_metadata(self, wanted: Wanted) -> None:
        """What flatpak's metadata says, and whether that forbids to carry it."""
        entry = wanted.entry
        if entry.ref is None:
            return
        text = self._metadata_text(wanted)
        if text:
            try:
                wanted.metadata = _parsed(text)
            except KeyfileError as error:
                wanted.refusal = refusal.bad_metadata(wanted.upstream, entry, error)
                return
        required = wanted.metadata.required_flatpak if wanted.metadata is not None else ()
        if (no_version := unreadable(required)) is not None:
            wanted.refusal = refusal.bad_version(entry.name, no_version)
        extra = wanted.metadata.extra_data if wanted.metadata is not None else ()
        size = entry.extra_data_size or sum(payload.size for payload in extra)
        if (size or extra) and not self._may_need_payloads(wanted):
            wanted.refusal = refusal.extra_data(entry, size)
        elif self._commit_of is None and self._extra_data.carries(wanted.key):
            # As good as can be told without the commit.
            wanted.payloads = tuple(
                Payload(each.name or "", each.size, each.installed_size, each.checksum, each.uri)
                for each in extra
            )

    def _may_need_payloads(self, wanted: Wanted) -> bool:
        return self._may_lack_payloads(wanted) or self._extra_data.carries(wanted.key)

    def _may_lack_payloads(self, wanted: Wanted) -> bool:
        return self._extra_data.left or wanted.is_on(self._stick)

    def _take_payloads(self, wanted: Wanted, commit: Commit) -> None:
        """What a client will ask for beside the commit, if that is carried."""
        payloads = payloads_of(commit)
        if not payloads or wanted.refusal is not None:
            return
        if not self._extra_data.carries(wanted.key):
            if not self._may_lack_payloads(wanted):
                size = sum(payload.size for payload in payloads)
                wanted.refusal = refusal.extra_data(wanted.entry, size)
        elif problem := uncarriable(payloads):
            wanted.refusal = refusal.bad_extra_data(wanted.entry.name, problem)
        else:
            wanted.payloads = payloads

    def _metadata_text(self, wanted: Wanted) -> str:
        """From the summary, else from the commit; empty where that cannot be had."""
        upstream, entry = wanted.upstream, wanted.entry
        if not entry.metadata and not self._look_at(wanted):
            return ""
        return upstream.metadata_text(entry)

    # Following

    def close(self) -> None:
        """Follow needs until there are no new ones, then take out what cannot be carried.

        Raises the error of a `Refusal` that ends the job.
        """
        while self._queue:
            while self._queue:
                self._follow(self._queue.popleft())
            if self._commit_of is not None:
                self._look_at_commits()
        self._settle()

    def _follow(self, wanted: Wanted) -> None:
        ref, metadata = wanted.entry.ref, wanted.metadata
        if ref is None or wanted.refusal is not None:
            return
        if wanted.replaced_by is not None:
            # Nothing of what it needs itself is ever installed for it.
            self._want_replacement(wanted, ref, wanted.replaced_by)
            return
        if metadata is None:
            return
        if ref.kind == "app" and metadata.runtime is not None:
            self._want_runtime(wanted, ref, metadata.runtime)
        if self._related and (metadata.extension_of is None or wanted.chosen):
            self._want_related(wanted.upstream, ref, metadata, wanted)

    def _want_replacement(self, wanted: Wanted, ref: Ref, said: str) -> None:
        try:
            new = replacement(ref, said)
        except ReplacementError:
            # Told with the rest of the chain.
            return
        entry = wanted.upstream.lookup(str(new), new.arch)
        if entry is not None:
            reason = Message(
                "flatpak installs it in place of {ref}, which was renamed.", ref=ref.id
            )
            wanted.requires.append(self.want(wanted.upstream, entry, reason, wanted))

    def _want_runtime(self, wanted: Wanted, ref: Ref, runtime: Ref) -> None:
        reason = Message("The runtime of {ref}.", ref=ref.id)
        name = str(runtime)
        collection = wanted.upstream.snapshot.collection
        entry = wanted.upstream.lookup(name, runtime.arch)
        there = any(name in refs for refs in self._stick.values())
        if not self._runtimes and not there and runtime not in self.policy.named:
            self._without.setdefault((collection, name), []).append(wanted.key)
            return
        if entry is not None:
            if not self.keeps_name(wanted.upstream, entry, wanted):
                wanted.requires.append(self.want(wanted.upstream, entry, reason, wanted))
            return
        if there:
            return
        for upstream in self._remotes.others(wanted.upstream):
            entry = upstream.lookup(name, runtime.arch)
            if entry is not None:
                wanted.requires.append(self.want(upstream, entry, reason, wanted))
                return
        # A source brings updates, so a file does only where no source has it.
        if name in self._files:
            return
        wanted.refusal = refusal.no_runtime(str(ref), name, self._remotes.not_searched)

    def keeps_name(self, upstream: Offer, entry: UpstreamRef, asker: Wanted | None = None) -> bool:
        """Whether a runtime stays on the stick as it is: flatpak would install the new name, and
        the app looks for this one. What belongs to it comes along unless that was renamed too."""
        key = upstream.snapshot.collection, entry.name
        old = self._renamed_since(key, entry) if key not in self._all else None
        if old is None or entry.ref is None:
            return False
        with suppress(KeyfileError):
            metadata = self.kept_runtimes[key] = _parsed(old.app_metadata or "")
            if self._related:
                self._want_related(upstream, entry.ref, metadata, asker, renamed=False)
        return True

    def _want_related(
        self,
        upstream: Offer,
        ref: Ref,
        metadata: Metadata,
        asker: Wanted | None,
        *,
        renamed: bool = True,
    ) -> None:
        """``renamed``: also what the stick has by the name that it had before."""
        collection = upstream.snapshot.collection
        for extension in related(ref, metadata, upstream.table(ref.arch), self.policy):
            self.gpus_found.update(
                gpu for gpu in self.policy.gpus if gpu_matches(gpu, extension.ref.id)
            )
            entry = upstream.lookup(str(extension.ref), extension.ref.arch)
            if not extension.wanted or entry is None:
                continue
            if not renamed and self._renamed_since((collection, entry.name), entry) is not None:
                continue
            key = self.want(upstream, entry, extension.reason, asker)
            if asker is not None:
                asker.brings.append(key)

    # Commits

    def _look_at_commits(self) -> None:
        """All that were not looked at yet, each remote's at once."""
        new = [
            wanted for wanted in self._all.values() if not wanted.read and wanted.refusal is None
        ]
        by_upstream: dict[int, list[Wanted]] = {}
        for wanted in new:
            by_upstream.setdefault(id(wanted.upstream), []).append(wanted)
        for some in by_upstream.values():
            places = map(self._place, some)
            some[0].upstream.ask_for_commits([sum_ for sum_, commit in places if commit is None])
        for wanted in new:
            self._look_at(wanted)

    def _place(self, wanted: Wanted) -> tuple[str, Commit | None]:
        if self._commit_of is None:
            return wanted.entry.commit, None
        return self._commit_of(wanted)

    def _look_at(self, wanted: Wanted) -> bool:
        """What the commit says that the summary does not; False if it cannot be had."""
        if wanted.read:
            return wanted.refusal is None
        wanted.read = True
        name = wanted.entry.name
        checksum, commit = self._place(wanted)
        if commit is None:
            commits, refused = wanted.upstream.ask_for_commits([checksum])
            for error in refused.values():
                if wanted.token_type:
                    wanted.refusal = refusal.needs_token(name, error)
                else:
                    final = not self._is_extension(wanted)
                    wanted.refusal = refusal.not_delivered(name, error, final=final)
                return False
            commit = Commit.parse(commits[checksum])
        wanted.refusal = refusal.of_binding(wanted.upstream, name, commit)
        if is_system(name):
            if (said := said_app(commit)) is not None:
                wanted.refusal = refusal.poses_as_app(name, said)
            wanted.told = commit.total_sizes()
            # Only flatpak puts one thing in another's place.
            return True
        if wanted.entry.ref is not None and commit.app_metadata is None:
            wanted.refusal = wanted.refusal or refusal.no_metadata(name)
        self._take_payloads(wanted, commit)
        wanted.token_type = wanted.token_type or commit.metadata.get("xa.token-type", "i", 0)
        replaced_by = commit.metadata.get(REPLACED_KEY, "s")
        if replaced_by != wanted.replaced_by:
            # A client without network goes by the commit, whatever the summary says.
            wanted.replaced_by = replaced_by
            wanted.requires.clear()
            wanted.brings.clear()
            self._queue.append(wanted)
        return True

    def _is_extension(self, wanted: Wanted) -> bool:
        """Whether apps go without it."""
        if wanted.metadata is not None and wanted.metadata.kind == "app":
            return False
        if wanted.metadata is not None and wanted.metadata.extension_of is not None:
            return True
        brought = any(asker and wanted.key in self._all[asker].brings for asker, _ in wanted.asks)
        is_list = wanted.entry.ref is None and not is_system(wanted.entry.name)
        return brought or is_list

    def _find_essential(self) -> set[Key]:
        """What a job does not go on without: what was named, and what that requires."""
        todo = [
            wanted
            for wanted in self._all.values()
            if wanted.named and not self._is_extension(wanted)
        ]
        essential: set[Key] = set()
        while todo:
            wanted = todo.pop()
            if wanted.key not in essential:
                essential.add(wanted.key)
                todo += (self._all[need] for need in wanted.requires)
        return essential

    def _settle(self) -> None:
        settled = settle(self._all, self._stick, self._without, strict=self._strict)
        self.wanted, self.left_out = settled.wanted, settled.left_out
        self.notices = settled.notices
        self.essential = self._find_essential() & set(self.wanted)
