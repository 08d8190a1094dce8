"""What Review shows while there is no plan: that one is being made, or what is missing for it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.controllers.planning import PlanState
from ui.style.meter import MeterParts, MeterState
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.empty_state import EmptyState

_PATIENCE_MS = 300
"""Less is not worth saying that somebody has to wait."""


class WaitingView(QStackedWidget):
    """Empty at first; it says that something takes a while only when it does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meter = DriveMeter(300, 92, self)
        self._state = EmptyState(self._meter, parent=self)
        self._blank = QWidget(self)
        self.addWidget(self._blank)
        self.addWidget(self._state)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PATIENCE_MS)
        self._soon.timeout.connect(self._show)

    def show_state(self, state: PlanState) -> None:
        """One in which there is nothing else to show."""
        heading, sentence = self._words(state)
        self._state.say(heading, sentence)
        drawn = MeterState.GHOST if state is PlanState.NO_DRIVE else MeterState.ROOM
        self._meter.show_parts(MeterParts(), drawn, heading)
        self._soon.stop()
        if state is PlanState.PLANNING:
            self.setCurrentWidget(self._blank)
            self._soon.start()
        else:
            self._show()

    def _words(self, state: PlanState) -> tuple[str, str]:
        match state:
            case PlanState.NO_DRIVE:
                return self.tr("Choose a drive first"), self.tr("Your choice of apps is kept.")
            case PlanState.NO_APPS:
                return self.tr("Nothing is chosen yet"), self.tr("Choose apps first.")
            case _:
                return (
                    self.tr("Working out what will be written…"),
                    self.tr("Nothing is written yet."),
                )

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._soon.stop()

    def _show(self) -> None:
        self.setCurrentWidget(self._state)
