"""The part of Make that is about several drives at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.controllers.many import ManyController
from ui.controllers.many_view import DriveRow, ManyStatus, RowState
from ui.dialogs.ejecting import eject_once_agreed
from ui.i18n.filling import filled
from ui.pages.make import many_words
from ui.pages.make.face import Action, Face
from ui.pages.make.many_face import many_face
from ui.pages.make.many_view import ManyView
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.dialog import Dialog, Question


class ManyPart(QObject):
    """Signals:
    changed(): `face` or `status` is another.
    told(str, str): title and text for somebody who looks elsewhere.
    go(object): to the page of that `PageName`.

    Attributes:
        view: what is shown of them.
    """

    changed = Signal()
    told = Signal(str, str)
    go = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._bridge = bridge
        self._page = page
        self._status = ManyStatus()
        self._controller = ManyController(session, bridge, self)
        self.view = ManyView(page)
        controller = self._controller
        controller.status_changed.connect(self._show)
        controller.drive_ended.connect(self._tell_drive)
        controller.all_ended.connect(self._tell_end)
        controller.go.connect(self.go)
        self.view.ejected.connect(self._eject)
        self.view.answered.connect(self._answer)
        self.view.explained.connect(self._explain)
        self.view.switched.connect(self._keep_going)

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to show."""
        return bool(self._status.rows)

    @property
    def status(self) -> ManyStatus:
        return self._status

    @property
    def face(self) -> Face:
        return many_face(self.status, self._apps)

    @property
    def _apps(self) -> int:
        """Who chooses parts alone has chosen something too."""
        if self.status.source:
            return self.status.apps
        refs = self._session.choice.refs
        return sum(each.ref.startswith("app/") for each in refs) or len(refs)

    @property
    def window_title(self) -> str:
        """“38 %, 6 drives”; empty while nothing is written."""
        share = self.status.share
        if share is None:
            return ""
        drives = many_words.ManyCounts().drives(len(self.status.rows))
        text = QCoreApplication.translate("Many", "%1 %, %2")
        return filled(text, str(int(100 * share)), drives)

    def enter(self) -> None:
        self._controller.enter()

    def leave(self) -> None:
        self._controller.leave()

    def keep_going_after(self, target: Target, *, ejected: bool) -> None:
        """What was made alone is the first of several."""
        self._controller.take_over(target, ejected=ejected)
        self._controller.keep_going(wanted=True)

    def act(self, action: Action) -> None:
        match action:
            case Action.PAUSE:
                self._controller.pause_or_resume()
            case Action.TRY_NOW:
                self._controller.try_now()
            case Action.EJECT_ALL:
                self._eject()
            case Action.TRY_AGAIN:
                self._controller.try_all_again()
            case Action.FINISH:
                self._controller.keep_going(wanted=False)
            case Action.NEXT_DRIVE:
                self._controller.make_others()
            case Action.SEE_CONTENTS:
                self.go.emit(PageName.CONTENTS)

    def ask_to_stop(self) -> Question:
        """Accepted for yes; not open yet."""
        question = Question(
            QCoreApplication.translate("Many", "Stop writing to all drives?"),
            QCoreApplication.translate(
                "Many",
                "What is written stays, and the apps that were on them can still be installed.",
            ),
            QCoreApplication.translate("Many", "Stop all"),
            stay=QCoreApplication.translate("Many", "Go on writing"),
            parent=self._page,
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.accepted.connect(self._controller.stop)
        return question

    def _show(self, status: ManyStatus) -> None:
        self._status = status
        self.view.show_status(status)
        self.changed.emit()

    def _answer(self, number: int, use: bool) -> None:
        self._controller.answer(number, use=use)

    def _keep_going(self, wanted: bool) -> None:
        self._controller.keep_going(wanted=wanted)

    def _eject(self, number: int | None = None) -> None:
        eject = partial(self._controller.eject, number)
        eject_once_agreed(self._bridge, self._controller.roots(number), self._page, eject)

    def _explain(self, number: int) -> None:
        row = next((each for each in self.status.rows if each.number == number), None)
        if row is None:
            return
        dialog = DriveDetails(row, self._page)
        if row.can_try_again:
            dialog.acted.connect(lambda: self._controller.try_again(number))
        dialog.open()

    def _tell_drive(self, row: DriveRow) -> None:
        """One after the other where it goes on and on."""
        if not self.status.keeps_going:
            return
        ready = row.state is RowState.READY
        text = (
            QCoreApplication.translate("Many", "%1 is ready")
            if ready
            else QCoreApplication.translate("Many", "%1 is not ready")
        )
        below = "" if ready else many_words.state_line(row, paused=False)
        self.told.emit(filled(text, row.name), below)

    def _tell_end(self) -> None:
        if not self.status.keeps_going:
            self.told.emit(self.face.title, self.face.sentence)


class DriveDetails(Dialog):
    """Why it did not work with one drive, and what to do."""

    def __init__(self, row: DriveRow, parent: QWidget) -> None:
        again = QCoreApplication.translate("Many", "Try again") if row.can_try_again else ""
        close = QCoreApplication.translate("Many", "Close")
        title = filled("%1: %2", row.name, many_words.state_word(row, paused=False))
        super().__init__(title, again, cancel=close, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.acted.connect(self.accept)
        for paragraph in many_words.details(row):
            label = labels.body(paragraph, parent=self)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.body.addWidget(label)
