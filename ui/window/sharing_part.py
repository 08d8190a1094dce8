"""Sharing a drive on the network, for the whole window: its dialog, and what it asks and tells."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.controllers.sharing import SharingController
from ui.dialogs.sharing import SharingDialog
from ui.models.sharing import Ending, SharingEnd, SharingState, SharingView
from ui.models.sharing_words import SharingWords
from ui.state.session import Session, Target
from ui.tasks.bridge import Bridge
from ui.widgets.dialog import Question
from ui.widgets.toast import Toast

_TOLD = frozenset({SharingState.DRIVE_GONE, SharingState.WAITING, SharingState.FAILED})


class SharingPart(QObject):
    """Signals:
    changed(): what is told of it may be another.
    toasted(object): a `Toast` that it has ended.
    closing_accepted(): it may end, and the window close.

    Attributes:
        controller: does it.
    """

    changed = Signal()
    toasted = Signal(object)
    closing_accepted = Signal()

    def __init__(self, session: Session, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: SharingDialog | None = None
        self._question: Question | None = None
        self._last: Target | None = None
        self.controller = SharingController(session, bridge, self)
        self._state = SharingState.OFF
        self.controller.changed.connect(self._follow)
        self.controller.ended.connect(self._tell)

    @property
    def is_on(self) -> bool:
        return self.controller.view.state is not SharingState.OFF

    @property
    def told(self) -> tuple[str, str]:
        """“Shared” and “4 computers”; both empty while nothing is shared."""
        return SharingWords().in_sidebar(self.controller.view) if self.is_on else ("", "")

    def share(self, target: Target) -> None:
        """Begin at once, and show it."""
        self.controller.share(target)
        self.show()

    def show(self) -> None:
        """Who is there."""
        if self._dialog is None and self.is_on:
            self._dialog = SharingDialog(self.controller, self._window)
            self._dialog.stop_wanted.connect(self.controller.stop)
            self._dialog.finished.connect(self._closed)
            self._dialog.open()

    def asks_before_closing(self) -> bool:
        """Whether the person is asked first whether it may end; `closing_accepted` for yes."""
        view = self.controller.view
        if not view.is_on:
            return False
        if self._question is None:
            self._question = Question(
                self.tr("Stop sharing?"),
                SharingWords().closing(view),
                self.tr("Stop and close"),
                stay=self.tr("Go on sharing"),
                parent=self._window,
            )
            self._question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._question.accepted.connect(self.closing_accepted)
            self._question.finished.connect(self._answered)
            self._question.open()
        return True

    def _answered(self) -> None:
        self._question = None

    def _follow(self, view: SharingView) -> None:
        """Who has closed the dialog is told what it would say."""
        before, self._state = self._state, view.state
        if view.state is not before and view.state in _TOLD and self._dialog is None:
            self.toasted.emit(Toast(" ".join(self._sentences(view))))
        self.changed.emit()

    def _sentences(self, view: SharingView) -> tuple[str, ...]:
        headline, meaning = SharingWords().message(view)
        return f"{headline.removesuffix('.')}.", meaning

    def _closed(self) -> None:
        self._dialog = None

    def _tell(self, end: SharingEnd) -> None:
        self._last = end.target
        again = None
        if end.why is Ending.ASKED:
            again = (self.tr("Share again"), self._again)
        self.toasted.emit(Toast(SharingWords().ended(end), act=again))

    def _again(self) -> None:
        if self._last is not None:
            self.share(self._last)
