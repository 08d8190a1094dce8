"""“Now **Paintpot**, app 5 of 10”: a line in which one name stands out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QWidget

from ui.i18n.filling import filled
from ui.style import style
from ui.style.look import look
from ui.widgets.labels import Label


class NowLabel(Label):
    """Never markup, whatever an app is called; in languages of every direction."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(quiet=True, parent=parent)
        self._start = self._length = 0

    def show_name(self, template: str, name: str, *arguments: str) -> None:
        """``name`` fills the first gap of ``template``."""
        self._start, self._length = len(template.partition("%1")[0]), len(name)
        self.setText(filled(template, name, *arguments))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        # The line goes with its layout.
        layout = self._layout()
        width = layout.lineAt(0).naturalTextWidth()
        return QSize(round(width) + 1, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _layout(self) -> QTextLayout:
        layout = QTextLayout(self.text(), self.font(), self)
        strong = QTextCharFormat()
        strong.setFont(style.font(style.Text.STRONG))
        strong.setForeground(look().text)
        part = QTextLayout.FormatRange()
        part.start, part.length, part.format = self._start, self._length, strong
        layout.setFormats([part])
        option = QTextOption(Qt.AlignmentFlag.AlignLeading)
        option.setTextDirection(self.layoutDirection())
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(1e6)
        layout.endLayout()
        return layout

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.text():
            return
        layout = self._layout()
        line = layout.lineAt(0)
        width = line.naturalTextWidth()
        left = self.width() - width if self.isRightToLeft() else 0.0
        # A line without end begins, from the right, at its own end.
        start = left - line.naturalTextRect().left()
        painter = QPainter(self)
        painter.setPen(look().soft)
        layout.draw(painter, QPointF(start, (self.height() - line.height()) / 2))
        painter.end()
