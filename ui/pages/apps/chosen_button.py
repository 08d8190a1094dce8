"""How many apps are chosen; pressed, it shows only these."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from ui.controllers.apps import ChoiceStatus
from ui.style import icons
from ui.style.symbol import Symbol
from ui.widgets.buttons import tall


class ChosenButton(QToolButton):
    """It can be pressed once something is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        tall(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setToolTip(self.tr("Show only what is chosen"))
        icons.give(self, Symbol.CHECK)

    def show_choice(self, choice: ChoiceStatus) -> None:
        self.setText(self.tr("%n chosen", "", len(choice.keys)))
        self.setEnabled(bool(choice.keys))
        self.setChecked(choice.only)
