"""Keeping a drive up: what is newer than on it, what is marked to come off, and doing either.

Nothing is written here: Make runs what `ui.state.session.Session.begin` is handed.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.directories import ALL_INSTALLED
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.changes import Changes
from app.stick.planning.news import UPDATE, News, known_news, news_of
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.planning.versions import updated_versions
from ui.controllers.inspection import InspectionController
from ui.controllers.viewed_place import ViewedPlaceController
from ui.models.drive_apps import apps_of
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.state.works.planned import PlannedWork
from ui.state.works.work import WorkKind
from ui.tasks.bridge import Bridge, Task

_GOOD_FOR = 600
"""Seconds that a plan is carried out without asking anew."""


class UpkeepState(Enum):
    """Of what is asked for."""

    RESTING = auto()
    COMPARING = auto()
    """With what is known, in the background: nobody waits for it."""
    ASKING = auto()
    """What is new, since somebody wants to know."""
    PREPARING = auto()
    """Somebody said yes; it begins as soon as it is planned."""


class UpkeepStatus(Struct, frozen=True):
    """At one moment.

    Attributes:
        news: what is newer; None while nothing is known.
        asked: whether that is what the sources have just said, and not what is known from before.
        marked: refs of the apps that are to come off.
        error: why what was asked for last cannot be done or told.
        unread: somebody said yes to an update before all that `news` tells could be read.
    """

    state: UpkeepState = UpkeepState.RESTING
    news: News | None = None
    asked: bool = False
    marked: tuple[str, ...] = ()
    error: SatchelError | None = None
    unread: bool = False

    @property
    def waits(self) -> bool:
        """Whether a person waits for something."""
        return self.state in {UpkeepState.ASKING, UpkeepState.PREPARING}

    @property
    def has_updates(self) -> bool:
        return self.news is not None and not self.news.up_to_date


class Prepared(Struct, frozen=True):
    """A plan, what it was made of, and what it tells; ``at``: seconds since 1970."""

    plan: Plan
    request: PlanRequest
    news: News | None
    at: float


class UpkeepController(QObject):
    """Of the drive that is looked at on Contents.

    Signals:
        changed(): `status` is another.
        go(object): to the page of that `PageName`.

    Attributes:
        status: the `UpkeepStatus` now.
    """

    changed = Signal()
    go = Signal(object)

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        viewed: ViewedPlaceController,
        inspection: InspectionController,
    ) -> None:
        super().__init__(inspection)
        self._session = session
        self._bridge = bridge
        self._viewed = viewed
        self._inspection = inspection
        self._task: Task | None = None
        self._seen: tuple[Path | None, str] | None = None
        self._seen_on: object = None
        self._put_aside: dict[tuple[object, str], tuple[str, ...]] = {}
        self._prepared: Prepared | None = None
        self.status = UpkeepStatus()
        inspection.inspected.connect(self._look)
        session.remotes_changed.connect(self._forget)

    # What the person does

    def mark(self, ref: str) -> None:
        """It is to come off; nothing happens to it before `apply`."""
        if ref not in self.status.marked:
            self._change(replace(self.status, marked=(*self.status.marked, ref), error=None))

    def unmark(self, ref: str) -> None:
        """It stays after all."""
        marked = tuple(each for each in self.status.marked if each != ref)
        self._change(replace(self.status, marked=marked, error=None))

    def ask(self) -> None:
        """The sources, what they have that is newer."""
        self._prepare(UpkeepState.ASKING, UPDATE, self._told)

    def update(self) -> None:
        """Everything on the drive, once it is known what there is to know about that."""
        prepared = self._prepared
        now = self._session.environment.clock()
        if prepared is not None and now - prepared.at < _GOOD_FOR:
            self._begin(prepared, WorkKind.UPDATE)
        else:
            self._prepare(UpkeepState.PREPARING, UPDATE, self._ready)

    def apply(self) -> None:
        """What is marked comes off."""
        changes = Changes(without=self.status.marked)
        self._prepare(UpkeepState.PREPARING, changes, self._ready_to_take_off)

    def stop(self) -> None:
        """Nobody waits for it any more."""
        if self._task is not None:
            self._task.drop()
            self._task = None
        self._change(replace(self.status, state=UpkeepState.RESTING))

    # What is known

    def _look(self) -> None:
        """What is on the drive has become known, or is another."""
        inspection = self._inspection.inspection
        seen = (self._inspection.root, inspection.stamp) if inspection is not None else None
        if seen == self._seen:
            return
        if seen is None and self._inspection.result is None and self._inspection.error is None:
            # It is being looked at.
            if self._seen_on != self._viewed.identity:
                self._clear()
            return
        marked = self.status.marked if self._seen_on == self._viewed.identity else ()
        self._clear()
        self._seen, self._seen_on = seen, self._viewed.identity
        if inspection is None:
            return
        marked = self._put_aside.pop((self._seen_on, inspection.stamp), marked)
        there = {ref.ref for _, ref in inspection.refs}
        kept = tuple(ref for ref in marked if ref in there)
        self._change(UpkeepStatus(marked=kept))
        self._compare()

    def _clear(self) -> None:
        """What is marked counts again where the same drive comes back as it was."""
        if self._seen is not None and self.status.marked:
            self._put_aside[self._seen_on, self._seen[1]] = self.status.marked
        self.stop()
        self._seen = self._seen_on = self._prepared = None
        self._change(UpkeepStatus())

    def _forget(self) -> None:
        """Other sources are known now: what they have is compared when the drive is looked at."""
        self._seen = None

    def _compare(self) -> None:
        root, session = self._inspection.root, self._session
        if root is None or not self._inspection.is_writable or not session.remotes:
            return
        self._task = self._bridge.run(
            partial(_compare, root, session.environment, session.known),
            done=self._compared,
            failed=self._not_compared,
        )
        self._change(replace(self.status, state=UpkeepState.COMPARING))

    def _compared(self, news: News | None) -> None:
        self._task = None
        self._change(replace(self.status, state=UpkeepState.RESTING, news=news, asked=False))

    def _not_compared(self, _error: SatchelError) -> None:
        """Nobody has asked for it."""
        self._compared(None)

    # What is asked for

    def _prepare(
        self, state: UpkeepState, changes: Changes, done: Callable[[Prepared], object]
    ) -> None:
        root = self._inspection.root
        if root is None or self.status.waits:
            return
        self.stop()
        environment = self._session.environment
        options = Options(
            environment.arch,
            allow_older=self._session.choice.options.allow_older,
            from_installed=ALL_INSTALLED,
        )
        request = PlanRequest(root, (), None, None, options, changes=changes)
        self._task = self._bridge.run(
            partial(
                _prepare,
                request,
                environment,
                self._session.known,
                # Whoever has said yes does not wait for what versions are called.
                state is UpkeepState.ASKING,
            ),
            done=done,
            failed=self._refused,
        )
        self._change(replace(self.status, state=state, error=None, unread=False))

    def _told(self, prepared: Prepared) -> None:
        self._task = None
        self._prepared = prepared
        self._change(
            replace(self.status, state=UpkeepState.RESTING, news=prepared.news, asked=True)
        )

    def _ready(self, prepared: Prepared) -> None:
        """It begins, unless there is something to know that nobody could have read before."""
        before, news = self.status.news, prepared.news
        if news is not None and before is not None:
            known = {
                ref: version or before.newer.get(ref, "") for ref, version in news.newer.items()
            }
            prepared = replace(prepared, news=replace(news, newer=known))
        self._told(prepared)
        if news is None or news.up_to_date:
            return
        if news.tells_nothing_new(before):
            self._begin(prepared, WorkKind.UPDATE)
        else:
            self._change(replace(self.status, unread=True))

    def _ready_to_take_off(self, prepared: Prepared) -> None:
        self._task = None
        self._change(replace(self.status, state=UpkeepState.RESTING))
        self._begin(prepared, WorkKind.TAKE_OFF)

    def _refused(self, error: SatchelError) -> None:
        self._task = None
        told = None if isinstance(error, InterruptedByUser) else error
        self._change(replace(self.status, state=UpkeepState.RESTING, error=told))

    def _begin(self, prepared: Prepared, kind: WorkKind) -> None:
        inspection = self._inspection.inspection
        apps = apps_of(inspection, None) if inspection is not None else ()
        names = {app.ref: app.name for app in apps}
        self._prepared = None
        self._viewed.take_as_target()
        self._session.begin(PlannedWork(prepared.plan, prepared.request, kind, called=names))
        self.go.emit(PageName.MAKE)

    def _change(self, status: UpkeepStatus) -> None:
        if status != self.status:
            self.status = status
            self.changed.emit()


def _compare(
    root: Path, environment: Environment, known: Known, _report: Reporter, cancel: CancelToken
) -> News | None:
    return known_news(root, environment.arch, environment, known, cancel)


def _prepare(
    request: PlanRequest,
    environment: Environment,
    known: Known,
    versions: bool,
    report: Reporter,
    cancel: CancelToken,
) -> Prepared:
    """``versions``: look up what the new ones are called, in catalogues that may have to come."""
    plan = make_plan(request, environment, known, report, cancel)
    news = None
    if request.changes.update:
        news = news_of(plan, updated_versions(plan, environment, cancel) if versions else {})
    return Prepared(plan, request, news, environment.clock())
