"""Plans that are looked at: for one drive, or the same apps for several."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.duration import Expected, plan_duration
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plans
from app.stick.planning.terms import Terms
from app.stick.planning.together import comes_once, coming_to_all
from app.stick.planning.versions import Versions, updated_versions
from ui.models.planned_drive import PlannedDrive
from ui.state.session import DrivePlan, Target


class MadePlan(Struct, frozen=True):
    """A plan, and what else there is to know for somebody who looks at it.

    Attributes:
        expected: how long it will take; None if nobody knows.
        versions: those of the apps that get newer.
        drives: each of several; ``plan`` and the rest are those of the one with most to do, but
            for the terms of makers: all that somebody has to accept for any of them.
        once: what several of them lack is downloaded once; there may be no room to keep it.
    """

    plan: Plan
    expected: Expected | None = None
    versions: Versions = field(default_factory=dict)
    drives: tuple[PlannedDrive, ...] = ()
    once: bool = True


def plan_drives(
    request: PlanRequest,
    targets: Sequence[Target],
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> MadePlan:
    """Work that reads each drive. Raises SatchelError if there is no plan for any of them."""
    roots = [target.root for target in targets]
    plans = make_plans(request, roots, environment, known, report, cancel, fitting=False)
    drives = []
    for target, plan in zip(targets, plans, strict=True):
        if isinstance(plan, Plan):
            versions = updated_versions(plan, environment, cancel)
            duration = plan_duration(plan, environment)
            drives.append(PlannedDrive(target, plan, None, duration, versions))
        else:
            drives.append(PlannedDrive(target, None, plan))
    made = made_of(drives)
    if made is None:
        raise next(each.error for each in drives if each.error is not None)
    coming = coming_to_all(each.plan for each in drives if each.plan is not None)
    return replace(made, once=comes_once(coming, environment))


def made_of(drives: Sequence[PlannedDrive]) -> MadePlan | None:
    """What there is to look at for all of them: the plan that has most to do, of those that can be
    carried out if there is one. None if there is no plan at all."""
    plans = [(each, each.plan) for each in drives if each.plan is not None]
    if not plans:
        return None
    most, plan = max(
        plans, key=lambda each: (each[0].fits, each[1].estimate.write, len(each[1].removed))
    )
    times = [each.expected for each, _ in plans]
    slowest = max((each for each in times if each is not None), key=_most, default=None)
    terms = _terms([plan, *(other for _, other in plans)])
    if terms != plan.terms:
        plan = replace(plan, terms=terms)
    return MadePlan(plan, slowest, most.versions, tuple(drives))


def _terms(plans: Sequence[Plan]) -> tuple[Terms, ...]:
    """A drive that has a payload already has its terms behind it; another may have not."""
    known: dict[tuple[str, str, frozenset[str]], Terms] = {}
    for each in (terms for plan in plans for terms in plan.terms):
        key = each.collection, each.ref, each.told
        if key not in known or known[key].accepted:
            known[key] = each
    return tuple(known.values())


def planned(drives: Sequence[PlannedDrive]) -> tuple[DrivePlan, ...]:
    """Those that have a plan."""
    return tuple(DrivePlan(each.target, each.plan) for each in drives if each.plan is not None)


def _most(expected: Expected) -> float:
    return expected.most
