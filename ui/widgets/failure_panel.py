"""An error on a page: what happened, what it means for the drive, and buttons that help."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.errors import InterruptedByUser, SatchelError
from ui.controllers import failures
from ui.controllers.failures import RecoveryAction, Written
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets.buttons import tall
from ui.widgets.state_panel import StatePanel


class FailurePanel(QWidget):
    """Signals:
    chosen(object): the `RecoveryAction` whose button was pressed.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = StatePanel(self)
        self._panel.acted.connect(self._choose_first)
        self._other = QPushButton(self)
        self._other.clicked.connect(self._choose_second)
        tall(self._other)
        self._actions = failures.RecoveryActions(RecoveryAction.AGAIN)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._other)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addStretch(2)
        layout.addWidget(self._panel)
        layout.addLayout(row)
        layout.addStretch(3)

    def show_failure(self, error: SatchelError, written: Written) -> None:
        self._actions = failures.actions_for(error)
        first = failures.label(self._actions.first)
        icon = Symbol.ERROR
        if isinstance(error, InterruptedByUser):
            icon, first = Symbol.PAUSE, self.tr("Go on")
        self._panel.show_error(error, meaning=failures.meaning(written), action=first, icon=icon)
        self._other.setVisible(self._actions.second is not None)
        if self._actions.second is not None:
            self._other.setText(failures.label(self._actions.second))

    def _choose_first(self) -> None:
        self.chosen.emit(self._actions.first)

    def _choose_second(self) -> None:
        if self._actions.second is not None:
            self.chosen.emit(self._actions.second)
