"""Foresees a repair: looks at every source, asks upstream, and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from app.drive.recognition import directory_key
from app.errors import DriveError, TrustError, UpstreamError, UsageError
from app.flatpak.remotes.known import Known
from app.fs.files import drive_errors
from app.fs.nodes import Node
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.names import METADATA_REF
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.progress import Cancel, Reporter
from app.replacing import replace
from app.stick.checking.check import check_stick
from app.stick.checking.check_place import check_path
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.findings import repairable
from app.stick.mending.asking import Asked, Asking
from app.stick.mending.belonging import find_belonging, with_belonging
from app.stick.mending.files import damaged_files, file_near
from app.stick.mending.healing import better_signatures
from app.stick.mending.lists import copy_at
from app.stick.mending.near import Near
from app.stick.mending.plan import RepairPlan, Supply, Way
from app.stick.mending.request import (
    RepairRequest,
    dangling_refs,
    misleading_refs,
    places_to_mend,
    strange_paths,
    strangers,
)
from app.stick.mending.sources import near_sources
from app.stick.mending.staying import Coming, is_asked, staying
from app.stick.mending.writing_anew import named_commits
from app.stick.planning.duration import expected_duration
from app.stick.planning.lost_bundles import lost_bundles
from app.stick.planning.target_state import TargetState, read_target
from app.stick.store.forgotten_refs import as_named, with_forgotten
from app.stick.store.location import Location, choose_stick, find_lost, open_repository
from app.stick.store.respelling import misspelt, respelt
from app.stick.store.stick_state import StickState, read_stick

_READING = Message("reading the repository")
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
    lost = find_lost(request.root)
    if check is None or lost is not None:
        path = lost.repository_path if lost is not None else None
        check = check_path(request.root, remotes, request.check, report, cancel, path)
    back = lost.renames if lost is not None else ()
    if not repairable(check.findings):
        return RepairPlan(request.root, check, put_back=back)
    if lost is not None:
        places: tuple[Location, ...] = (choose_stick(request.root, lost.repository_path),)
    else:
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
    return replace(_joined(request, check, foreseen, environment), put_back=back)


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
        newer=tuple(ref for each in plans for ref in each.newer),
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


class _Foreseen(RepairPlan, frozen=True):
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
        judges = self._environment.judges(self._known)
        lost = lost_bundles(self._location, judges, self._cancel)
        staying_there = {each.path for each in lost}
        moved += [
            path
            for path in strangers(self._location)
            if path not in moved and path not in staying_there
        ]
        target = read_target(root, self._location.repository_path)
        repository = self._repository()
        if repository is None:
            # What is there is no repository; one that is made in its place has nothing of before.
            unhealed = staying(self._check, Coming(), asked=False)
            return _Foreseen(root, self._check, (), tuple(moved), unhealed)
        found = read_stick(self._location, repository)
        stick = with_forgotten(respelt(found))
        stick, target = self._with_belonging(stick, target)
        base = self._location.repository_path
        moved += [f"{base}/{path}" for path in misleading_refs(repository, self._check.findings)]
        if stick.refs != repository.collection_refs():
            self._check = self._looked_again(repository, stick)
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
        asked = self._asked(stick, target, near)
        taken_off = asked.coming.lost.union(
            (entry.name for entry in aside),
            # Also a link in the place of a directory, which has the name of no ref.
            (entry.name for entry in repository.refs() if f"{base}/{entry.path}" in moved),
            (name for _, name, _ in misspelt(found.refs, found.commit)),
        )
        coming = replace(self._coming(stick, near, asked.coming), lost=taken_off)
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
                coming,
                asked=is_asked(coming.carried, asked.coming.collections),
            ),
            updates=asked.updates,
            newer=asked.newer,
            lost=asked.lost,
            exact=asked.exact,
            unasked=asked.unasked,
            addresses=asked.addresses,
        )

    def _looked_again(self, repository: Repository, stick: StickState) -> CheckReport:
        """As the repair does, once what was lost has its names."""
        judges = self._environment.judges(self._known)
        about = self._location, repository, judges, self._request.check
        return check_stick(*about, self._report, self._cancel, as_named(stick))

    def _asked(self, stick: StickState, target: TargetState, near: Near) -> Asked:
        about = self._location, self._request, self._check, self._environment, self._known
        return Asking(*about, self._report, self._cancel).ask(stick, target, near)

    def _with_belonging(
        self, stick: StickState, target: TargetState
    ) -> tuple[StickState, TargetState]:
        try:
            found = find_belonging(stick, target, self._request, self._environment, self._cancel)
        except (UpstreamError, TrustError, UsageError):
            return stick, target  # Whoever asks next tells it.
        return with_belonging(stick, target, found) if found is not None else (stick, target)

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
            files=coming.files | near.files,
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
        for record in damaged_files(stick, self._cancel):
            there = file_near(record, self._request.sources, self._cancel)
            if there is not None:
                near.count_file(record.ref, there[0], record.size)
        return near
