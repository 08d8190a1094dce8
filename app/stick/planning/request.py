"""From a request to a plan: looks at the drive, opens the remotes, and closes them again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from app.beside import beside
from app.drive.safety.guard import AsNamed
from app.errors import InterruptedByUser, SatchelError, UsageError
from app.flatpak.bundles.given import GivenBundle
from app.flatpak.remotes.installed_versions import installed_versions
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.ostree.kept_once import KeptOnce
from app.ostree.reading_ahead import ReadingAhead
from app.ostree.tree_keys import KnownTrees
from app.progress import Cancel, Reporter, phases_once
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.near import left_aside, look_near, with_lists_of
from app.stick.planning.carrying import carried_languages
from app.stick.planning.changes import NO_CHANGES, Changes
from app.stick.planning.cost import Cost
from app.stick.planning.estimate import check_room
from app.stick.planning.imagined_drive import imagined_drive
from app.stick.planning.lost_bundles import lost_bundles
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.session import PlanSession
from app.stick.planning.target_state import TargetState, read_target
from app.stick.planning.together import OneOfEach
from app.stick.store.needs import Needs


class PlanRequest(Struct, frozen=True):
    """What a person asks for.

    Attributes:
        root: the drive's mount point or the directory.
        refs: as typed: partial refs, full refs, ``REMOTE:REF``.
        remote: the one to search; None searches all listed ones.
        destination: path of the repository on the drive, or None for the usual one.
        needs: of the computers that the drive is for; what they need comes beside ``refs``.
        changes: what happens to what is on the drive.
        bundles: apps as files, beside ``refs``.
    """

    root: Path
    refs: tuple[str, ...]
    remote: Remote | None
    destination: str | None
    options: Options
    needs: tuple[Needs, ...] = ()
    changes: Changes = NO_CHANGES
    bundles: tuple[GivenBundle, ...] = ()


def _session(
    drive: TargetState,
    request: PlanRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
) -> PlanSession:
    """For one request. Raises UsageError."""
    options = request.options
    near = look_near(options.from_paths, options.from_installed, environment.flatpak)
    for notice in left_aside(near):
        report(notice)
    if options.offline:
        near = with_lists_of(near, drive.location, drive.origins)
    return PlanSession(
        drive,
        environment,
        known,
        report,
        cancel,
        remote=request.remote,
        allow_unsigned=options.allow_unsigned,
        kept=options.offline,
        near=near,
        languages=carried_languages(options, drive, update=request.changes.update),
    )


def _look_at(
    root: Path,
    request: PlanRequest,
    environment: Environment,
    known: Known,
    cancel: Cancel,
    ahead: ReadingAhead | None = None,
) -> TargetState:
    """With the apps as files that a lost record does not name any more."""
    offline = request.options.offline
    drive = look_at(root, environment, request.destination, offline=offline, ahead=ahead)
    if drive.record is not None or drive.present is None:
        return drive
    judges = environment.judges(known)
    return replace(drive, bundles=lost_bundles(drive.location, judges, cancel))


def look_at(
    root: Path,
    environment: Environment,
    destination: str | None = None,
    *,
    offline: bool = False,
    ahead: ReadingAhead | None = None,
) -> TargetState:
    """A drive. What the cache takes of its file system counts as free, unless that is needed.

    Raises as `read_target`.
    """
    drive = read_target(root, destination, environment.quota, ahead)
    if offline or environment.is_demo:
        return drive
    free = drive.space.free + environment.kept_beside(root)
    return replace(drive, space=replace(drive.space, free=free))


def foresee(
    request: PlanRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
) -> Cost:
    """What an empty drive would get that is large enough. Raises as `make_plan`."""
    with _session(imagined_drive(), request, environment, known, report, cancel) as session:
        if not request.needs:
            return session.cost(
                request.refs, request.options, request.changes, bundles=request.bundles
            )
        wished = session.wishes(request.needs)
        wished.require(request.refs)
        refs = [*request.refs, *wished.refs]
        return session.cost(refs, request.options, bundles=request.bundles)


def plan_nowhere(
    request: PlanRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
) -> Plan:
    """The plan for an empty drive that is large enough, in all details. Raises as `make_plan`."""
    with _session(imagined_drive(), request, environment, known, report, cancel) as session:
        return _planned(session, request)


def make_plans(
    request: PlanRequest,
    roots: Sequence[Path],
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    *,
    fitting: bool = True,
) -> list[Plan | SatchelError]:
    """`make_plan` for each of several drives, all of one snapshot; or why there is none.

    ``fitting``: not enough room on a drive is a reason. Raises what ``cancel`` raises, and
    UsageError where it is about what was asked for.
    """
    plans: list[Plan | SatchelError] = []
    asked_for = bool(request.refs or request.needs or request.bundles)
    # For the first one upstream is asked, which takes its time.
    named = AsNamed(roots)
    # What is in trees is the same wherever they are, and most of what is kept for a drive.
    all_trees, once = KnownTrees(), KeptOnce()
    one_of_each = OneOfEach(once)
    report = phases_once(report)
    with ExitStack() as stack:
        session = None
        for root in roots:
            try:
                drive = _look_at(root, request, environment, known, cancel)
                named.check(root, drive.identity)
                if session is None or request.options.offline:
                    session = stack.enter_context(
                        _session(drive, request, environment, known, report, cancel)
                    )
                session.refresh(drive)
                plan = _planned(session, request)
                plan.trees.share(all_trees, once)
                if fitting:
                    check_room(plan.estimate)
                plans.append(one_of_each(plan))
            except InterruptedByUser:
                raise
            except SatchelError as error:
                if isinstance(error, UsageError) and asked_for:
                    raise
                plans.append(error)
    return plans


def _planned(session: PlanSession, request: PlanRequest) -> Plan:
    return session.plan(
        request.refs,
        request.options,
        request.needs,
        request.changes,
        bundles=request.bundles,
    )


def make_plan(
    request: PlanRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    ahead: ReadingAhead | None = None,
    *,
    meanwhile: Sequence[Callable[[], object]] = (),
) -> Plan:
    """Fetch and verify what upstream has now, and plan. Writes nothing to the drive. ``ahead``:
    reads the objects of that drive meanwhile; ``meanwhile``: what else is to be prepared where
    upstream is waited for, as for `beside`.

    Raises SatchelError for everything that could not work.
    """
    drive = _look_at(request.root, request, environment, known, cancel, ahead)
    session = _session(drive, request, environment, known, report, cancel)
    with beside(*meanwhile), session:
        plan = _planned(session, request)
        return session.as_taken(plan, installed_versions(environment.flatpak))
