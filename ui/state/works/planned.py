"""Work that a plan says: what was chosen is written; what is on a drive is updated, or goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.flatpak.refs import is_system
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.inspecting.inspection import Inspection
from app.stick.planning.news import by_app
from app.stick.planning.plan import Action, Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.planning.sizes import Estimate
from app.stick.writing.job import run_job
from ui.i18n.stick_words import called, plain_name
from ui.state.works.work import WorkContext, WorkKind, WorkOutcome


@dataclass(frozen=True, slots=True, eq=False)
class PlannedWork:
    """A plan, and what it was made of, so that it can be made anew.

    Attributes:
        called: what people call the apps that it is about, by ref; the plan knows the others.
        goes_on: it was begun before, and nobody has looked this plan over.
    """

    plan: Plan
    request: PlanRequest | None = None
    kind: WorkKind = WorkKind.WRITE
    called: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    goes_on: bool = False

    @property
    def names(self) -> Mapping[str, str]:
        staying = {app.ref: app.name for app in self.plan.staying if app.name}
        files = {each.record.ref: each.record.name for each in self.plan.bundles}
        return {**files, **staying, **self.called}

    @property
    def apps(self) -> tuple[tuple[str, str], ...]:
        plan, names = self.plan, self.names
        refs = dict.fromkeys(item.ref for item in plan.items)
        refs |= dict.fromkeys(app.ref for app in plan.staying)
        refs |= dict.fromkeys(each.record.ref for each in plan.bundles)
        return tuple((ref, names.get(ref) or plain_name(ref)) for ref in refs if is_listed(ref))

    @property
    def files(self) -> Mapping[str, int]:
        """Bytes of each app that comes as a file, by ref."""
        new = (each for each in self.plan.bundles if each.action is not Action.KEEP)
        return {each.record.ref: each.record.size for each in new if is_listed(each.record.ref)}

    @property
    def root(self) -> Path:
        return self.plan.location.root

    @property
    def estimate(self) -> Estimate | None:
        return self.plan.estimate

    @property
    def until(self) -> int | None:
        return self.plan.until

    def run(self, context: WorkContext, report: Reporter, cancel: CancelToken) -> WorkOutcome:
        environment, known = context.environment, context.known
        outcome = run_job(self.plan, environment, known, report, cancel, names=self.names)
        options = self.plan.options
        usual = options.runtimes and not options.allow_unsigned
        # A file that nobody vouches for was accepted for this job alone.
        usual = usual and not any(each.record.unvouched for each in self.plan.bundles)
        return replace(WorkOutcome.of_job(outcome, usual=usual), updated=self._updated)

    @property
    def _updated(self) -> tuple[str, ...]:
        """What people call the apps that get newer."""
        items = self.plan.items
        newer = (item.ref for item in items if item.action is Action.UPDATE)
        apps, _ = by_app(newer, {item.ref for item in items})
        names = {**{item.ref: item.name for item in items}, **self.names}
        return tuple(sorted((names.get(ref) or plain_name(ref) for ref in apps), key=str.casefold))

    def again(
        self, root: Path, context: WorkContext, report: Reporter, cancel: CancelToken
    ) -> PlannedWork:
        assert self.request is not None
        request = replace(self.request, root=root)
        plan = make_plan(request, context.environment, context.known, report, cancel)
        return replace(self, plan=plan, request=request, goes_on=True)


def listed_on(inspection: Inspection) -> tuple[tuple[str, str], ...]:
    """(ref, name) of the apps on a drive, and of the like."""
    return tuple((ref.ref, called(ref)) for _, ref in inspection.refs if is_listed(ref.ref))


def is_listed(ref: str) -> bool:
    """Whether it is there for itself: an app, or an operating system."""
    return ref.startswith("app/") or is_system(ref)
