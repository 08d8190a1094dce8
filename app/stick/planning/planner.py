"""Makes plans: which refs, from which snapshot, why, and whether there is room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.drive.filesystem_advice import Advice, advise, warn_of_large_files
from app.drive.space import require_writable
from app.flatpak.bundles.given import GivenBundle
from app.flatpak.refs import Ref, is_locale
from app.flatpak.related import RelatedPolicy
from app.flatpak.upstream.offer import Offer
from app.message import Message
from app.ostree.names import METADATA_REF, is_collection_id, origin_remote
from app.ostree.objects import Commit
from app.ostree.tree_keys import Narrowed
from app.progress import Notice
from app.replacing import replace
from app.stick.memory.accepted_snapshots import SeenSnapshots, refuse_older
from app.stick.planning.bundles import BundlesOfPlan
from app.stick.planning.carrying import Carrying
from app.stick.planning.changes import NO_CHANGES, Changes
from app.stick.planning.closure import Closure
from app.stick.planning.cost import Cost
from app.stick.planning.extra_data import extra_data_policy, with_payloads
from app.stick.planning.fitting_metadata import fitting_metadata, refs_after
from app.stick.planning.freeing import Freed
from app.stick.planning.going_first import going_first, room_first
from app.stick.planning.holding_back import HeldBack, HoldsBack, held_back
from app.stick.planning.image_runtimes import NO_RUNTIMES, ImageRuntimes, RuntimesOfImages
from app.stick.planning.items import ItemMaker
from app.stick.planning.leaving import Leaving, given_up, without_keys
from app.stick.planning.name_clashes import refuse_clashes
from app.stick.planning.notices import (
    as_they_are_here,
    ends_of_life,
    languages_lacking,
    may_not_fit,
    metadata_of_systems,
    needs_of_clients,
    no_longer_locked,
    of_before,
    sizes_unknown,
    unknown_gpus,
    unsigned,
    updates,
)
from app.stick.planning.obtainable import StayingCommits, made_before
from app.stick.planning.on_drive import OnDrive
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, CollectionPlan, Item, Plan, Removal
from app.stick.planning.proofs import Proofs
from app.stick.planning.refusal import refuse_half_signed
from app.stick.planning.room import Room
from app.stick.planning.selection import Meant, Remotes, meant
from app.stick.planning.sizes import Estimate
from app.stick.planning.target_state import TargetState, basis
from app.stick.planning.untranslated import untranslated
from app.stick.planning.updating import as_made, publishers
from app.stick.planning.wanted import CHOSEN, Wanted
from app.stick.trust.origin import address_notice, update_address


class Planner:
    """One plan for a drive as it was read."""

    def __init__(
        self,
        drive: TargetState,
        accepted: SeenSnapshots,
        remotes: Remotes[Offer],
        options: Options,
        changes: Changes = NO_CHANGES,
        bundles: Sequence[GivenBundle] = (),
        held: Sequence[HeldBack] = (),
        image_runtimes: ImageRuntimes = NO_RUNTIMES,
    ) -> None:
        """``accepted``: the snapshots that this computer has seen; ``bundles``: those that were
        named; ``held``: the sources that stay as they are; ``image_runtimes``: for images.

        Raises UsageError where ``changes`` name what is not there.
        """
        self._drive = drive
        self._location = drive.location
        self._space = drive.space
        self._record = drive.record
        self._existing = drive.refs
        self._accepted = accepted
        self._held = tuple(held)
        self._remotes = remotes.without({each.origin: each.error for each in held})
        self._options = as_made(options, drive.record) if changes.update else options
        self._changes = changes
        self._room = Room(drive)
        self._carrying = Carrying(drive, self._options, update=changes.update)
        self._bundles = BundlesOfPlan(drive, self._remotes, changes, bundles)
        self._images = RuntimesOfImages(drive, self._remotes, image_runtimes)
        beside, keep = (self._bundles, self._images), self._options.keep_versions
        left = {key for by in beside for key in by.left_on_drive()}
        self._leaving = Leaving(drive, self._bundles.without_theirs(changes), left)
        self._required = [pair for by in beside for pair in by.runtimes_on_drive()]
        required = {key for key, _ in self._required}
        self._on_drive = OnDrive(drive, self._leaving, self._changes, required, keep=keep)
        # What stays of what is there, and what goes; as of `_closure`.
        self._staying = drive.refs
        self._removed: tuple[Removal, ...] = ()
        self._first: tuple[Removal, ...] = ()
        self._unasked: tuple[str, ...] = ()
        self._notices = [each.notice for each in held]
        self._proofs = Proofs()
        self._staying_commits = StayingCommits(drive, keep=keep)

    def cost(self, texts: Sequence[str], wished: Mapping[str, Message] | None = None) -> Cost:
        """What a plan for this would come to, without asking upstream for anything; as `plan`.

        Raises HoldsBack, and SatchelError for what cannot be meant or carried; that it does not fit
        is no error.
        """
        closure = self._closure(texts, wished or {}, commits=False)
        self._look(closure, ask=False)
        items: list[Item] = []
        for collection, upstream in sorted(closure.touched().items()):
            items += self._items(closure, collection, upstream)
        self._refuse_clashes(items)
        self._notices += (*ends_of_life(closure), *unknown_gpus(self._options.gpus, closure))
        self._notices += self._carrying.notices(items)
        self._narrow(items)
        return Cost(
            items=tuple(items),
            estimate=self._estimate(
                closure,
                items,
                self._drive.commits.stored(
                    item.commit for item in items if item.action is not Action.KEEP
                ),
                (),
                {name: (None, each.snapshot.made or 0) for name, each in closure.touched().items()},
            ),
            left_out=tuple(closure.left_out.values()),
            notices=(*self._remotes.notices, *closure.notices, *self._all_notices),
            removed=self._removed,
            bundles=self._bundles.planned,
            removed_bundles=tuple(self._bundles.removed),
            held_back=self._held,
        )

    def plan(self, texts: Sequence[str], wished: Mapping[str, Message] | None = None) -> Plan:
        """The plan for what a person typed, and for what computers need, with why each of it is
        wanted. Raises HoldsBack, and SatchelError where it cannot work."""
        require_writable(self._location.root, self._space)
        self._staying_commits.ask = True
        closure = self._closure(texts, wished or {}, commits=True)
        self._look(closure, ask=True)
        collections = tuple(
            self._collection(closure, collection, upstream)
            for collection, upstream in sorted(closure.touched().items())
        )
        items = [item for collection in collections for item in collection.items]
        self._refuse_clashes(items)
        narrowed = self._narrow(items)
        lacking = untranslated(closure.wanted, closure.installed(), self._options.languages)
        self._notices += (
            *ends_of_life(closure),
            *unknown_gpus(self._options.gpus, closure),
            *languages_lacking(lacking),
            *needs_of_clients(closure),
            *self._carrying.notices(items),
            *no_longer_locked(self._record, update=self._changes.update),
        )
        with self._proofs.looked_for():
            self._room.look_into(closure.touched(), collections, all_of_it=self._changes.update)
        collections, ends = self._proofs.told(collections, online=self._options.online)
        self._notices += ends
        room = self._estimate(
            closure,
            items,
            {sum_: data for collection in collections for sum_, data in collection.commits.items()},
            [len(data) for collection in collections for data in collection.files.values()],
            {each.id: (each.metadata_commit, each.snapshot.made or 0) for each in collections},
        )
        self._notices += (*may_not_fit(room), *sizes_unknown(room))
        plan = Plan(
            location=self._location,
            identity=self._drive.identity,
            options=self._options,
            collections=collections,
            estimate=room,
            advice=self._advice(room),
            basis=basis(self._existing),
            left_out=tuple(closure.left_out.values()),
            notices=(*self._remotes.notices, *closure.notices, *self._all_notices),
            lacking={code: tuple(ids) for code, ids in lacking.items()},
            unfinished=self._drive.unfinished,
            removed=self._removed,
            spare=tuple(self._on_drive.spare(closure.touched(), self._removed)),
            first=self._first,
            staying=tuple(
                app for app in self._drive.apps if app.ref in self._staying.get(app.collection, {})
            ),
            prune=self._prunes,
            keeps=not self._changes.prune,
            update=self._changes.update,
            unasked=self._unasked,
            held_back=self._held,
            newer_lists=self._changes.update and any(map(self._is_newer, collections)),
            bundles=self._bundles.planned,
            removed_bundles=tuple(self._bundles.removed),
            trees=self._drive.trees,
            carried=self._carrying.languages,
            rechosen=self._carrying.rechosen,
            narrowed=narrowed,
        )
        if not (self._changes.update and plan.nothing_to_do):
            return plan
        files = {each.id: each.files for each in collections if each.files}
        return replace(plan, lost_lists=not self._drive.is_whole(files))

    @property
    def _all_notices(self) -> tuple[Notice, ...]:
        return *self._notices, *self._bundles.notices, *self._images.notices

    def _look(self, closure: Closure, *, ask: bool) -> None:
        commits = ((wanted, self._commit_of(wanted)[0]) for wanted in closure.wanted.values())
        told = (*self._bundles.metadata, *closure.kept_runtimes.values())
        self._carrying.look(commits, told, ask=ask)

    def _narrow(self, items: Sequence[Item]) -> Narrowed:
        """What counts of trees on the whole drive, also for the estimate."""
        planned = {(item.collection, item.ref) for item in items}
        others = (
            commit
            for collection, name, commit in basis(self._staying)
            if is_locale(name) and (collection, name) not in planned
        )
        narrowed = self._carrying.narrowed(items, others)
        self._room.narrow(narrowed)
        return narrowed

    def _is_newer(self, collection: CollectionPlan) -> bool:
        record = self._record.collections.get(collection.id) if self._record is not None else None
        return record is None or record.snapshot_digest != collection.snapshot.digest

    @property
    def _prunes(self) -> bool:
        goes = self._removed or self._bundles.removed or self._changes.update
        return self._changes.prune and bool(goes)

    def _estimate(
        self,
        closure: Closure,
        items: Sequence[Item],
        commits: Mapping[str, bytes],
        files: Iterable[int],
        described: Mapping[str, tuple[str | None, int]],
    ) -> Estimate:
        local = {name for name, upstream in closure.touched().items() if upstream.remote.is_local}
        local.update(described[name][0] or "" for name in local & described.keys())
        after = refs_after(self._drive, self._staying, self._removed, items, described)
        freed = self._room.freed(after.values(), commits) if self._prunes else Freed()
        room = with_payloads(self._room.estimate(items, commits, files, local), items, self._drive)
        room = self._bundles.estimate(replace(room, freed=freed), self._space)
        if not self._prunes or room.write <= self._space.free:
            return room
        self._first = going_first(self._leaving, self._bundles, self._removed)
        room, notices = room_first(room, self._room, self._existing, self._first, after, commits)
        self._notices += notices
        return room

    def _advice(self, room: Estimate) -> Advice:
        """What the file system makes of it; also among the notices."""
        advice = advise(room.write, room.on_ext4, self._space, self._space.device)
        large = warn_of_large_files(room.claims, self._space, self._space.device)
        # One thing to do at a time: it ends both.
        notice = large or advice.notice
        if notice is not None:
            self._notices.append(notice)
        return advice

    def _closure(
        self, texts: Sequence[str], wished: Mapping[str, Message], *, commits: bool
    ) -> Closure:
        """What was chosen, what it needs, and what of the stick moves with it.

        ``commits``: look at commits as well, which asks upstream for them.
        """
        chosen = [meant(text, self._remotes, self._options.arch) for text in texts]
        needed = [(meant(text, self._remotes, self._options.arch), wished[text]) for text in wished]
        asked = (*chosen, *(each for each, _ in needed))
        named = frozenset(each.entry.ref for each in asked if each.entry.ref is not None)
        policy = RelatedPolicy(self._options.gpus, named)
        closure = Closure(
            self._remotes,
            without_keys(self._existing, self._leaving.named),
            policy,
            related=self._options.related,
            runtimes=self._options.runtimes,
            strict=self._options.strict,
            commit_of=self._commit_of if commits else None,
            extra_data=extra_data_policy(self._options, self._record),
            files=self._bundles.runtimes,
            renamed_since=self._on_drive.renamed_since,
        )
        for each in chosen:
            why, picked = self._why(each)
            closure.want(each.upstream, each.entry, why, chosen=picked, named=True)
        for each, why in needed:
            closure.want(each.upstream, each.entry, why, chosen=True, wished=True)
        done: set[str] = set()
        if self._changes.update:
            origins = self._drive.own_origins - {each.origin for each in self._held}
            upstreams, notices = publishers(origins, self._drive, self._remotes, self._accepted)
            self._notices += notices
            self._unasked = tuple(sorted(origins - upstreams.keys()))
            done.update(upstreams)
            for collection, upstream in upstreams.items():
                self._notices += self._on_drive.want(closure, collection, upstream)
        self._bundles.want(
            closure, policy, runtimes=self._options.runtimes, along=self._options.related
        )
        self._images.want(closure, self._bundles.runtimes, self._options, self._changes)
        closure.close()
        self._notices += self._on_drive.move(closure, done)
        self._on_drive.give_up_unlisted(closure)
        missed = self._leaving.missed(closure.wanted, self._required)
        if held := tuple(held_back(missed, closure, self._drive, damaged=self._changes.again)):
            raise HoldsBack(held)
        needs = {*self._bundles.needs_on_drive(), *(key for key, _ in self._required)}
        self._removed = self._leaving.settle(closure.wanted, needs, self._required)
        self._notices += given_up(self._removed)
        self._staying = without_keys(
            self._existing, {(each.collection, each.ref) for each in self._removed}
        )
        self._notices += self._on_drive.left_behind(closure, self._staying)
        self._notices += self._on_drive.kept_names(closure, self._staying)
        self._bundles.settle(closure, self._staying)
        for collection, upstream in closure.touched().items():
            for arch in self._arches(closure, collection):
                closure.want_catalogue(upstream, arch)
        closure.close()
        return closure

    def _why(self, named: Meant[Offer]) -> tuple[Message, bool]:
        """Why something that was named will be there, and whether it was chosen."""
        collection = named.upstream.snapshot.collection
        record = self._record.ref(collection, named.entry.name) if self._record else None
        if record is None or not self._changes.again:
            return CHOSEN, True
        return record.reason, record.chosen

    def _refuse_clashes(self, items: Sequence[Item]) -> None:
        """``items``: all that the plan is about; what else is on the stick stays there."""
        there = [(collection, name) for collection, refs in self._existing.items() for name in refs]
        planned = [(item.collection, item.ref) for item in items]
        metadata = [
            (item.collection, METADATA_REF) for item in items if is_collection_id(item.collection)
        ]
        refs = (*there, *planned, *metadata)
        refuse_clashes(self._space, refs, folds_names=self._drive.folds_names)

    # One collection

    def _collection(self, closure: Closure, collection: str, upstream: Offer) -> CollectionPlan:
        if not self._options.allow_older:
            record = self._record.collections.get(collection) if self._record is not None else None
            origin = record.url if record is not None else ""
            made = made_before(self._drive.copied.get(collection), collection, upstream)
            self._notices += refuse_older(upstream, made, origin, self._accepted)
        refuse_half_signed(upstream)
        arches = self._arches(closure, collection)
        items = self._items(closure, collection, upstream)
        needed = [item.commit for item in items if item.action is not Action.KEEP]
        metadata_commit = None
        if is_collection_id(collection):
            metadata_commit = fitting_metadata(
                upstream, self._drive.commits, items, arches, own=self._options.sign_key is not None
            )
        if metadata_commit is not None:
            needed.append(metadata_commit)
        elif is_collection_id(collection):
            self._notices += metadata_of_systems(items)
        commits = upstream.commits(needed)
        signatures, fetched = upstream.signatures(commits)
        stay = [item.commit for item in items if item.commit not in commits]
        kept = self._drive.commits.signed(collection, stay)
        self._notices += unsigned(upstream, items, vouched_for=self._options.online)
        if self._options.offline and not upstream.remote.is_local:
            self._notices.append(of_before(upstream))
        address = update_address(upstream, self._remotes.known)
        self._proofs.ask(collection, upstream, arches, commits, signatures, kept)
        if (notice := address_notice(upstream.remote, address)) and not self._options.online:
            self._notices.append(notice)  # Else another's address counts from then on.
        return CollectionPlan(
            id=collection,
            remote=upstream.remote,
            snapshot=upstream.snapshot,
            items=tuple(sorted(items, key=lambda item: item.ref)),
            commits=commits,
            metadata_commit=metadata_commit,
            files={},
            arches=tuple(arches),
            detached=fetched,
            address=address,
            until=None,
        )

    def _arches(self, closure: Closure, collection: str) -> list[str]:
        """Architectures that the stick will have anything of the collection for."""
        names = (name for place, name in closure.wanted if place == collection)
        refs = map(Ref.parse_or_none, (*names, *self._staying.get(collection, {})))
        return sorted({ref.arch for ref in refs if ref is not None})

    def _items(self, closure: Closure, collection: str, upstream: Offer) -> list[Item]:
        """Every ref of the collection that will be on the stick."""
        wanted = [each for each in closure.wanted.values() if each.upstream is upstream]
        asking = self._bundles, self._images, self._on_drive
        essential = {*closure.essential, *self._bundles.required, *self._images.required}
        maker = ItemMaker(self._drive, self._carrying, lambda each: self._commit_of(each)[0])
        items = [
            maker.item(
                collection,
                each,
                essential=each.key in essential,
                others=tuple(user for by in asking for user in by.needed_by(each.key)),
            )
            for each in wanted
        ]
        entries = {each.entry.commit: each.entry for each in wanted}
        self._notices += as_they_are_here(items, entries)
        items += self._on_drive.kept(
            collection, {item.ref for item in items}, upstream, self._staying, self._removed
        )
        moves = not self._options.keep_versions or origin_remote(collection) is not None
        if moves and not self._changes.update:
            self._notices += updates(upstream, items)
        return items

    def _commit_of(self, wanted: Wanted) -> tuple[str, Commit | None]:
        """Which commit a ref will have, and the commit itself if it is on the stick."""
        old = self._existing.get(wanted.key[0], {}).get(wanted.key[1])
        commit = wanted.entry.commit
        if old is not None and (
            self._staying_commits.stays(old, wanted.upstream) or self._is_older(wanted, old)
        ):
            commit = old
        return commit, self._drive.commits.get(commit) if commit == old else None

    def _is_older(self, wanted: Wanted, old: str) -> bool:
        """Whether what is near, and not what upstream lists, is older than what the drive has."""
        by_list = wanted.upstream.snapshot.listed and not wanted.entry.instead_of
        there = self._drive.commits.get(old) if not by_list else None
        return there is not None and there.timestamp > (wanted.entry.timestamp or 0)
