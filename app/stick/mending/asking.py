"""What is not near comes from upstream, makers and registries: how much of it, by a plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from app.credentials import host_of
from app.drive.space import Space
from app.errors import InterruptedByUser, SatchelError, TrustError, UpstreamError, UsageError
from app.flatpak.refs import Ref, arch_of
from app.flatpak.remotes.known import Known
from app.ostree.objects import Commit, ObjectKind, ObjectName, kind_key
from app.ostree.pull.kept_trees import KeptTrees
from app.progress import Cancel, Reporter
from app.replacing import replace
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.findings import Code
from app.stick.mending.near import Near
from app.stick.mending.plan import Supply, Way
from app.stick.mending.request import RepairRequest
from app.stick.mending.staying import Coming
from app.stick.mending.writing_anew import NEWEST, job_request, wanted_texts
from app.stick.planning.estimate import estimate
from app.stick.planning.plan import Action, CollectionPlan, Item, Plan
from app.stick.planning.present_objects import PresentObjects
from app.stick.planning.session import PlanSession
from app.stick.planning.sizes import Estimate
from app.stick.planning.target_state import StoredCommits, TargetState
from app.stick.planning.updating import look_below
from app.stick.store.image_blobs import right_blobs
from app.stick.store.images import INDEX_FILE, LAYOUT, LAYOUT_FILE
from app.stick.store.kits_beside import KitsBeside
from app.stick.store.location import KIT_FOLDER, Location
from app.stick.store.payloads import EXTRA_DATA, missing
from app.stick.store.stick_state import StickState

_Place = tuple[Way, str]
_Kits = Sequence[tuple[str, KitsBeside]]
"""Of other drives, by where they are."""

_UNKNOWN = 1_250
"""Bytes of an object of which nothing else is known: half of all files have less (`guess`)."""
_COMMIT = kind_key(ObjectKind.COMMIT)[0]
_BAD_SIGNATURES = frozenset({Code.COMMIT_UNSIGNED, Code.COMMIT_BAD_SIGNATURE})


class _Fetch(Struct, frozen=True):
    """``kept``, ``kept_bytes``: of it, what this computer has."""

    collection: CollectionPlan
    objects: int
    bytes: int
    exact: bool
    kept: int
    kept_bytes: int


class _Counted(Struct):
    """What is to come of the collections before: what several need comes once.

    Attributes:
        objects, bytes: of all these together.
        damaged: what is damaged and comes with these.
    """

    items: list[Item] = field(default_factory=list)
    commits: dict[str, bytes] = field(default_factory=dict)
    objects: int = 0
    bytes: int = 0
    damaged: set[ObjectName] = field(default_factory=set)


class Asked(Struct, frozen=True):
    """What upstream has; as in `RepairPlan`."""

    supplies: tuple[Supply, ...] = ()
    coming: Coming = field(default_factory=Coming)
    updates: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    exact: bool = True
    unasked: SatchelError | None = None
    addresses: tuple[str, ...] = ()
    plan: Plan | None = None


class Asking:
    """Upstream, for one repository."""

    def __init__(
        self,
        location: Location,
        request: RepairRequest,
        check: CheckReport,
        environment: Environment,
        known: Known,
        report: Reporter,
        cancel: Cancel,
    ) -> None:
        self._location = location
        self._request = request
        self._check = check
        self._environment = environment
        self._known = known
        self._report = report
        self._cancel = cancel

    def ask(self, stick: StickState, target: TargetState, near: Near) -> Asked:
        present = near.present
        corrupt = {each.subject for each in self._check.findings}
        if not corrupt.isdisjoint(image.ref for image in target.images.carried):
            images = replace(target.images, blobs=right_blobs(self._location))
            target = replace(target, images=images)
        target = replace(
            target,
            present=present,
            commits=StoredCommits(near.read),
            payloads={
                path: size
                for path, size in target.payloads.items()
                if f"{KIT_FOLDER}/{EXTRA_DATA}/{path}" not in corrupt
            },
        )
        try:
            texts = wanted_texts(stick, self._request, self._environment, self._known, self._cancel)
            with PlanSession(
                target,
                self._environment,
                self._known,
                self._report,
                self._cancel,
                remote=self._request.main,
                allow_unsigned=self._request.check.accept_unsigned,
            ) as session:
                asked = self._plan(session, texts, present, near, target.space)
                kits = [(str(root), KitsBeside.of((root,))) for root in self._request.sources]
                others = (
                    *_of_makers(asked.plan, target, kits),
                    *_of_registries(asked.plan, target, kits),
                )
                return replace(asked, supplies=(*asked.supplies, *others))
        except InterruptedByUser:
            raise
        except (UpstreamError, TrustError, UsageError) as error:
            return Asked(unasked=error)

    def _plan(
        self,
        session: PlanSession,
        texts: tuple[str, ...],
        present: PresentObjects,
        near: Near,
        space: Space,
    ) -> Asked:
        path = self._location.repository_path
        asked = job_request(self._request, path, texts, self._environment)
        plan = session.plan(asked.refs, asked.options, changes=asked.changes)
        wanting = {
            item.commit: collection
            for collection in plan.collections
            for item in collection.items
            if item.action is Action.KEEP and self._wants(item.commit, near.unfinished)
        }
        gone: set[str] = set()
        for collection in {each.id: each for each in wanting.values()}.values():
            offer = session.remotes.open(collection.remote)
            commits = [commit for commit, place in wanting.items() if place.id == collection.id]
            gone.update(offer.ask_for_commits(commits)[1])
        if gone:
            newest = job_request(self._request, path, (), self._environment, NEWEST)
            plan = session.plan((), newest.options, changes=newest.changes)
        counted = _Counted()
        asked_of = [
            self._of(session, each, present, near, space, counted) for each in plan.collections
        ]
        whole = wanting.keys() - gone
        return self._answer(plan, asked_of, whole, near.signed, updating=bool(gone))

    def _wants(self, commit: str, unfinished: Collection[ObjectName]) -> bool:
        """Whether objects of a commit that stays have to come from upstream."""
        # Of what lies below a damaged directory the check knows nothing.
        return any(name in unfinished for name in self._check.paths.below([commit]))

    def _of(
        self,
        session: PlanSession,
        collection: CollectionPlan,
        present: PresentObjects,
        near: Near,
        space: Space,
        counted: _Counted,
    ) -> _Fetch:
        """What comes of one collection, in addition to what is ``counted``, which grows."""
        offer = session.remotes.open(collection.remote)
        lacking = {
            checksum: data
            for checksum, data in collection.commits.items()
            if near.read(ObjectName(checksum, ObjectKind.COMMIT)) is None
        }
        commits = dict(collection.commits)
        items: list[Item] = []
        for item in collection.items:
            if item.action is not Action.KEEP:
                items.append(item)
            elif self._wants(item.commit, near.unfinished):
                data = near.read(ObjectName(item.commit, ObjectKind.COMMIT))
                if data is not None:
                    commits[item.commit] = data
                entry = offer.lookup(item.ref, arch_of(item.ref))
                same = entry is not None and entry.commit == item.commit
                size = entry.download_size if entry is not None and same else 0
                items.append(replace(item, action=Action.UPDATE, download_size=size))
        parsed = [Commit.parse(data) for data in commits.values()]
        look_below(offer, parsed, present)
        # The commits themselves are told apart: most are there.
        told = commits.keys() - counted.commits.keys()
        told = {sum_ for sum_ in told if _commit_key(sum_) not in present.keys}
        counted.items += items
        counted.commits |= commits
        room = estimate(counted.items, counted.commits, present, (), space)
        objects = room.objects - counted.objects - len(told) + len(lacking)
        size = room.fetch - counted.bytes - sum(len(commits[sum_]) for sum_ in told)
        size += sum(map(len, lacking.values()))
        counted.objects, counted.bytes = room.objects, room.fetch
        # What upstream claims of an app is no more exact than the size of one of its files.
        least = self._least(near, items, counted)
        size = size if room.exact else max(size, least)
        here = self._kept(collection, room, present, lacking)
        return _Fetch(collection, max(objects, 0), size, room.exact, len(here), sum(here.values()))

    def _kept(
        self,
        collection: CollectionPlan,
        room: Estimate,
        present: PresentObjects,
        lacking: Mapping[str, bytes],
    ) -> dict[bytes, int]:
        """By key, the bytes of what comes and is on this computer: what an earlier drive needed as
        well, and commits, which have come by now."""
        if collection.remote.is_local:
            return {}
        commits = {_commit_key(sum_): len(data) for sum_, data in lacking.items()}
        coming = {
            key: size
            for part in room.parts
            if part.collection == collection.id
            for key, size in part.coming.items()
            if key[0] != _COMMIT
        }
        kept = KeptTrees(self._environment.cache, present.keys).kept(coming)
        return commits | {key: coming[key] for key in kept}

    def _least(self, near: Near, items: Iterable[Item], counted: _Counted) -> int:
        """Bytes of what is damaged and has to come, as large as it lies there."""
        names = self._check.paths.below([item.commit for item in items]) & near.left
        names -= counted.damaged
        counted.damaged |= names
        sizes = near.repository.object_sizes([name.path for name in names])
        return sum(sizes.values()) + _UNKNOWN * (len(names) - len(sizes))

    def _answer(
        self,
        plan: Plan,
        fetches: Sequence[_Fetch],
        whole: Collection[str],
        signed: Collection[str],
        *,
        updating: bool,
    ) -> Asked:
        """``whole``: commits that stay; ``signed``: refs whose signatures come from near."""
        signatures = {
            each.subject for each in self._check.findings if each.code in _BAD_SIGNATURES
        }.difference(signed)
        supplies = [
            Supply(
                Way.UPSTREAM,
                fetch.collection.remote.name,
                max(0, fetch.objects - fetch.kept),
                max(0, fetch.bytes - fetch.kept_bytes),
                len(signatures.intersection(item.ref for item in fetch.collection.items)),
                download=not fetch.collection.remote.is_local,
            )
            for fetch in fetches
        ]
        supplies += [Supply(Way.CACHE, "", each.kept, each.kept_bytes) for each in fetches]
        items = [item for item in plan.items if item.action is not Action.KEEP]
        # What is replaced need not be whole.
        commits = {item.commit for item in items}.union(whole)
        commits.update(item.old_commit for item in items if item.old_commit is not None)
        return Asked(
            supplies=tuple(supplies),
            coming=Coming(
                collections=frozenset(each.id for each in plan.collections),
                refs=frozenset(item.ref for item in plan.items),
                commits=frozenset(commits),
                lost=frozenset(each.ref for each in plan.removed),
                files=frozenset(_images(plan)),
            ),
            updates=tuple(item.ref for item in items if updating and item.old_commit is not None),
            newer=tuple(item.ref for item in items if not updating and _gets_newer(item)),
            lost=tuple(each.ref for each in plan.removed),
            exact=all(each.exact for each in fetches),
            addresses=tuple(each.collection.remote.address for each in fetches if each.bytes),
            plan=plan,
        )


def _gets_newer(item: Item) -> bool:
    """Not what describes a collection, or catalogues: nobody has chosen those."""
    named = Ref.parse_or_none(item.ref) is not None
    return named and item.old_commit not in (None, item.commit)


def _commit_key(checksum: str) -> bytes:
    return ObjectName(checksum, ObjectKind.COMMIT).key


def _of_makers(plan: Plan | None, target: TargetState, kits: _Kits) -> Iterator[Supply]:
    """Extra data that is missing or damaged."""
    places: dict[_Place, dict[str, int]] = {}
    for item in plan.items if plan is not None else ():
        for payload in missing(item.payloads, target.payloads):
            near = [name for name, kit in kits if kit.with_payload(payload) is not None]
            place = (Way.DRIVE, near[0]) if near else (Way.MAKER, host_of(payload.uri))
            places.setdefault(place, {})[payload.path] = payload.size
    yield from _supplies(places)


def _supplies(places: Mapping[_Place, Mapping[str, int]]) -> Iterator[Supply]:
    for (way, label), sizes in sorted(places.items()):
        download = way is not Way.DRIVE
        yield Supply(way, label, len(sizes), sum(sizes.values()), download=download)


def _images(plan: Plan) -> Iterator[str]:
    """What findings call the images that come, and the lists that a job writes with them."""
    if plan.images:
        yield from (f"{KIT_FOLDER}/{LAYOUT}/{name}" for name in (LAYOUT_FILE, INDEX_FILE))
    for image in plan.images:
        if image.item.action is not Action.KEEP:
            yield image.item.ref


def _of_registries(plan: Plan | None, target: TargetState, kits: _Kits) -> Iterator[Supply]:
    """Content of images that is missing or damaged."""
    places: dict[_Place, dict[str, int]] = {}
    for image in plan.images if plan is not None else ():
        if image.item.action is not Action.KEEP:
            for blob in image.blobs:
                if blob.digest not in target.images.blobs:
                    near = [name for name, kit in kits if kit.with_blob(blob.digest, blob.size)]
                    place = (Way.DRIVE, near[0]) if near else (Way.UPSTREAM, image.registry.name)
                    places.setdefault(place, {})[blob.digest] = blob.size
    yield from _supplies(places)
