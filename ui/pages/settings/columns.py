"""Two columns where there is room for them, else one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui.style import style

_TWO_FROM = 740


class Columns(QWidget):
    """What is read first stands left and above."""

    def __init__(
        self, left: Sequence[QWidget], right: Sequence[QWidget], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = [_column(left), _column(right)]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, style.px(style.GAP))
        self._are_two = False
        self._place()

    def minimumSizeHint(self) -> QSize:
        """As high as they are at this width: narrower, texts would need more lines."""
        return QSize(self._grid.minimumSize().width(), self._grid.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._are_two_wide_enough() is not self._are_two:
            self._place()
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._place()

    def _are_two_wide_enough(self) -> bool:
        """Narrower than it asks for, a column would not be given the height that its texts need."""
        widest = max(column.minimumSizeHint().width() for column in self._columns)
        return self.width() >= max(style.px(_TWO_FROM), 2 * widest + style.px(style.GAP))

    def _place(self) -> None:
        self._are_two = self._are_two_wide_enough()
        self._grid.setHorizontalSpacing(style.px(style.GAP))
        self._grid.setVerticalSpacing(0 if self._are_two else style.px(style.SECTION))
        first, second = self._columns
        for column in self._columns:
            self._grid.removeWidget(column)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(first, 0, 0, top)
        self._grid.addWidget(second, 0 if self._are_two else 1, 1 if self._are_two else 0, top)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if self._are_two else 0)
        # What is left of the height is below both.
        self._grid.setRowStretch(2, 1)


def _column(cards: Sequence[QWidget]) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(style.px(style.SECTION))
    for card in cards:
        layout.addWidget(card)
    return column
