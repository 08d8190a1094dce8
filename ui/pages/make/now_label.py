"""“Now **Paintpot**, app 5 of 10”: a line in which one name stands out."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QWidget

from ui.i18n.filling import filled
from ui.style import style
from ui.style.look import look
from ui.widgets.labels import Label


class NowLabel(Label):
    """Never markup, whatever an app is called; in languages of every direction."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(quiet=True, parent=parent)
        self._template, self._name = "%1", ""
        self._arguments: tuple[str, ...] = ()

    def show_name(self, template: str, name: str, *arguments: str) -> None:
        """``name`` fills the first gap of ``template``."""
        self._template, self._name, self._arguments = template, name, arguments
        self.setText(filled(template, name, *arguments))
        self.updateGeometry()

    def say(self, text: str) -> None:
        """In which nothing stands out."""
        self.show_name(text, "")

    def sizeHint(self) -> QSize:
        # The line goes with its layout.
        layout = self._layout(self._name)
        width = layout.lineAt(0).naturalTextWidth()
        return QSize(ceil(width) + 1, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _fitted(self) -> QTextLayout:
        """With as much of the name as there is room for."""
        layout = self._layout(self._name)
        too_much = ceil(layout.lineAt(0).naturalTextWidth()) - self.width()
        if too_much <= 0:
            return layout
        metrics = QFontMetrics(style.font(style.Text.STRONG))
        room = max(0, metrics.horizontalAdvance(self._name) - too_much)
        return self._layout(metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room))

    def _layout(self, name: str) -> QTextLayout:
        layout = QTextLayout(filled(self._template, name, *self._arguments), self.font(), self)
        strong = QTextCharFormat()
        strong.setFont(style.font(style.Text.STRONG))
        strong.setForeground(look().text)
        part = QTextLayout.FormatRange()
        part.start = len(self._template.partition("%1")[0])
        part.length, part.format = len(name), strong
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
        layout = self._fitted()
        line = layout.lineAt(0)
        width = line.naturalTextWidth()
        left = self.width() - width if self.isRightToLeft() else 0.0
        # A line without end begins, from the right, at its own end.
        start = left - line.naturalTextRect().left()
        painter = QPainter(self)
        painter.setPen(look().soft)
        layout.draw(painter, QPointF(start, (self.height() - line.height()) / 2))
        painter.end()
