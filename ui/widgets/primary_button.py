"""The one button of a page that leads on, in the accent colour."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ui import look


class PrimaryButton(QPushButton):
    """A push button in the accent colour; Return presses it from anywhere on its page."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setMinimumWidth(16 * look.GRID)
        self.setMinimumHeight(4 * look.GRID)
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()
        super().changeEvent(event)

    def _colour(self) -> None:
        palette = QApplication.palette(self)
        active = QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive
        for group in active:
            palette.setColor(group, QPalette.ColorRole.Button, look.accent(palette))
            palette.setColor(group, QPalette.ColorRole.ButtonText, look.on_accent(palette))
        self.setPalette(palette)
