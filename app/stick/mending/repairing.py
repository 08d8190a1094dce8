"""Repairs a stick: what a check finds and can be healed is healed, and the rest is told.

What is not ours and in the way is moved aside; objects and signatures come from the cache, other
sticks and what is installed here; lists, names and the kit are written anew by a job, which brings
what is still missing from upstream, if that can be asked.
"""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct, field

from app.drive.safety.guard import DriveGuard, Watch
from app.drive.space import measure, require_writable
from app.errors import (
    DriveError,
    InterruptedByUser,
    SatchelError,
    StickDamagedError,
    TrustError,
    UpstreamError,
    UsageError,
)
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.fs.files import drive_errors, readable_by_everybody
from app.fs.nodes import Aside, Node
from app.fs.root import Root
from app.message import Message
from app.ostree.names import METADATA_REF
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.ostree.stored_sums import StoredSums
from app.progress import Cancel, Meter, Notice, Phase, Reporter
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.check import check_stick
from app.stick.checking.check_place import check_path
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.findings import Code, repairable
from app.stick.mending.belonging import claim
from app.stick.mending.claiming import claim_by_kit, claim_recorded
from app.stick.mending.files import heal_files
from app.stick.mending.healing import Healed, added, heal_objects, heal_signatures
from app.stick.mending.lists import heal_lists
from app.stick.mending.plan import Unhealed
from app.stick.mending.request import (
    RepairRequest,
    dangling_refs,
    misleading_refs,
    places_to_mend,
    strange_paths,
    strangers,
)
from app.stick.mending.sources import near_sources
from app.stick.mending.staying import is_asked, left, repaired
from app.stick.mending.writing_anew import (
    AS_IT_IS,
    NEWEST,
    job_request,
    named_commits,
    wanted_texts,
)
from app.stick.planning.changes import Changes
from app.stick.planning.leaving import given_up
from app.stick.planning.request import make_plan
from app.stick.store.forgotten_refs import name_forgotten
from app.stick.store.image_blobs import drop_damaged_blobs
from app.stick.store.images import read_images
from app.stick.store.location import Location, choose_stick, find_lost
from app.stick.store.respelling import respell
from app.stick.store.stick_state import load_stick, read_stick
from app.stick.writing.job import run_job
from app.stick.writing.moving_aside import MOVED_ASIDE, moved_text
from app.stick.writing.outcome import Outcome
from app.stick.writing.sharing import make_writable

_NO_WORSE = Message("Nothing on it is worse than before.")

_OF_CONTENTS = frozenset({Code.OBJECT_CORRUPT, Code.OBJECT_MISSING, Code.EXTRA_DATA_CORRUPT})
"""What a check finds only by reading files."""


class RepairOutcome(Struct, frozen=True):
    """What a repair did.

    Attributes:
        before, after: what the check found.
        healed: what came from elsewhere than upstream.
        moved: what was moved aside, and where to.
        jobs: what was written anew, and came from upstream, of each repository; none where nothing
            had to be.
        unasked: why upstream could not be asked; None if it was.
        put_back: what had lost its name, and which it has again.
        unhealed: the errors that are left.
    """

    before: CheckReport
    after: CheckReport
    healed: Healed = field(default_factory=Healed)
    moved: tuple[tuple[str, str], ...] = ()
    jobs: tuple[Outcome, ...] = ()
    unasked: SatchelError | None = None
    put_back: tuple[tuple[str, str], ...] = ()
    unhealed: tuple[Unhealed, ...] = ()


def repair_stick(
    request: RepairRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    before: CheckReport | None = None,
) -> RepairOutcome:
    """Repair what is on a drive. ``before``: a check that was made of it just now.

    Raises DriveError, StickDamagedError for a repository that is of another kind, and what
    ``cancel`` raises; then nothing is worse than it was.
    """
    require_writable(request.root, measure(request.root))
    remotes = environment.judges(known)
    first = replace(request.check, sums=True)
    with DriveGuard(request.root) as guard:
        lost = find_lost(request.root)
        if lost is not None:
            before = None
            with drive_errors(Message("writing the repository")):
                lost.put_back(guard.held())
                guard.flush()
        if before is None:
            before = check_path(request.root, remotes, first, report, cancel)
            guard.check(_NO_WORSE)
        back = lost.renames if lost is not None else ()
        if not repairable(before.findings):
            return RepairOutcome(before, before, put_back=back)
        try:
            outcome = _repair_held(guard, request, before, environment, known, report, cancel)
        except (DriveError, StickDamagedError):
            guard.check(_NO_WORSE)
            raise
        guard.check(_NO_WORSE)
    return replace(outcome, put_back=back)


def _repair_held(
    guard: DriveGuard,
    request: RepairRequest,
    before: CheckReport,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
) -> RepairOutcome:
    remotes = environment.judges(known)
    first = replace(request.check, sums=True)
    places = places_to_mend(request.root)
    mended = []
    for place in places:
        check = before
        if len(places) > 1:
            path = place.repository_path
            check = check_path(request.root, remotes, first, report, cancel, path)
        mended.append(
            _repair_place(guard, place, request, check, environment, known, report, cancel)
        )
    last = mended[-1].job.check if mended[-1].job is not None and len(mended) == 1 else None
    # The job has read every object a moment ago, but by keys that this person may not count.
    read = last is not None and not any(each.code in _OF_CONTENTS for each in last.findings)
    options = replace(request.check, contents=not read)
    after = check_path(request.root, remotes, options, report, cancel)
    if last is not None and read:
        after = replace(after, unread=last.unread)
    unasked = next((each.unasked for each in mended if each.unasked is not None), None)
    jobs = tuple(each.job for each in mended if each.job is not None)
    asked = frozenset(origin for each in mended for origin in each.asked)
    after = repaired(after, asked=is_asked(_carried(places), asked))
    return RepairOutcome(
        before,
        after,
        added([each.healed for each in mended]),
        tuple(pair for each in mended for pair in each.moved),
        jobs,
        unasked,
        unhealed=left(after, places),
    )


class _Mended(Struct, frozen=True):
    """What became of one repository; as in `RepairOutcome`. ``asked``: the sources that were."""

    healed: Healed
    moved: tuple[tuple[str, str], ...]
    job: Outcome | None
    unasked: SatchelError | None
    asked: frozenset[str]


def _carried(places: Collection[Location]) -> Iterator[str]:
    """Collections of which anything is on the drive."""
    for place in places:
        with contextlib.suppress(SatchelError):
            for origin, names in load_stick(place).refs.items():
                if names.keys() - {METADATA_REF}:
                    yield origin


def _repair_place(
    guard: DriveGuard,
    place: Location,
    request: RepairRequest,
    before: CheckReport,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
) -> _Mended:
    remotes = environment.judges(known)
    healed, moved = _heal(guard, place, request, before, environment, remotes, report, cancel)
    path = place.repository_path
    job, unasked, asked = _write_anew(
        guard, path, request, environment, known, report, cancel, AS_IT_IS, before.sums
    )
    if job is not None and job.check is not None and not job.check.ok and unasked is None:
        # What is there cannot be had any more: the newest can.
        again, unasked, _ = _write_anew(
            guard, path, request, environment, known, report, cancel, NEWEST, before.sums
        )
        job = again or job
    # Only beside files with right modes it can be told what is made to be run.
    moved += _put_strangers_aside(guard, place, report)
    return _Mended(healed, moved, job, unasked, asked)


def _put_strangers_aside(
    guard: DriveGuard, place: Location, report: Reporter
) -> tuple[tuple[str, str], ...]:
    aside = Aside(MOVED_ASIDE)
    with (
        readable_by_everybody(),
        drive_errors(Message("writing the repository")),
    ):
        held = replace(place, drive=guard.held(aside))
        for path in list(strangers(held)):
            if held.drive.node(path) is not None:
                held.drive.put_aside(path)
        if aside.moved:
            guard.flush()
    for moved in aside.moved:
        report(Notice(Severity.WARNING, moved_text(*moved)))
    return tuple(aside.moved)


def _heal(
    guard: DriveGuard,
    location: Location,
    request: RepairRequest,
    before: CheckReport,
    environment: Environment,
    remotes: Sequence[Remote],
    report: Reporter,
    cancel: Cancel,
) -> tuple[Healed, tuple[tuple[str, str], ...]]:
    """From all but upstream; what was moved aside."""
    aside = Aside(MOVED_ASIDE)
    with (
        readable_by_everybody(),
        drive_errors(Message("writing the repository")),
    ):
        watch = Watch(cancel, guard, lambda: _NO_WORSE)
        held = replace(location, drive=guard.held(aside))
        try:
            make_writable(held)
            for path in strange_paths(held, before.findings):
                held.drive.put_aside(path)
            repository = Repository.create(held.repository)
            with repository.locked(exclusive=True):
                check = before
                if before.objects == 0 or len(before.findings) == 1:
                    check = check_stick(held, repository, remotes, request.check, report, watch)
                for path in misleading_refs(repository, check.findings):
                    repository.root.put_aside(path)
                respell(repository)
                claim_by_kit(held)
                if name_forgotten(held, repository):
                    check = check_stick(held, repository, remotes, request.check, report, watch)
                if any(each.code is Code.NOT_READABLE for each in check.findings):
                    _open_to_all(held)
                healed = _heal_repository(
                    request, held, repository, check, environment, remotes, report, watch
                )
                guard.flush()
        finally:
            for moved in aside.moved:
                report(Notice(Severity.WARNING, moved_text(*moved)))
    return healed, tuple(aside.moved)


def _open_to_all(location: Location) -> None:
    """Everybody may read a stick, and come to it."""
    drive = location.drive
    tops = (location.repository_path.split("/")[0], location.kit.prefix)
    for top in dict.fromkeys(tops):
        # Those above come before what is in them, which only then can be reached.
        _open(drive, top, drive.node(top))
        for entry in drive.walk(top):
            _open(drive, entry.path, entry.node)


def _open(drive: Root, path: str, node: Node | None) -> None:
    needed = {Node.FILE: 0o444, Node.DIRECTORY: 0o555}.get(node, 0) if node is not None else 0
    with contextlib.suppress(OSError):
        mode = stat.S_IMODE(drive.status(path).st_mode)
        if mode & needed != needed:
            drive.allow(path, mode | needed)


def _put_dangling_aside(repository: Repository) -> None:
    """Names of no collection, for which nobody can be asked, whose commits nobody has."""
    for entry in dangling_refs(repository):
        repository.root.put_aside(entry.path)


def _heal_repository(
    request: RepairRequest,
    location: Location,
    repository: Repository,
    check: CheckReport,
    environment: Environment,
    remotes: Sequence[Remote],
    report: Reporter,
    cancel: Cancel,
) -> Healed:
    stick = read_stick(location, repository)
    images = {image.ref for image in read_images(location)}
    if any(each.code is Code.OBJECT_CORRUPT and each.subject in images for each in check.findings):
        # It comes again with the job.
        drop_damaged_blobs(location)
    sources = near_sources(request.sources, environment)
    heal_lists(request, location, check.findings)
    claim_recorded(stick)
    damaged = [damage.name for damage in check.damage]
    absent = {ObjectName(commit, ObjectKind.COMMIT) for _, commit in named_commits(stick)}
    damaged += [name for name in sorted(absent) if not repository.has(name)]
    healed = heal_objects(
        repository,
        damaged,
        sources,
        environment.object_cache,
        measure(request.root).max_file,
        Meter(report, Phase.COPY),
        cancel,
    )
    _put_dangling_aside(repository)
    stick = read_stick(location, repository)
    signatures = heal_signatures(repository, stick, remotes, sources)
    files = heal_files(stick, location, request.sources, Meter(report, Phase.COPY), cancel)
    repository.root.sync()
    if healed.left.issubset(damaged):
        for commit in stick.partial.intersection(commit for _, commit in named_commits(stick)):
            _unmark(repository, commit, check)
    signed = Healed(signatures=sum(signatures.values()), sources=signatures)
    return added([healed, signed, files])


def _unmark(repository: Repository, commit: str, check: CheckReport) -> None:
    """All of it is there now; not so where languages were left out, which are missing still."""
    missing = check.paths.below([commit])
    if all(repository.has(name) for name in missing):
        repository.unmark_partial(commit)


# Lists, names and the kit, and what is upstream's


def _write_anew(
    guard: DriveGuard,
    destination: str,
    request: RepairRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    changes: Changes,
    checked: StoredSums | None,
) -> tuple[Outcome | None, SatchelError | None, frozenset[str]]:
    """A job that changes no version, unless ``changes`` say so; without upstream if that cannot be
    asked; and which origins were. ``checked``: what is right on the drive."""
    asked: set[str] = set()

    def job(texts: tuple[str, ...], changes: Changes) -> Outcome:
        wanted = job_request(request, destination, texts, environment, changes)
        plan = make_plan(wanted, environment, known, report, cancel)
        # What is there now may be the directory that the drive was mounted at, or another drive.
        guard.check(_NO_WORSE)
        for notice in (*(each.notice for each in plan.held_back), *given_up(plan.removed)):
            report(notice)
        asked.update(each.id for each in plan.collections)
        return run_job(plan, environment, known, report, cancel, checked=checked)

    unasked: SatchelError
    try:
        claim(guard, destination, request, environment, cancel)
        stick = load_stick(choose_stick(request.root, destination))
        texts = wanted_texts(stick, request, environment, known, cancel)
        return job(texts, changes), None, frozenset(asked)
    except InterruptedByUser:
        raise
    except (UpstreamError, TrustError, UsageError) as error:
        unasked = error
    try:
        return job((), AS_IT_IS), unasked, frozenset(asked)
    except (UpstreamError, TrustError, UsageError) as error:
        return None, error, frozenset(asked)
