"""What is on the drive already: it moves to what upstream has now, or stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

from app.flatpak.eol_rebase import REPLACED_KEY
from app.flatpak.refs import arch_of
from app.flatpak.upstream.offer import Offer
from app.flatpak.upstream.ref_table import UpstreamRef
from app.ostree.bindings import is_for_ref
from app.ostree.names import METADATA_REF, origin_remote
from app.ostree.objects import Commit
from app.progress import Notice
from app.stick.planning.changes import Changes
from app.stick.planning.closure import Closure
from app.stick.planning.extra_data import carried_payloads
from app.stick.planning.leaving import Leaving, is_given_up
from app.stick.planning.notices import stays_as_it_is, stays_by_its_name
from app.stick.planning.plan import Action, Item, Removal
from app.stick.planning.target_state import TargetState
from app.stick.planning.wanted import THERE_ALREADY, Key, was_chosen


class OnDrive:
    """Of one drive, for one plan."""

    def __init__(
        self,
        drive: TargetState,
        leaving: Leaving,
        changes: Changes,
        required: Collection[Key],
        *,
        keep: bool,
    ) -> None:
        """``required``: runtimes there of apps that are there as files, or come as such; ``keep``:
        versions stay as they are."""
        self._drive = drive
        self._record = drive.record
        self._existing = drive.refs
        self._leaving = leaving
        self._changes = changes
        self._required = frozenset(required)
        self._keep = keep
        self._users: dict[Key, tuple[str, ...]] = {}

    def move(self, closure: Closure, done: set[str]) -> list[Notice]:
        """Everything of a touched collection comes from one snapshot; that may touch others.

        ``done``: those that were moved.
        """
        notices: list[Notice] = []
        if self._changes.update:
            self._want_needed(closure)
        while new := {
            name: upstream for name, upstream in closure.touched().items() if name not in done
        }:
            for collection, upstream in new.items():
                done.add(collection)
                notices += self.want(closure, collection, upstream)
            closure.close()
        return notices

    def _want_needed(self, closure: Closure) -> None:
        """What came along moves as well, if only something needs it that stays as it is or is of
        another source."""
        touched = closure.touched()
        for key, users in self._leaving.needed(closure.wanted).items():
            upstream = touched.get(key[0])
            entry = upstream.lookup(key[1], arch_of(key[1])) if upstream is not None else None
            if upstream is None or entry is None or self._before_renamed(key, entry):
                continue
            self._users[key] = users
            self._want_as_recorded(closure, upstream, entry)
        closure.close()

    def renamed_since(self, key: Key, entry: UpstreamRef) -> Commit | None:
        """The commit of a ref that its source has renamed since it came, and that can stay as it
        is: then nobody installs the new name. Of a source without a collection ID only what it
        lists counts."""
        return self._before_renamed(key, entry) if origin_remote(key[0]) is None else None

    def _before_renamed(self, key: Key, entry: UpstreamRef) -> Commit | None:
        commit = self._drive.commits.get(self._existing.get(key[0], {}).get(key[1], ""))
        if commit is None or not entry.eol_rebase:
            return None
        return commit if commit.metadata.get(REPLACED_KEY, "s") is None else None

    def _looked_for(
        self, closure: Closure, upstreams: Mapping[str, Offer]
    ) -> Iterator[tuple[Key, Offer, UpstreamRef]]:
        """Runtimes that apps look for by the name that they had before. ``upstreams``: by
        collection, of those that are asked about."""
        for key in sorted(self._required.union(self._leaving.looked_for(closure.runs_on()))):
            upstream = upstreams.get(key[0])
            entry = upstream.lookup(key[1], arch_of(key[1])) if upstream is not None else None
            if upstream is not None and entry is not None and self.renamed_since(key, entry):
                yield key, upstream, entry

    def kept_names(
        self, closure: Closure, staying: Mapping[str, Mapping[str, str]]
    ) -> Iterator[Notice]:
        """Of those that stay as they are for that."""
        for key, upstream, entry in self._looked_for(closure, closure.touched()):
            if key not in closure.wanted and key[1] in staying.get(key[0], {}):
                yield stays_by_its_name(key[1], entry.eol_rebase or "", upstream)

    def needed_by(self, key: Key) -> tuple[str, ...]:
        """The refs for which this moves, though nothing of its own source asks for it."""
        return self._users.get(key, ())

    def want(self, closure: Closure, collection: str, upstream: Offer) -> list[Notice]:
        """What is there of a collection moves to the snapshot, or stays with --keep-versions."""
        notices = []
        existing = self._existing.get(collection, {})
        listed_only = origin_remote(collection) is not None
        lost = {name for place, name in self._drive.lost if place == collection}
        for name in sorted(lost.union(existing)):
            key = collection, name
            if name == METADATA_REF or key in closure.wanted or key in self._leaving.may_go:
                continue
            gone = name in lost or not self._is_there(collection, name, existing[name])
            if self._keep and not gone and not listed_only:
                continue
            entry = upstream.lookup(name, arch_of(name))
            if entry is None and gone:
                self._leaving.give_up(key, closure.wanted)
                continue
            if entry is None and listed_only:
                continue
            if entry is None:
                # Without a list nobody knows what upstream has.
                if upstream.snapshot.listed:
                    notices.append(stays_as_it_is(name, upstream))
                continue
            if self.renamed_since(key, entry) and key in self._belonging(closure, upstream):
                continue
            self._want_as_recorded(closure, upstream, entry)
        return notices

    def _belonging(self, closure: Closure, upstream: Offer) -> set[Key]:
        """Those of a collection, with what belongs to them."""
        mine = {upstream.snapshot.collection: upstream}
        return self._leaving.with_needs(key for key, _, _ in self._looked_for(closure, mine))

    def _want_as_recorded(self, closure: Closure, upstream: Offer, entry: UpstreamRef) -> None:
        collection, name = upstream.snapshot.collection, entry.name
        record = self._record.ref(collection, name) if self._record is not None else None
        reason = record.reason if record is not None else THERE_ALREADY
        closure.want(upstream, entry, reason, chosen=was_chosen(name, record))

    def left_behind(
        self, closure: Closure, staying: Mapping[str, Mapping[str, str]]
    ) -> Iterator[Notice]:
        """Of what came along and is needed still, what upstream does not have any more."""
        for collection, upstream in closure.touched().items():
            if self._keep or origin_remote(collection) is not None or not upstream.snapshot.listed:
                continue
            for name in sorted(staying.get(collection, {})):
                key = collection, name
                along = key in self._leaving.may_go and key not in closure.wanted
                if along and upstream.lookup(name, arch_of(name)) is None:
                    yield stays_as_it_is(name, upstream)

    def _is_there(self, collection: str, name: str, checksum: str) -> bool:
        """Whether its commit is, and is for it."""
        commit = self._drive.commits.get(checksum)
        return commit is not None and is_for_ref(commit, collection, name)

    def give_up_unlisted(self, closure: Closure) -> None:
        """Of a remote without a collection ID computers take what its list names, no other version
        of it: what cannot be brought to that leaves the drive."""
        for collection, upstream in closure.touched().items():
            if origin_remote(collection) is None:
                continue
            for name, commit in self._existing.get(collection, {}).items():
                entry = upstream.lookup(name, arch_of(name))
                stays = entry is not None and entry.commit == commit
                if (collection, name) not in closure.wanted and not stays:
                    self._leaving.give_up_unlisted((collection, name))

    def kept(
        self,
        collection: str,
        planned: Container[str],
        upstream: Offer,
        staying: Mapping[str, Mapping[str, str]],
        removed: Iterable[Removal],
    ) -> list[Item]:
        """What of a collection stays as it is: of ``staying``, what is not ``planned``."""
        going = {removal.ref for removal in removed}
        kept = []
        for name, commit in staying.get(collection, {}).items():
            if name in planned or name == METADATA_REF:
                continue
            record = self._record.ref(collection, name) if self._record is not None else None
            there = upstream.lookup(name, arch_of(name)) if self._changes.update else None
            kept.append(
                Item(
                    collection=collection,
                    ref=name,
                    commit=commit,
                    old_commit=commit,
                    action=Action.KEEP,
                    chosen=was_chosen(name, record),
                    reason=record.reason if record is not None else THERE_ALREADY,
                    needed_by=()
                    if record is None
                    else tuple(ref for ref in record.needed_by if ref not in going),
                    name=record.name if record is not None else "",
                    gone=self._changes.update and upstream.snapshot.listed and there is None,
                    held=there is not None and there.commit != commit,
                    payloads=carried_payloads(self._drive, collection, name),
                    languages=self._drive.by_choice.get(commit),
                )
            )
        return kept

    def spare(self, touched: Mapping[str, Offer], removed: Sequence[Removal]) -> Iterator[Item]:
        """What goes since nothing needs it any more, as it would stay."""
        for collection, upstream in touched.items():
            names = {
                each.ref: each.commit
                for each in removed
                if each.collection == collection and each.commit
                if not (each.named or is_given_up(each))
            }
            yield from self.kept(collection, (), upstream, {collection: names}, ())
