"""In place of contents: why there are none to see, and how to get to some."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.errors import SatchelError
from app.stick.store.location import RepositoryLostError
from ui.controllers.contents import ContentsAction, ContentsState, ContentsStatus
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.style.meter import MeterParts, MeterState
from ui.widgets.buttons import Button
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.empty_state import EmptyState
from ui.widgets.message_card import MessageCard, Sign
from ui.widgets.page_scroll import PageScroll

_PATIENCE_MS = 300
"""Less is not worth saying that somebody has to wait."""


class EmptyContents(QStackedWidget):
    """Signals: acted(): the button of the state was pressed."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drive = DriveMeter(300, 92, self)
        self._folder = Button(self.tr("Open a folder…"), parent=self)
        self._drives = Button(self.tr("To the drives"), parent=self)
        self._add = Button(self.tr("Choose apps"), parent=self)
        self._folder.clicked.connect(self.acted)
        self._drives.clicked.connect(self.acted)
        self._add.clicked.connect(self.acted)
        buttons = (self._folder, self._drives, self._add)
        self._state = EmptyState(self._drive, buttons, parent=self)
        self._error = MessageCard(self)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._error)
        layout.addStretch(1)
        self._failure = PageScroll(whole, self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PATIENCE_MS)
        self._soon.timeout.connect(self._show_state)
        self._blank = QWidget(self)
        self.addWidget(self._blank)
        self._empty = PageScroll(self._state, self)
        self.addWidget(self._empty)
        self.addWidget(self._failure)

    def show_status(self, status: ContentsStatus) -> None:
        """Anything but `ContentsState.SHOWN`."""
        self._soon.stop()
        if status.error is not None:
            closed = status.state is ContentsState.NOT_MOUNTED
            headline, meaning = self._failure_words(status, status.error, closed=closed)
            self._error.say(
                Sign.LOCK if closed else Sign.WARNING,
                filled(headline, status.place),
                meaning,
                worded_together(status.error.message, status.error.hint),
                bad=not closed,
            )
            self.setCurrentWidget(self._failure)
            return
        heading, sentence = self._words(status.state)
        heading = filled(heading, status.place)
        self._state.say(heading, sentence)
        ghost = status.state in {ContentsState.NO_PLACE, ContentsState.UNPLUGGED}
        state = MeterState.GHOST if ghost else MeterState.ROOM
        self._drive.show_parts(MeterParts(), state, heading)
        self._folder.setVisible(status.action is ContentsAction.OPEN_FOLDER)
        self._drives.setVisible(status.action is ContentsAction.CHOOSE_DRIVE)
        self._add.setVisible(status.action is ContentsAction.ADD_APPS)
        if status.state in {ContentsState.INSPECTING, ContentsState.NOT_MOUNTED}:
            self.setCurrentWidget(self._blank)
            self._soon.start()
        else:
            self._show_state()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._soon.stop()

    def _show_state(self) -> None:
        self.setCurrentWidget(self._empty)

    def _failure_words(
        self, status: ContentsStatus, error: SatchelError, *, closed: bool
    ) -> tuple[str, str]:
        """What has happened, and what it means; what to do as well where no button does it."""
        if closed:
            return (
                self.tr("%1 cannot be opened"),
                self.tr("Choose it on the page Drive to see what can be done."),
            )
        meaning = self.tr("As it is, apps cannot be installed from it.")
        if isinstance(error, RepositoryLostError):
            if not status.mendable:
                several = self.tr(
                    "More than one folder could be it; Details names them. Move all but one of "
                    "them off the drive (the largest is usually the right one), then look again."
                )
                meaning = f"{meaning} {several}"
            return self.tr("The folder of the apps on %1 has lost its name"), meaning
        return self.tr("What is on %1 cannot be read"), meaning

    def _words(self, state: ContentsState) -> tuple[str, str]:
        choose = self.tr("Choose some, look them over, and write them to it.")
        return {
            ContentsState.UNPLUGGED: (
                self.tr("%1 was pulled out"),
                self.tr("Plug it in again, choose another drive, or open a folder."),
            ),
            ContentsState.NOT_CHOSEN: (
                self.tr("No drive chosen yet"),
                self.tr("Choose one above, or open a folder."),
            ),
            ContentsState.NO_PLACE: (
                self.tr("No drive to look at"),
                self.tr("Plug in a USB drive with apps, or open a folder."),
            ),
            ContentsState.NOT_MOUNTED: (self.tr("Opening %1…"), ""),
            ContentsState.NO_REPOSITORY: (self.tr("There are no apps on %1 yet"), choose),
            ContentsState.NO_APPS: (
                self.tr("On %1 are no apps that computers would find"),
                choose,
            ),
            ContentsState.INSPECTING: (self.tr("Looking at what is on %1…"), ""),
            ContentsState.UNREADABLE: ("", ""),
            ContentsState.SHOWN: ("", ""),
        }[state]
