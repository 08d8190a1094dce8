"""What somebody marks and copies is what was told, without the places at which it may be broken."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from ui.style.broken_lines import unbroken


class Copies(QObject):
    """Looks at what is copied from a label: Qt does that by itself, for keys, for its menu, and
    where something is only marked."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._clipboard.changed.connect(self._clean)

    def _clean(self, mode: QClipboard.Mode) -> None:
        # What others copy is theirs; not every platform tells whose it is.
        label = QApplication.focusWidget()
        if isinstance(label, QLabel) and label.hasSelectedText():
            text = self._clipboard.text(mode)
            if text != unbroken(text):
                self._clipboard.setText(unbroken(text), mode)
