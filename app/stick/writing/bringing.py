"""Brings what a plan adds to a drive: extra data, objects, bundles, images. Nobody sees it yet.

Extra data comes first, so that nothing is fetched for what cannot be installed then. What upstream
does not hand out is left out of the plan, as far as that can go without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

from app.flatpak.upstream.keeping import keep
from app.ostree.object_files import Listing
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.delivery import ObjectNotDeliveredError, PullResult
from app.ostree.pull.downloads import Downloads
from app.ostree.pull.fetch import HttpSource, KeptSource, LocalSource
from app.ostree.pull.flusher import Flusher
from app.ostree.pull.kept_trees import KeptTrees
from app.ostree.pull.near_objects import NearObjects
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.object_writer import ObjectTooLargeError
from app.ostree.pull.payload_cache import PayloadCache
from app.ostree.pull.pulling import pull
from app.ostree.repository import Repository
from app.ostree.stored_sums import SumsTaken
from app.progress import Cancel, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.image_refusal import ImageNotDeliveredError
from app.stick.planning.options import Options
from app.stick.planning.plan import CollectionPlan, Plan
from app.stick.store.location import Location
from app.stick.writing.bundles import write_bundles
from app.stick.writing.delivery import ReducedPlan, named, without_object
from app.stick.writing.images import Fetched, ImageWork
from app.stick.writing.payloads import Means, PayloadJob, Turns
from app.stick.writing.portions import PortionMeter
from app.stick.writing.signatures import write_signatures


class Ways(Struct, frozen=True):
    """Where it comes from, and what is told of it.

    Attributes:
        sources: by collection.
        cache: what is kept on this computer.
        downloads, turns: who of several jobs downloads what; None: there are no others.
        sums: takes what was checked.
        listing: what is there, as far as that is known; it grows.
        flusher: writes to the drive meanwhile.
    """

    environment: Environment
    sources: Mapping[str, HttpSource | LocalSource | KeptSource]
    cache: CachePlace
    downloads: Downloads | None
    turns: Turns
    sums: SumsTaken
    listing: Listing
    flusher: Flusher
    report: Reporter

    def means(self, options: Options, cancel: Cancel) -> Means:
        """For what is no object."""
        network, cache = self.environment.network, PayloadCache(self.cache)
        return Means.of(options, network, cache, cancel, self.turns)


class _Holder(Enum):
    """Who has an object."""

    HERE = "here"
    BESIDE = "beside"
    UPSTREAM = "upstream"


class Bringing:
    """One plan's.

    Attributes:
        plan, images: what is left of it.
        objects, bytes: brought; ``kept``: bytes of these that this computer had kept;
            ``beside``: of those, what other repositories had.
        payloads: extra data that has no name yet; None if there is none.
    """

    def __init__(
        self, plan: Plan, location: Location, repository: Repository, ways: Ways, cancel: Cancel
    ) -> None:
        self.plan = plan
        self.images = ImageWork.of(plan)
        self.objects = 0
        self.bytes = 0
        self.kept = 0
        self.beside = 0
        self.payloads: PayloadJob | None = None
        self._location = location
        self._repository = repository
        self._ways = ways
        self._cancel = cancel

    def bring(
        self,
        detached: Mapping[str, bytes | None],
        images: ImageWork,
        still_there: Callable[[], None],
        *,
        distrust: bool,
    ) -> None:
        """``detached``: signatures by commit; ``still_there`` raises if the drive is not.

        Raises SatchelError, OSError, and what ``cancel`` raises.
        """
        self.images = images
        if not (self.plan.collections or self.plan.bundles or self.plan.images):
            return
        meter = PortionMeter(self._ways.report, self.plan)
        self._bring_payloads(meter, distrust=distrust)
        for origin in [collection.id for collection in self.plan.collections]:
            still_there()
            self._bring_collection(origin, detached, meter, distrust=distrust)
            still_there()
        files = write_bundles(self._location, self.plan, meter, self._cancel)
        self._count(len(files), sum(files), sum(files))
        still_there()
        while not self._bring_images(meter, distrust=distrust):
            pass
        meter.complete()

    def _bring_collection(
        self,
        origin: str,
        detached: Mapping[str, bytes | None],
        meter: PortionMeter,
        *,
        distrust: bool,
    ) -> None:
        """As much of it as can be had; perhaps it turns out that nothing of it can."""
        if (collection := self.plan.collection(origin)) is None:
            return
        new = self._new_commits(collection)
        before = self.beside
        while not self._pull(collection, meter, distrust=distrust):
            if (collection := self.plan.collection(origin)) is None:
                return
        beside = self.beside - before
        self.beside += self._count_commits(collection, new, meter)
        signatures = {sum_: detached.get(sum_) for sum_ in collection.checksums}
        write_signatures(self._repository, signatures)
        if not beside and collection.pinned is None:
            # Else not all that the lists name is kept, or there are none.
            cache = self._ways.environment.cache
            keep(cache, collection.remote, collection.files, signatures)

    def _new_commits(self, collection: CollectionPlan) -> dict[str, _Holder]:
        """Commits of a collection that are not on the drive, and who has them."""
        cache, near = KeptTrees(self._ways.cache.directory, ()), NearObjects(self.plan.near)
        new: dict[str, _Holder] = {}
        for checksum in collection.commits:
            name = ObjectName(checksum, ObjectKind.COMMIT)
            if self._repository.has(name):
                continue
            cached = checksum in self.plan.cached or cache.commit(checksum) is not None
            if collection.remote.is_local or cached:
                new[checksum] = _Holder.HERE
            elif near.has(name.key):
                new[checksum] = _Holder.BESIDE
            else:
                # For the plans of all drives it came once.
                shared = self._ways.downloads
                first = shared is None or shared.first_told(name.key)
                new[checksum] = _Holder.UPSTREAM if first else _Holder.HERE
        return new

    def _count_commits(
        self, collection: CollectionPlan, new: Mapping[str, _Holder], meter: PortionMeter
    ) -> int:
        """They have come; how many bytes others beside had of them."""
        sizes = {sum_: len(collection.commits[sum_]) for sum_ in new if sum_ in collection.commits}
        meter.commits_came(sizes)
        held = Counter(dict.fromkeys(_Holder, 0))
        for checksum, size in sizes.items():
            held[new[checksum]] += size
        self._count(len(sizes), held.total(), held.total() - held[_Holder.UPSTREAM])
        return held[_Holder.BESIDE]

    def _count_pulled(self, collection: CollectionPlan, result: PullResult) -> None:
        here = result.bytes if collection.remote.is_local else result.kept_bytes
        self._count(result.objects, result.bytes, here)
        self.beside += result.beside

    def _count(self, objects: int, size: int, kept: int = 0) -> None:
        self.objects += objects
        self.bytes += size
        self.kept += kept

    def _pull(self, collection: CollectionPlan, meter: PortionMeter, *, distrust: bool) -> bool:
        """False if something of it is left out now, so that it begins anew."""
        plan, ways = self.plan, self._ways
        shared = ways.downloads is not None
        try:
            result = pull(
                self._repository,
                ways.sources[collection.id],
                collection.commits.items(),
                meter,
                self._cancel,
                distrust=distrust,
                max_file=plan.estimate.space.max_file,
                portions=meter.enter(collection),
                cache=ways.cache if shared or not plan.as_published else None,
                downloads=ways.downloads,
                sums=ways.sums,
                known=plan.trees,
                narrowed=plan.narrowed,
                near=plan.near,
                listing=ways.listing,
                flusher=ways.flusher,
            )
        except ObjectTooLargeError as error:
            raise named(plan, collection, self._repository, error) from error
        except ObjectNotDeliveredError as error:
            self._count_pulled(collection, error.came)
            self._go_on_without(without_object(plan, collection, self._repository, error))
            return False
        self._count_pulled(collection, result)
        return True

    def _bring_payloads(self, meter: PortionMeter, *, distrust: bool) -> None:
        if not any(item.payloads for item in self.plan.items):
            return
        means = self._ways.means(self.plan.options, self._cancel)
        self.payloads = PayloadJob(self._location, self._repository, means, distrust=distrust)
        self._go_on_without(self.payloads.bring(self.plan, meter.beside))
        self._count(self.payloads.came, meter.bytes, self.payloads.kept)
        self.beside += self.payloads.beside

    def _bring_images(self, meter: PortionMeter, *, distrust: bool) -> bool:
        """False if one is left out now, so that it begins anew with what is there."""
        means, came = self._ways.means(self.plan.options, self._cancel), Fetched()
        try:
            self.images.fetch(self._location, means, meter, came, distrust=distrust)
            return True
        except ImageNotDeliveredError as error:
            reduced = self.images.without(self._location, error)
        finally:
            self._count(came.files, came.bytes, came.kept)
            self.beside += came.beside
        self.images = replace(self.images, images=reduced.images)
        left_out = (*self.plan.left_out, *reduced.left_out)
        self.plan = replace(self.plan, images=reduced.images, left_out=left_out)
        for notice in reduced.notices:
            self._ways.report(notice)
        return False

    def _go_on_without(self, reduced: ReducedPlan) -> None:
        self.plan = reduced.plan
        for notice in reduced.notices:
            self._ways.report(notice)
        on_stick = {commit for _, _, commit in self.plan.basis}
        for checksum in reduced.dropped - on_stick:
            self._repository.remove_object(ObjectName(checksum, ObjectKind.COMMIT))
            self._repository.unmark_partial(checksum)
