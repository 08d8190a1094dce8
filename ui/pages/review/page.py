"""Review: what will be on the drive, how long it takes, and what to leave out of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.controllers import failures
from ui.controllers.failures import RecoveryAction, RecoveryActions
from ui.controllers.planning import PlanController, PlanState, PlanStatus
from ui.controllers.recovery import RecoveryController, RemoteKeys
from ui.dialogs.keys import KeysDialog
from ui.i18n.filling import filled
from ui.models.planned_drive import PlannedDrive
from ui.models.review_values import ERASE, REST, ReviewWords
from ui.models.review_words import review_words
from ui.models.several_words import DRIVE, SeveralWords
from ui.pages.base import Page
from ui.pages.review.plan_view import PlanView
from ui.pages.review.trouble_view import TroubleView
from ui.pages.review.waiting_view import WaitingView
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import Button, Kind
from ui.widgets.check_box import CheckBox
from ui.widgets.toast import Toast


class ReviewPage(Page):
    """The plan, before anything is written."""

    name = PageName.REVIEW
    icon = Symbol.REVIEW
    scrolls = True

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        self._words: ReviewWords | None = None
        self._controller = PlanController(session, bridge)
        super().__init__(session, bridge, parent)
        self._controller.setParent(self)
        self._recovery = RecoveryController(session, bridge, self)
        self._waiting = WaitingView(self)
        self._trouble = TroubleView(session.pictures, self)
        self._view = PlanView(session.pictures, self)
        # Not on a stack: that would not ask how high they have to be for their width.
        self._faces = (self._waiting, self._trouble, self._view)
        for face in self._faces:
            self.body.addWidget(face)
        self._back = Button(self.tr("Back"), Kind.QUIET, symbol=Symbol.CHEVRON_LEFT)
        self._eject = CheckBox(self.tr("Eject when finished"))
        self.foot.lead.addWidget(self._back)
        self.foot.lead.addWidget(self._eject)
        self._other = Button()
        self.foot.side.addWidget(self._other)
        self._connect()
        self._show_status(self._controller.status)

    def _connect(self) -> None:
        controller, recovery, session = self._controller, self._recovery, self.session
        controller.status_changed.connect(self._show_status)
        controller.approved.connect(self.proceed)
        controller.left_out.connect(self._offer_undo)
        controller.kept.connect(self._tell_kept)
        controller.carried_without.connect(self._tell_rest)
        controller.go.connect(self.go)
        self._trouble.left_out.connect(controller.leave_out)
        self._trouble.file_wanted.connect(self._ask_for_file)
        self._trouble.sources_wanted.connect(self._see_sources)
        self._other.clicked.connect(self._take_other)
        self._view.acted.connect(self._act)
        self._view.kept.connect(controller.keep)
        self._view.linked.connect(self._read_terms)
        self._view.agreed.connect(self._accept_terms)
        self._view.apps_wanted.connect(self._change_apps)
        self._back.clicked.connect(self.back)
        self._eject.toggled.connect(self._wish_ejected)
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
    def value(self) -> str:
        ready = self._controller.status.state is PlanState.READY
        return self._words.duration if self._words is not None and ready else ""

    @property
    def title(self) -> str:
        return self._words.title if self._words is not None else self.tr("Look it over")

    @property
    def sentence(self) -> str:
        return self._words.sentence if self._words is not None else ""

    @property
    def primary_text(self) -> str:
        match self._controller.status.state:
            case PlanState.NO_DRIVE:
                return self.tr("Choose a drive")
            case PlanState.NO_APPS:
                return self.tr("Choose apps")
            case PlanState.FAILED if (actions := self._actions) is not None:
                return failures.label(actions.first)
            case PlanState.PLANNING:
                return ""
            case _:
                pass
        if self.session.outcome is not None:
            return self.tr("Work it out again")
        if self._several:
            return self.tr("Write to %n drive(s)", "", len(self._several))
        if self._is_there:
            return self.tr("Write it again")
        return filled(self.tr("Write to %1"), self.session.target_name)

    @property
    def _actions(self) -> RecoveryActions | None:
        """What helps where there is no plan."""
        error = self._controller.status.error
        return failures.actions_for(error) if error is not None else None

    @property
    def _is_there(self) -> bool:
        """Whether everything is on the drive already."""
        plan = self._controller.status.plan
        return plan is not None and plan.nothing_to_do and not self._several

    @property
    def _several(self) -> tuple[PlannedDrive, ...]:
        """The drives, where there are several."""
        made = self._controller.status.made
        return made.drives if made is not None else ()

    @property
    def primary_is_quiet(self) -> bool:
        return self._is_there

    @property
    def foot_text(self) -> str:
        if self._is_there:
            return self.tr("Writing it again renews its lists and START-HERE, and checks it all.")
        return ""

    @property
    def primary_enabled(self) -> bool:
        status = self._controller.status
        return status.plan is None or self.session.outcome is not None or status.can_be_written

    @property
    def primary_reason(self) -> str:
        plan = self._controller.status.plan
        if plan is None or self.primary_enabled:
            return ""
        if self._controller.status.state is PlanState.RECOUNTING:
            return self.tr("Counting…")
        if not all(drive.fits for drive in self._several):
            return self.tr("First leave out the drives that are too small.")
        if plan.chosen_left_out:
            return self.tr("First leave out what cannot go on a drive.")
        if self._controller.status.unaccepted:
            return self.tr("First accept the terms of the makers, or leave their apps out.")
        if not plan.estimate.has_room:
            return self.tr("It does not fit: leave something out.")
        return self.tr("First leave out what is too large for this kind of drive.")

    @property
    def is_entered_at_primary(self) -> bool:
        return self._controller.status.plan is not None and self.primary_enabled

    @property
    def complete(self) -> bool:
        return self.session.approved and self.session.plan is not None

    def primary(self) -> None:
        if (actions := self._actions) is not None:
            self._recovery.take(actions.first)
        elif self._controller.status.plan is None:
            self._controller.choose()
        else:
            self._controller.approve()

    def _take_other(self) -> None:
        if self._second is not None:
            self._recovery.take(self._second)

    @property
    def _second(self) -> RecoveryAction | None:
        """What else helps; to Apps leads Back, in every state."""
        second = self._actions.second if self._actions is not None else None
        return second if second is not RecoveryAction.OTHER_APPS else None

    def entered(self) -> None:
        self._eject.setChecked(self.session.ejects_when_finished)
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view.fit(event.size().width())

    # What the person does

    def _act(self, ref: str) -> None:
        if ref == ERASE:
            self.session.erase_is_wished = True
            self.go.emit(PageName.DRIVE)
        elif ref.startswith(REST):
            self._controller.carry_rest(ref.removeprefix(REST))
        elif ref.startswith(DRIVE):
            self._controller.leave_out_drive(Path(ref.removeprefix(DRIVE)))
        else:
            self._controller.leave_out(ref)

    def _offer_undo(self, name: str) -> None:
        text = filled(self.tr("%1 removed from your choice."), name)
        self.toast(Toast(text, undo=self._controller.restore))

    def _tell_kept(self, name: str) -> None:
        text = filled(self.tr("%1 stays on %2."), name, self.session.target_name)
        self.toast(Toast(text, undo=self._controller.restore))

    def _tell_rest(self) -> None:
        text = self.tr("The part that comes from its maker stays away.")
        self.toast(Toast(text, undo=self._controller.restore))

    def _accept_terms(self, ref: str, accepted: bool) -> None:
        self._controller.accept_terms(ref.removeprefix(REST), accepted)

    def _read_terms(self, ref: str) -> None:
        """On the maker's own page; what else an address may be is not opened."""
        plan = self._controller.status.plan
        for terms in plan.terms if plan is not None else ():
            if terms.ref == ref.removeprefix(REST) and terms.url.startswith(("https:", "http:")):
                QDesktopServices.openUrl(QUrl(terms.url))

    def _ask_for_file(self) -> None:
        kinds = self.tr("Sources and apps") + " (*.flatpakrepo *.flatpakref)"
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Choose a file"), "", kinds)
        self.files_given.emit(chosen)

    def _see_sources(self) -> None:
        self.go.emit(PageName.SETTINGS)

    def _change_apps(self) -> None:
        self.go.emit(PageName.APPS)

    def _wish_ejected(self, wanted: bool) -> None:
        self.session.ejects_when_finished = wanted

    # What is shown

    def _show_status(self, status: PlanStatus) -> None:
        shown: QWidget = self._waiting
        self._words = None
        if status.made is not None:
            self._show_plan(status)
            shown = self._view
        elif status.error is not None:
            self._recovery.error = status.error
            sources = {remote.name: remote.label for remote in self.session.remotes}
            self._trouble.show_trouble(status.error, status.culprits, sources)
            shown = self._trouble
        else:
            self._waiting.show_state(status.state)
        self._other.setVisible(self._second is not None)
        if self._second is not None:
            self._other.setText(failures.label(self._second))
        self._eject.setVisible(status.made is not None and self._is_drive)
        for face in self._faces:
            face.setVisible(face is shown)
        self.changed.emit()

    def _show_plan(self, status: PlanStatus) -> None:
        assert status.made is not None
        plan, session = status.made.plan, self.session
        names = {chosen.ref: chosen.name for chosen in session.choice.refs}
        leaving = {app.ref: app.name for app in session.choice.coming_off}
        drives = [(each, session.name_of(each.target)) for each in self._several]
        several = SeveralWords(drives, leaving, once=status.made.once)
        self._words = review_words(
            plan,
            names,
            several.name if self._several else session.target_name,
            status.made.expected,
            status.made.versions,
            leaving,
            status.accepted,
            several.download if self._several else None,
        )
        if self._several:
            self._words = several.summed(self._words)
        self._view.show_drives(several.lines())
        target = session.target
        demo = target is not None and target.root == session.environment.demo_drive
        self._view.show_computers(session.choice.computers, frozenset(names))
        self._view.show_plan(plan, self._words, names, plug=demo or self._is_drive)

    @property
    def _is_drive(self) -> bool:
        """Whether it is something that can be ejected."""
        return self.session.target is not None and self.session.target.drive is not None

    def _show_keys(self, keys: tuple[RemoteKeys, ...]) -> None:
        KeysDialog(keys, self).open()
