"""A drive and the remotes, opened for as many questions as are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from app.closing import Closing
from app.errors import UpstreamError
from app.flatpak.bundles.given import GivenBundle
from app.flatpak.registries.client import RegistryClient
from app.flatpak.remotes.installed_versions import InstalledVersion
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.flatpak.sideloading.situation import Version
from app.flatpak.upstream.opening import UpstreamOpener
from app.flatpak.upstream.upstream import Upstream
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.pull.kept_trees import nothing_left
from app.progress import Cancel, Phase, PhaseStarted, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.memory.known_keys import handed_out
from app.stick.near import NOWHERE, Near
from app.stick.planning.changes import NO_CHANGES, Changes
from app.stick.planning.clients import Around, with_clients
from app.stick.planning.computers import Wishes, wishes
from app.stick.planning.cost import Addition, Cost
from app.stick.planning.extra_data import notices_of_terms, terms_of
from app.stick.planning.for_computer import ForComputer
from app.stick.planning.holding_back import HeldBack, HoldsBack
from app.stick.planning.image_room import with_room
from app.stick.planning.image_runtimes import NO_RUNTIMES, ImageRuntimes
from app.stick.planning.images import ImagePlanner, ImagesPart
from app.stick.planning.in_part import installed_in_part
from app.stick.planning.kept_here import KeptHere
from app.stick.planning.notices import lost_stick, several_sources
from app.stick.planning.options import Options
from app.stick.planning.origins import OriginNames
from app.stick.planning.plan import Action, AppOnDrive, CollectionPlan, Item, Plan
from app.stick.planning.planner import Planner
from app.stick.planning.readable import readable
from app.stick.planning.refusal import refuse_lost_collection
from app.stick.planning.registries import Registries
from app.stick.planning.selection import Remotes
from app.stick.planning.sizes import Estimate
from app.stick.planning.target_state import TargetState
from app.stick.planning.wanted import CHOSEN
from app.stick.store.drive_lists import DriveLists
from app.stick.store.needs import Needs
from app.stick.store.partial_languages import left_trees
from app.trust.prolonged import with_copies

_Planned = TypeVar("_Planned", Cost, Plan)


class PlanSession(Closing):
    """A drive and the remotes, opened once for as many questions as are wanted.

    For one thread at a time. What upstream publishes stays as it was when it was first needed.
    """

    def __init__(
        self,
        drive: TargetState,
        environment: Environment,
        known: Known,
        report: Reporter,
        cancel: Cancel,
        *,
        remote: Remote | None = None,
        allow_unsigned: bool = False,
        offline: bool = False,
        kept: bool = False,
        near: Near = NOWHERE,
        languages: Sequence[str] = (),
    ) -> None:
        """``offline``: use what was fetched before, and ask nobody; ``kept``: also plan what can
        be made of what was kept. ``near``: who is asked before upstream; ``languages``:
        the only ones that need be there, as `carried_languages` tells them. For the rest,
        `PlanRequest`.
        """
        left = left_trees(languages) if languages else nothing_left
        self._accepted = environment.accepted
        self._near = near
        self._flatpak = environment.flatpak
        self._report = report
        self._drive = drive
        self._names = OriginNames(drive)
        there = drive.present.keys if drive.present is not None else ()
        opener = environment.upstreams(
            cancel,
            report,
            allow_unsigned=allow_unsigned,
            offline=offline or kept,
            present=there if kept else None,
            near=near.upstream,
            left=left,
        )
        self._kept = KeptHere(environment.cache, near.places, left, opener.kept, near.kits)

        self.remotes = Remotes(
            known.remotes,
            remote,
            lambda remote: self._open(opener, remote, environment),
            known.registries,
            near.origins,
            known.ref_files,
        )
        self._images = ImagePlanner(
            Registries(
                known.registries,
                environment.cache,
                lambda registry: RegistryClient(registry, environment.network, cancel),
                offline=offline,
            )
        )

    def close(self) -> None:
        self.remotes.close()
        self._images.close()

    def _open(self, opener: UpstreamOpener, remote: Remote, environment: Environment) -> Upstream:
        upstream = opener.open(self._prolonged(remote))
        try:
            refuse_lost_collection(upstream)
        except UpstreamError:
            upstream.close()
            raise
        if upstream.handed_out:
            keys = handed_out(
                upstream.origin,
                remote,
                upstream.handed_out,
                int(environment.clock()),
                upstream.snapshot.signature.fingerprint,
            )
            environment.remembered.remember(keys)
        return self._called(upstream)

    def _prolonged(self, remote: Remote) -> Remote:
        """With other copies of the same keys that the stick brings along."""
        keys = with_copies(remote.keys, self._drive.keys)
        return remote if keys == remote.keys else replace(remote, keys=keys)

    def _called(self, upstream: Upstream) -> Upstream:
        """With the origin as the drive calls it."""
        return upstream.called(self._names.origin(upstream))

    def refresh(self, drive: TargetState) -> None:
        """The drive was read anew: something was written to it, or space was freed. Or it is
        another drive, which may call remotes otherwise."""
        self._drive = drive
        self._names = OriginNames(drive)
        self.remotes.change(self._called)
        self._kept.forget()

    @property
    def carried(self) -> frozenset[str]:
        """Every ref on the stick, of whatever collection."""
        return frozenset(name for refs in self._drive.refs.values() for name in refs)

    @property
    def apps(self) -> tuple[AppOnDrive, ...]:
        """Those on the stick."""
        return self._drive.apps

    def addition(self, refs: Sequence[str], more: str, options: Options) -> Addition:
        """What ``more``, as in `PlanRequest`, adds to a choice of ``refs``. Raises as `cost`."""
        others = [ref for ref in refs if ref != more]
        before = self.cost(others, options) if others else None
        after = self.cost([*others, more], options)
        known = {(item.collection, item.ref) for item in before.items} if before else set()
        chosen = {item.ref for item in after.items if item.chosen}
        along = [item for item in after.items if item.ref not in chosen and item.metadata]
        new = [item for item in along if (item.collection, item.ref) not in known]
        added = [item for item in new if item.action is not Action.KEEP]
        needed = {item.ref for item in self.cost([more], options).items}
        shared = [item for item in along if item not in added and item.ref in needed]
        write = after.estimate.write - (before.estimate.write if before else 0)
        fetch = after.estimate.fetch - (before.estimate.fetch if before else 0)
        return Addition(max(write, 0), max(fetch, 0), tuple(added), tuple(shared))

    def cost(
        self,
        refs: Sequence[str],
        options: Options,
        changes: Changes = NO_CHANGES,
        *,
        bundles: Sequence[GivenBundle] = (),
    ) -> Cost:
        """What ``refs``, ``bundles`` and ``changes``, as in `PlanRequest`, come to on the drive.

        Asks upstream for nothing but its summary, and that once. Raises SatchelError for what
        cannot be meant or carried.
        """
        with readable():
            images = self._image_part(refs, options, changes, exact=False)
            cost = self._planned(
                Planner.cost, images.rest, options, images.changes, bundles, images.runtimes
            )
            return replace(
                cost,
                items=(*cost.items, *(image.item for image in images.images)),
                estimate=self._counted(cost.estimate, cost.items, images),
                left_out=(*cost.left_out, *images.left_out),
                notices=(*cost.notices, *images.notices),
                removed=(*cost.removed, *images.removed),
            )

    def is_of_registry(self, text: str) -> bool:
        """Whether what is asked for is of a container registry."""
        return bool(self._images.split((text,))[0])

    def _image_part(
        self, refs: Sequence[str], options: Options, changes: Changes, *, exact: bool
    ) -> ImagesPart:
        drive = self._drive
        about = refs, drive.images, drive.record, options, changes
        beside = {name for names in drive.refs.values() for name in names}
        beside.update(each.record.ref for each in drive.bundles)
        return self._images.part(*about, beside=beside, exact=exact, settled=not drive.unfinished)

    def _counted(
        self,
        estimate: Estimate,
        items: Sequence[Item],
        part: ImagesPart,
        *,
        prunes: bool = False,
    ) -> Estimate:
        """With images; what is kept here need not be downloaded. ``prunes``: as of `with_room`."""
        present = self._drive.present
        keys = present.keys if present is not None else ()
        drive = self._drive.images
        room = with_room(estimate, part.images, drive, part.removed, prunes=prunes)
        return self._kept.counted(room, items, keys, part.images)

    def plan(
        self,
        refs: Sequence[str],
        options: Options,
        needs: Sequence[Needs] = (),
        changes: Changes = NO_CHANGES,
        *,
        bundles: Sequence[GivenBundle] = (),
    ) -> Plan:
        """The plan for ``refs``, ``bundles``, what computers ``needs``, ``changes``, and the stick
        as it was last looked at.

        Raises SatchelError for everything that could not work.
        """
        if refs or needs or bundles or changes.update:
            self._report(PhaseStarted(Phase.SUMMARY))
        with readable():
            images = self._image_part(refs, options, changes, exact=True)
            refs, changes = images.rest, images.changes
            extra = options.with_extra_data
            wished = wishes(needs, self.remotes, with_extra_data=extra) if needs else None
            if wished is not None:
                wished.require(refs)
            needed = wished.refs if wished is not None else None
            plan = self._planned(
                lambda planner, refs: planner.plan(refs, needed),
                refs,
                options,
                changes,
                bundles,
                images.runtimes,
            )
            if wished is not None:
                plan = replace(plan, computers=wished.per_computer(plan.items, CHOSEN))
            terms = terms_of(plan.items, self._drive, self._licences(plan))
            cached = frozenset(self._cached(plan))
            prunes = plan.prune or (changes.prune and bool(images.removed))
            estimate = plan.estimate.with_commits_here(cached)
            estimate = self._counted(estimate, plan.items, images, prunes=prunes)
            items = (*plan.items, *(each.item for each in images.images))
            removed = (*plan.removed, *images.removed)
            in_part = None
            if options.from_installed and not plan.carried:
                left = (each.ref for each in plan.left_out)
                in_part = installed_in_part(left, self._flatpak, options.from_installed)
            return replace(
                plan,
                in_part=in_part,
                terms=terms,
                near=self._near.places,
                trees=plan.trees.and_near(self._kept.trees),
                estimate=estimate,
                images=images.images,
                images_basis=self._drive.images.basis,
                removed=removed,
                prune=prunes,
                left_out=(*plan.left_out, *images.left_out),
                unasked=(*plan.unasked, *images.unasked),
                cached=cached,
                notices=(
                    *lost_stick(self._drive),
                    *plan.notices,
                    *((in_part.notice,) if in_part is not None else ()),
                    *several_sources(items, self._drive.apps, removed, options),
                    *notices_of_terms(terms),
                    *images.notices,
                ),
            )

    def _cached(self, plan: Plan) -> Iterator[str]:
        """Commits that had come before; where a remote is on this computer, nothing is kept."""
        for collection in plan.collections:
            offer = self.remotes.opened(collection.remote)
            if isinstance(offer, Upstream) and not collection.remote.is_local:
                yield from offer.cached.intersection(collection.commits)

    def _licences(self, plan: Plan) -> Callable[[str, str], str]:
        """What catalogues say of what has extra data; asks for these only where something has."""
        licences: dict[tuple[str, str], str] = {}
        for collection in plan.collections:
            offer = self.remotes.opened(collection.remote)
            refs = [item.ref for item in collection.items if item.payloads]
            if refs and isinstance(offer, Upstream):
                # Most plans need no catalogue.
                from app.flatpak.catalogue.told_licences import read_licences

                told = read_licences(offer, refs, self._kept.directory)
                licences.update(((collection.id, ref), each) for ref, each in told.items())
        return lambda collection, ref: licences.get((collection, ref), "")

    def as_taken(self, plan: Plan, installed: Sequence[InstalledVersion]) -> Plan:
        """A plan of this session with what computers will take; ``installed`` on this one.

        Raises DriveError.
        """

        def named(collection: CollectionPlan, ref: str, arch: str) -> Version | None:
            offer = self.remotes.opened(collection.remote)
            entry = offer.lookup(ref, arch) if offer is not None else None
            return Version(entry.commit, entry.timestamp) if entry is not None else None

        lists = DriveLists.of(self._drive.location.drive.base)
        with readable(), drive_errors(Message("reading the repository")):
            return with_clients(plan, Around(self._drive, lists, installed), named)

    def cost_for(self, wished: Wishes, options: Options) -> tuple[Cost, tuple[ForComputer, ...]]:
        """What all that computers need comes to, and what each of them gets; as `cost`."""
        with readable():
            cost = self._planned(lambda planner, _: planner.cost((), wished.refs), (), options)
        return cost, wished.per_computer(cost.items, CHOSEN)

    def wishes(self, needs: Sequence[Needs]) -> Wishes:
        """What computers need of what the remotes have. Raises InterruptedByUser."""
        with readable():
            return wishes(needs, self.remotes)

    def _planned(
        self,
        work: Callable[[Planner, Sequence[str]], _Planned],
        refs: Sequence[str],
        options: Options,
        changes: Changes = NO_CHANGES,
        bundles: Sequence[GivenBundle] = (),
        runtimes: ImageRuntimes = NO_RUNTIMES,
    ) -> _Planned:
        """What ``work`` makes of ``refs``, once it is known which sources are held back."""
        accepted = self._accepted.read()
        held: tuple[HeldBack, ...] = ()
        while True:
            about = self._drive, accepted, self.remotes, options, changes, bundles
            planner = Planner(*about, held, runtimes)
            try:
                return work(planner, refs)
            except HoldsBack as found:
                held += found.held
                if changes.again:  # Of these all stays as it is.
                    refs = [ref for ref in refs if not self._is_of(ref, found.held)]

    def _is_of(self, ref: str, sources: Sequence[HeldBack]) -> bool:
        """``ref``: ``REMOTE:REF``."""
        remote = self.remotes.named(ref.partition(":")[0])
        origin = self.remotes.open(remote).snapshot.collection
        return origin in {each.origin for each in sources}
