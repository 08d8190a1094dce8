"""Text in the three sizes. It follows the application's font when that changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.style import style


class Label(QLabel):
    """Plain text, never markup: what upstream or a drive says may end up in it."""

    def __init__(
        self,
        text: str = "",
        size: style.Text = style.Text.BODY,
        *,
        bold: bool = False,
        quiet: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._bold = bold
        self._quiet = quiet
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self.setText(text)
        self._restyle()

    def set_bold(self, bold: bool) -> None:
        if bold != self._bold:
            self._bold = bold
            self._restyle()

    def set_quiet(self, quiet: bool) -> None:
        if quiet != self._quiet:
            self._quiet = quiet
            if not quiet:
                self.setPalette(QPalette())
            self._restyle()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._restyle()
        elif event.type() == QEvent.Type.PaletteChange and self._quiet:
            self._dim()
        super().changeEvent(event)

    def _restyle(self) -> None:
        self.setFont(style.font(self._size, bold=self._bold))
        if self._quiet:
            self._dim()

    def _dim(self) -> None:
        around = self.parentWidget()
        wanted = style.quiet(around.palette() if around is not None else QPalette())
        palette = self.palette()
        if palette.windowText().color() != wanted:
            palette.setColor(QPalette.ColorRole.WindowText, wanted)
            self.setPalette(palette)


def title(text: str = "", parent: QWidget | None = None) -> Label:
    """The one title of a page."""
    return Label(text, style.Text.TITLE, bold=True, wrap=True, parent=parent)


def heading(text: str = "", parent: QWidget | None = None) -> Label:
    """The heading of a part of a page."""
    return Label(text, style.Text.HEADING, bold=True, wrap=True, parent=parent)


def body(text: str = "", *, quiet: bool = False, parent: QWidget | None = None) -> Label:
    """Running text."""
    return Label(text, quiet=quiet, wrap=True, parent=parent)
