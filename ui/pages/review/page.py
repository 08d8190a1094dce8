"""Review: what would be written and why."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.stick.environment import Environment
from app.stick.planning.plan import Plan
from app.stick.planning.session import PlanRequest, make_plan
from ui.controllers.failures import Written
from ui.controllers.recovery import Recovery
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.models.messages import from_notice
from ui.pages.base import Page
from ui.pages.review.key_numbers import KeyNumbers
from ui.pages.review.plan_tree import PlanColumn, PlanTree
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import style
from ui.tasks.bridge import Bridge, Task
from ui.widgets.failure_panel import FailurePanel
from ui.widgets.message_list import MessageList
from ui.widgets.space_bar import SpaceBar
from ui.widgets.state_panel import StatePanel

_MOST_NOTICES = 18 * style.GRID


class ReviewPage(Page):
    """The plan, before anything is written."""

    name = PageName.REVIEW
    icon = "review"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._task: Task | None = None
        self._stack = QStackedWidget(self)
        self._panel = StatePanel(self)
        self._failure = FailurePanel(self)
        self._content = self._build()
        for widget in (self._panel, self._failure, self._content):
            self._stack.addWidget(widget)
        self.body.addWidget(self._stack)
        self._recovery = Recovery(session, bridge, self)
        self._failure.chosen.connect(self._recovery.take)
        self._recovery.again.connect(self._work_out)
        self._recovery.plan_again.connect(self._work_out)
        self._recovery.go.connect(self.go)
        self._panel.acted.connect(self._choose)
        session.plan_changed.connect(self._plan_changed)
        session.outcome_changed.connect(self.changed)
        self._show_empty()

    def _build(self) -> QWidget:
        content = QWidget(self)
        self._figures = KeyNumbers(
            (self.tr("to download"), self.tr("on the drive"), self.tr("free afterwards")), content
        )
        self._space = SpaceBar(content)
        self._model = PlanTree(content)
        self._tree = QTreeView(content)
        self._tree.setModel(self._model)
        self._tree.setAccessibleName(self.tr("What will be written and why"))
        self._tree.setUniformRowHeights(True)
        self._tree.setAllColumnsShowFocus(True)
        self._tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self._tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(PlanColumn.WHY, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(PlanColumn.NAME, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(PlanColumn.NAME, 34 * style.GRID)
        self._notices = MessageList(self.tr("Worth reading"), content)
        self._notices.setMaximumHeight(_MOST_NOTICES)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GAP)
        layout.addWidget(self._figures)
        layout.addWidget(self._space)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._notices)
        return content

    @property
    def label(self) -> str:
        return self.tr("Review")

    @property
    def title(self) -> str:
        return self.tr("This will be written")

    @property
    def primary_text(self) -> str:
        if self._stack.currentWidget() is not self._content:
            return ""
        if self.session.outcome is not None:
            return self.tr("Work it out again")
        return self.tr("Write to the drive")

    @property
    def primary_enabled(self) -> bool:
        return self.session.plan is not None

    @property
    def complete(self) -> bool:
        return self.session.approved

    def primary(self) -> None:
        if self.session.outcome is not None:
            self._work_out()
            return
        self.session.approve()
        self.proceed.emit()

    def entered(self) -> None:
        if self.session.plan is None and self._task is None:
            self._work_out()

    def left(self) -> None:
        self._forget()
        if self.session.plan is None:
            self._show_empty()

    # Working it out

    def _work_out(self) -> None:
        """Make the plan for what is chosen now."""
        self._forget()
        self.session.set_plan(None)
        request = self.session.request()
        if request is None:
            self._show_empty()
            return
        self._show(self._panel)
        self._panel.show_loading(
            self.tr("Working out what will be written…"), self.tr("Nothing is written yet.")
        )
        self._task = self.bridge.run(
            partial(_plan, request, self.session.environment, self.session.known),
            done=self._done,
            failed=self._failed,
        )

    def _forget(self) -> None:
        if self._task is not None:
            self._task.drop()
            self._task = None

    def _done(self, plan: Plan) -> None:
        self._task = None
        self.session.set_plan(plan)

    def _failed(self, error: SatchelError) -> None:
        self._task = None
        self._recovery.error = error
        if isinstance(error, InterruptedByUser):
            self._show_empty()
            return
        self._failure.show_failure(error, Written.NOTHING)
        self._show(self._failure)

    def _choose(self) -> None:
        self.go.emit(PageName.APPS if self.session.target is not None else PageName.DRIVE)

    # What is shown

    def _plan_changed(self) -> None:
        plan = self.session.plan
        if plan is not None:
            self._show_plan(plan)
        elif self._stack.currentWidget() is self._content:
            self._show_empty()
            if self.isVisible() and self._task is None:
                self._work_out()
        self.changed.emit()

    def _show_empty(self) -> None:
        if self.session.target is None:
            # It may have been pulled out just now.
            self._panel.show_empty(
                self.tr("Choose a drive first"), action=self.tr("Choose a drive"), icon="drive"
            )
        else:
            self._panel.show_empty(
                self.tr("Choose apps first"), action=self.tr("Choose apps"), icon="review"
            )
        self._show(self._panel)

    def _show_plan(self, plan: Plan) -> None:
        found = plan.estimate
        about = self.tr("%1") if found.exact else self.tr("about %1")
        self._figures.show_values(
            [filled(about, sized(size)) for size in (found.fetch, found.write, max(0, found.left))]
        )
        space = found.space
        self._space.show_space(space.total, space.total - space.free, found.write)
        names = {one.ref: one.name for one in self.session.choice.refs}
        self._model.show_plan(plan, names)
        for row in range(self._model.rowCount()):
            self._tree.setFirstColumnSpanned(row, self._tree.rootIndex(), True)
        for index in self._model.open_sections:
            self._tree.expandRecursively(index)
        self._notices.show_messages(map(from_notice, plan.notices))
        self._notices.setVisible(bool(plan.notices))
        self._show(self._content)

    def _show(self, widget: QWidget) -> None:
        self._stack.setCurrentWidget(widget)
        self.changed.emit()


def _plan(
    request: PlanRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> Plan:
    return make_plan(request, environment, known, report, cancel)
