"""Cards of one width beside each other, as many as fit; what has no room may wait."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import style

_LEAST = 228
"""Width of a card in design pixels."""
_MOST_COLUMNS = 4


class CardGrid(QWidget):
    """Attributes: one_row: only as many cards as stand in one row are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[QWidget] = []
        self._retired: list[QWidget] = []
        self._one_row = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def one_row(self) -> bool:
        return self._one_row

    def set_one_row(self, one_row: bool) -> None:
        self._one_row = one_row
        self._arrange()
        self.updateGeometry()

    def set_cards(self, cards: Sequence[QWidget]) -> None:
        """These, which are this widget's from now on; earlier ones are hidden, and stay."""
        for card in self._cards:
            if card not in cards:
                card.hide()
                self._retired.append(card)
        self._cards = list(cards)
        for card in self._cards:
            card.setParent(self)
        self._arrange()
        self.updateGeometry()

    @property
    def columns(self) -> int:
        gap, least = style.px(style.INNER), style.px(_LEAST)
        return max(1, min(_MOST_COLUMNS, (self.width() + gap) // (least + gap)))

    @property
    def hides_some(self) -> bool:
        """Whether there are more than one row holds."""
        return len(self._cards) > self.columns

    @property
    def _shown(self) -> list[QWidget]:
        return self._cards[: self.columns] if self._one_row else self._cards

    def sizeHint(self) -> QSize:
        rows = -(-len(self._shown) // self.columns)
        gap = style.px(style.INNER)
        return QSize(style.px(_LEAST), max(0, rows * (self._height() + gap) - gap))

    def minimumSizeHint(self) -> QSize:
        return QSize(style.px(_LEAST), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
            self.updateGeometry()
        return super().event(event)

    def _height(self) -> int:
        return max(map(self._height_of, self._shown), default=0)

    def _height_of(self, card: QWidget) -> int:
        gap = style.px(style.INNER)
        width = (self.width() + gap) // self.columns - gap
        if card.hasHeightForWidth():
            return card.heightForWidth(width)
        return card.sizeHint().height()

    def _arrange(self) -> None:
        gap, columns, height = style.px(style.INNER), self.columns, self._height()
        shown = self._shown
        for number, card in enumerate(self._cards):
            if card not in shown:
                card.hide()
                continue
            row, column = divmod(number, columns)
            left = column * (self.width() + gap) // columns
            right = (column + 1) * (self.width() + gap) // columns - gap
            if self.isRightToLeft():
                left, right = self.width() - right, self.width() - left
            card.setGeometry(left, row * (height + gap), right - left, height)
            card.show()
