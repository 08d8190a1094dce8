"""Help: the built-in guide, and the keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QDesktopServices, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from app.resources import resource
from ui.i18n.shortcuts import shortcuts
from ui.i18n.translation import SOURCE, spoken
from ui.style import style
from ui.style.look import look

_SIZE = (680, 620)
_LINE = 140
"""Of the height of a line, in per cent."""


class HelpDialog(QDialog):
    """Stands beside the window: one reads and does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Help"))
        self.setProperty("surface", "dialog")
        wanted = QSize(*map(style.px, _SIZE))
        screen = self.screen().availableSize()
        self.resize(wanted.boundedTo(screen if parent is None else screen.boundedTo(parent.size())))
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(self.tr("Help"))
        self.text.setProperty("surface", "reading")
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(QDesktopServices.openUrl)
        self.text.setMarkdown(f"{_guide()}\n\n{self._keys()}")
        self._space()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)

    def _keys(self) -> str:
        """A table in Markdown."""
        rows = "".join(f"| {each.keys} | {each.meaning} |\n" for each in shortcuts())
        heads = self.tr("Keys"), self.tr("What they do")
        title = self.tr("Keyboard")
        return f"## {title}\n\n| {heads[0]} | {heads[1]} |\n|---|---|\n{rows}"

    def _space(self) -> None:
        """Room to read in."""
        document = self.text.document()
        document.setDocumentMargin(style.px(style.MARGIN))
        shape = QTextBlockFormat()
        shape.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(shape)
        palette = self.text.palette()
        palette.setColor(palette.ColorRole.Link, look().accent_text)
        self.text.setPalette(palette)


def _guide() -> str:
    application = QCoreApplication.instance()
    language = spoken(application) if application is not None else SOURCE
    for name in (language, SOURCE):
        path = resource("help", f"{name}.md")
        if path.is_file():
            return path.read_text("utf-8")
    raise FileNotFoundError(SOURCE)
