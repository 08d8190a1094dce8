"""Foresees a repair: looks at every source, asks upstream, and writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.credentials import host_of
from app.drive.recognition import directory_key
from app.drive.space import Space
from app.errors import (
    DriveError,
    InterruptedByUser,
    SatchelError,
    TrustError,
    UpstreamError,
    UsageError,
)
from app.flatpak.refs import arch_of
from app.flatpak.remotes.known import Known
from app.fs.files import drive_errors
from app.fs.nodes import Node
from app.message import Message
from app.ostree.names import METADATA_REF
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.ostree.repository import Repository, RepositoryInvalidError
from app.progress import Cancel, Reporter
from app.stick.checking.check import check_path
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.findings import Code
from app.stick.mending.healing import better_signatures
from app.stick.mending.near import Near
from app.stick.mending.plan import RepairPlan, Supply, Way
from app.stick.mending.repairing import copy_at
from app.stick.mending.request import (
    RepairRequest,
    dangling_refs,
    misleading_refs,
    places_to_mend,
    strange_paths,
    strangers,
)
from app.stick.mending.sources import near_sources
from app.stick.mending.staying import Coming, staying
from app.stick.mending.writing_anew import NEWEST, job_request, named_commits, wanted_texts
from app.stick.planning.duration import expected_duration
from app.stick.planning.estimate import estimate
from app.stick.planning.plan import Action, CollectionPlan, Item, Plan
from app.stick.planning.present_objects import PresentObjects
from app.stick.planning.session import PlanSession
from app.stick.planning.target_state import StoredCommits, TargetState, read_target
from app.stick.planning.updating import look_below
from app.stick.store.image_blobs import right_blobs
from app.stick.store.images import INDEX_FILE, LAYOUT, LAYOUT_FILE
from app.stick.store.location import KIT_FOLDER, Location, open_repository
from app.stick.store.payloads import EXTRA_DATA, missing
from app.stick.store.stick_state import StickState, read_stick

_READING = Message("reading the repository")
_UNKNOWN = 1_250
"""Bytes of an object of which nothing else is known: half of all files have less (`guess`)."""
_BAD_SIGNATURES = frozenset({Code.COMMIT_UNSIGNED, Code.COMMIT_BAD_SIGNATURE})
_WAYS = tuple(Way)


def plan_repair(
    request: RepairRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    check: CheckReport | None = None,
) -> RepairPlan:
    """What `repair_stick` would do. ``check``: one that was made of the drive just now.

    Upstream that cannot be asked is no error. Raises as `repair_stick`.
    """
    remotes = environment.judges(known)
    if check is None:
        check = check_path(request.root, remotes, request.check, report, cancel)
    if check.ok and not check.findings:
        return RepairPlan(request.root, check)
    places = places_to_mend(request.root)
    foreseen = []
    for place in places:
        judged = check
        if len(places) > 1:
            path = place.repository_path
            judged = check_path(request.root, remotes, request.check, report, cancel, path)
        foreseeing = _Foreseeing(place, request, judged, environment, known, report, cancel)
        with drive_errors(_READING):
            foreseen.append(foreseeing.plan())
    return _joined(request, check, foreseen, environment)


def _joined(
    request: RepairRequest,
    check: CheckReport,
    plans: Sequence[_Foreseen],
    environment: Environment,
) -> RepairPlan:
    supplies: dict[tuple[Way, str], Supply] = {}
    for supply in (supply for plan in plans for supply in plan.supplies):
        before = supplies.get((supply.way, supply.label))
        supplies[supply.way, supply.label] = replace(
            supply,
            objects=supply.objects + (before.objects if before else 0),
            bytes=supply.bytes + (before.bytes if before else 0),
            signatures=supply.signatures + (before.signatures if before else 0),
        )
    ordered = sorted(supplies.values(), key=lambda supply: _WAYS.index(supply.way))
    unhealed = dict.fromkeys(each for plan in plans for each in plan.unhealed)
    plan = RepairPlan(
        root=request.root,
        check=check,
        supplies=tuple(ordered),
        moved=tuple(dict.fromkeys(path for each in plans for path in each.moved)),
        unhealed=tuple(unhealed),
        updates=tuple(ref for each in plans for ref in each.updates),
        lost=tuple(ref for each in plans for ref in each.lost),
        exact=all(each.exact for each in plans),
        unasked=next((each.unasked for each in plans if each.unasked is not None), None),
    )
    try:
        drive = directory_key(request.root)
    except DriveError:
        drive = ""
    expected = expected_duration(
        plan.fetch,
        sum(supply.bytes for supply in plan.supplies),
        check.bytes,
        environment.speeds.read(),
        drive,
        [address for each in plans for address in each.addresses],
    )
    return replace(plan, expected=expected)


@dataclass(frozen=True, slots=True)
class _Foreseen(RepairPlan):
    """Of one repository. ``addresses``: of the remotes that something is fetched from."""

    addresses: tuple[str, ...] = ()


class _Foreseeing:
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

    def plan(self) -> _Foreseen:
        """Raises OSError, StickDamagedError."""
        root = self._request.root
        moved = list(strange_paths(self._location, self._check.findings))
        moved += [path for path in strangers(self._location) if path not in moved]
        target = read_target(root, self._location.repository_path)
        repository = self._repository()
        if repository is None:
            # What is there is no repository; one that is made in its place has nothing of before.
            unhealed = staying(self._check, Coming())
            return _Foreseen(root, self._check, (), tuple(moved), unhealed)
        stick = read_stick(self._location, repository)
        base = self._location.repository_path
        moved += [f"{base}/{path}" for path in misleading_refs(repository, self._check.findings)]
        near = self._near(repository, stick)
        aside = [
            entry
            for entry in dangling_refs(repository)
            if entry.checksum is None
            or ObjectName(entry.checksum, ObjectKind.COMMIT) not in near.offered
        ]
        moved += [f"{base}/{entry.path}" for entry in aside]
        for name in sorted(near.left.union(near.offered)):
            if repository.root.node(f"objects/{name.path}") not in (None, Node.FILE):
                moved.append(f"{base}/objects/{name.path}")
        asked = self._ask(stick, target, near)
        return _Foreseen(
            root=root,
            check=self._check,
            supplies=tuple(
                each
                for each in (*near.supplies.values(), *asked.supplies)
                if each.objects or each.signatures
            ),
            moved=tuple(moved),
            unhealed=staying(
                self._check,
                replace(
                    self._coming(stick, near, asked.coming),
                    lost=asked.coming.lost.union(entry.name for entry in aside),
                ),
            ),
            updates=asked.updates,
            lost=asked.lost,
            exact=asked.exact,
            unasked=asked.unasked,
            addresses=asked.addresses,
        )

    def _coming(self, stick: StickState, near: Near, coming: Coming) -> Coming:
        """With what comes from near."""
        whole = {
            ref
            for ref, commit in named_commits(stick)
            if ObjectName(commit, ObjectKind.COMMIT) in near.offered
        }
        return replace(
            coming,
            near=frozenset(near.signed | whole),
            left=frozenset(near.left),
            # Where a source was asked, its part is written anew.
            users={
                commit: ref
                for ref, commit in named_commits(stick)
                if ref != METADATA_REF or not coming.collections
            },
            carried=frozenset(
                collection
                for collection, names in stick.refs.items()
                if names.keys() - coming.lost - {METADATA_REF}
            ),
            copies=frozenset(
                collection
                for collection in stick.refs
                for root in self._request.sources
                if copy_at(root, collection) is not None
            ),
        )

    def _repository(self) -> Repository | None:
        there = self._location.repository.node("objects") is Node.DIRECTORY
        try:
            return open_repository(self._location, complete=False, mend=there)
        except RepositoryInvalidError:
            if there:
                raise
        return None

    def _near(self, repository: Repository, stick: StickState) -> Near:
        sources = near_sources(self._request.sources, self._environment)
        damaged = [damage.name for damage in self._check.damage]
        absent = {ObjectName(commit, ObjectKind.COMMIT) for _, commit in named_commits(stick)}
        damaged += [name for name in sorted(absent) if not repository.has(name)]
        near = Near(repository)
        for source in sources:
            near.count(source)
        near.take(damaged, sources, self._cancel)
        remotes = self._environment.judges(self._known)
        for better in better_signatures(stick, remotes, sources, near.read):
            near.count(better.source, signatures=1)
            near.signed.add(better.ref)
        return near

    # Upstream

    def _ask(self, stick: StickState, target: TargetState, near: Near) -> _Asked:
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
                others = *_of_makers(asked.plan, target), *_of_registries(asked.plan, target)
                return replace(asked, supplies=(*asked.supplies, *others))
        except InterruptedByUser:
            raise
        except (UpstreamError, TrustError, UsageError) as error:
            return _Asked(unasked=error)

    def _plan(
        self,
        session: PlanSession,
        texts: tuple[str, ...],
        present: PresentObjects,
        near: Near,
        space: Space,
    ) -> _Asked:
        path = self._location.repository_path
        asked = job_request(self._request, path, texts, self._environment)
        plan = session.plan(asked.refs, asked.options, changes=asked.changes)
        wanting = {
            item.commit: collection
            for collection in plan.collections
            for item in collection.items
            if item.action is Action.KEEP and self._wants(item.commit, near.left)
        }
        gone: set[str] = set()
        for collection in {each.id: each for each in wanting.values()}.values():
            offer = session.remotes.open(collection.remote)
            commits = [commit for commit, place in wanting.items() if place.id == collection.id]
            gone.update(offer.ask_for_commits(commits)[1])
        if gone:
            newest = job_request(self._request, path, (), self._environment, NEWEST)
            plan = session.plan((), newest.options, changes=newest.changes)
        asked_of = [self._of(session, each, present, near, space) for each in plan.collections]
        whole = wanting.keys() - gone
        return self._answer(plan, asked_of, whole, near.signed, updating=bool(gone))

    def _wants(self, commit: str, left: Collection[ObjectName]) -> bool:
        """Whether objects of a commit that stays have to come from upstream."""
        return any(name in left for name in self._check.paths.below([commit]))

    def _of(
        self,
        session: PlanSession,
        collection: CollectionPlan,
        present: PresentObjects,
        near: Near,
        space: Space,
    ) -> _Fetch:
        """What comes of one collection."""
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
            elif self._wants(item.commit, near.left):
                data = near.read(ObjectName(item.commit, ObjectKind.COMMIT))
                if data is not None:
                    commits[item.commit] = data
                entry = offer.lookup(item.ref, arch_of(item.ref))
                same = entry is not None and entry.commit == item.commit
                size = entry.download_size if entry is not None and same else 0
                items.append(replace(item, action=Action.UPDATE, download_size=size))
        parsed = [Commit.parse(data) for data in commits.values()]
        look_below(offer, parsed, present)
        room = estimate(items, commits, present, (), space)
        # The commits themselves are told apart: most are there.
        objects = room.objects - 2 * len(commits) + len(lacking)
        size = room.fetch - sum(map(len, commits.values())) + sum(map(len, lacking.values()))
        # What upstream claims of an app is no more exact than the size of one of its files.
        size = max(size, self._least(near, items))
        return _Fetch(collection, objects, size, exact=room.exact)

    def _least(self, near: Near, items: Iterable[Item]) -> int:
        """Bytes of what is damaged and has to come, as large as it lies there."""
        names = self._check.paths.below([item.commit for item in items]) & near.left
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
    ) -> _Asked:
        """``whole``: commits that stay; ``signed``: refs whose signatures come from near."""
        signatures = {
            each.subject for each in self._check.findings if each.code in _BAD_SIGNATURES
        }.difference(signed)
        supplies = [
            Supply(
                Way.UPSTREAM,
                fetch.collection.remote.name,
                fetch.objects,
                fetch.bytes,
                len(signatures.intersection(item.ref for item in fetch.collection.items)),
                download=not fetch.collection.remote.is_local,
            )
            for fetch in fetches
        ]
        items = [item for item in plan.items if item.action is not Action.KEEP]
        # What is replaced need not be whole.
        commits = {item.commit for item in items}.union(whole)
        commits.update(item.old_commit for item in items if item.old_commit is not None)
        return _Asked(
            supplies=tuple(supplies),
            coming=Coming(
                collections=frozenset(each.id for each in plan.collections),
                refs=frozenset(item.ref for item in plan.items),
                commits=frozenset(commits),
                lost=frozenset(each.ref for each in plan.removed),
                images=frozenset(_images(plan)),
            ),
            updates=tuple(item.ref for item in items if updating and item.old_commit is not None),
            lost=tuple(each.ref for each in plan.removed),
            exact=all(each.exact for each in fetches),
            addresses=tuple(each.collection.remote.address for each in fetches if each.bytes),
            plan=plan,
        )


def _of_makers(plan: Plan | None, target: TargetState) -> Iterator[Supply]:
    """Extra data that is missing or damaged."""
    hosts: dict[str, dict[str, int]] = {}
    for item in plan.items if plan is not None else ():
        for payload in missing(item.payloads, target.payloads):
            hosts.setdefault(host_of(payload.uri), {})[payload.path] = payload.size
    for host, sizes in sorted(hosts.items()):
        yield Supply(Way.MAKER, host, len(sizes), sum(sizes.values()), download=True)


def _images(plan: Plan) -> Iterator[str]:
    """What findings call the images that come, and the lists that a job writes with them."""
    if plan.images:
        yield from (f"{KIT_FOLDER}/{LAYOUT}/{name}" for name in (LAYOUT_FILE, INDEX_FILE))
    for image in plan.images:
        if image.item.action is not Action.KEEP:
            yield image.item.ref


def _of_registries(plan: Plan | None, target: TargetState) -> Iterator[Supply]:
    """Content of images that is missing or damaged."""
    registries: dict[str, dict[str, int]] = {}
    for image in plan.images if plan is not None else ():
        if image.item.action is not Action.KEEP:
            sizes = registries.setdefault(image.registry.name, {})
            lacking = (blob for blob in image.blobs if blob.digest not in target.images.blobs)
            sizes.update((blob.digest, blob.size) for blob in lacking)
    for name, sizes in sorted(registries.items()):
        yield Supply(Way.UPSTREAM, name, len(sizes), sum(sizes.values()), download=True)


@dataclass(frozen=True, slots=True)
class _Fetch:
    collection: CollectionPlan
    objects: int
    bytes: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """What upstream has; as in `RepairPlan`."""

    supplies: tuple[Supply, ...] = ()
    coming: Coming = field(default_factory=Coming)
    updates: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    exact: bool = True
    unasked: SatchelError | None = None
    addresses: tuple[str, ...] = ()
    plan: Plan | None = None
