"""Review: what would be written and why."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.controllers.failures import Written
from ui.controllers.planning import PlanController, PlanState, PlanStatus
from ui.controllers.recovery import RecoveryController, RemoteKeys
from ui.dialogs.keys import KeysDialog
from ui.pages.base import Page
from ui.pages.review.plan_view import PlanView
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.failure_panel import FailurePanel
from ui.widgets.state_panel import StatePanel


class ReviewPage(Page):
    """The plan, before anything is written."""

    name = PageName.REVIEW
    icon = Symbol.REVIEW

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._controller = PlanController(session, bridge, self)
        self._recovery = RecoveryController(session, bridge, self)
        self._panel = StatePanel(self)
        self._failure = FailurePanel(self)
        self._view = PlanView(self)
        self._stack = QStackedWidget(self)
        for widget in (self._panel, self._failure, self._view):
            self._stack.addWidget(widget)
        self.body.addWidget(self._stack)
        self._connect()
        self._show_status(self._controller.status)

    def _connect(self) -> None:
        controller, recovery, session = self._controller, self._recovery, self.session
        controller.status_changed.connect(self._show_status)
        controller.approved.connect(self.proceed)
        controller.go.connect(self.go)
        self._panel.acted.connect(controller.choose)
        self._failure.chosen.connect(recovery.take)
        recovery.again.connect(controller.make)
        recovery.plan_again.connect(controller.make)
        recovery.keys_read.connect(self._show_keys)
        recovery.go.connect(self.go)
        session.plan_changed.connect(self.changed)
        session.outcome_changed.connect(self.changed)

    @property
    def label(self) -> str:
        return self.tr("Review")

    @property
    def title(self) -> str:
        return self.tr("This will be written")

    @property
    def primary_text(self) -> str:
        if self._controller.status.state is not PlanState.READY:
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
        self._controller.approve()

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    def _show_status(self, status: PlanStatus) -> None:
        shown: QWidget = self._panel
        if status.plan is not None:
            names = {chosen.ref: chosen.name for chosen in self.session.choice.refs}
            self._view.show_plan(status.plan, names)
            shown = self._view
        elif status.error is not None:
            self._recovery.error = status.error
            self._failure.show_failure(status.error, Written.NOTHING)
            shown = self._failure
        else:
            self._show_nothing(status.state)
        self._stack.setCurrentWidget(shown)
        self.changed.emit()

    def _show_nothing(self, state: PlanState) -> None:
        match state:
            case PlanState.PLANNING:
                self._panel.show_loading(
                    self.tr("Working out what will be written…"),
                    self.tr("Nothing is written yet."),
                )
            case PlanState.NO_DRIVE:
                self._panel.show_empty(
                    self.tr("Choose a drive first"),
                    action=self.tr("Choose a drive"),
                    icon=Symbol.DRIVE,
                )
            case _:
                self._panel.show_empty(
                    self.tr("Choose apps first"), action=self.tr("Choose apps"), icon=Symbol.REVIEW
                )

    def _show_keys(self, keys: tuple[RemoteKeys, ...]) -> None:
        KeysDialog(keys, self).open()
