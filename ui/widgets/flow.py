"""Things beside each other, going on in the next line where there is no more room."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QSizePolicy, QSpacerItem

from ui.style import style
from ui.widgets.items_layout import ItemsLayout

_Line = list[tuple[QLayoutItem, int]]
"""Items and their widths."""


class Flow(ItemsLayout):
    """What may become wider, a spacer too, takes what is left of its line."""

    def __init__(self, spacing: int = style.GRID) -> None:
        self._heights: dict[int, int] = {}
        super().__init__(spacing)

    def invalidate(self) -> None:
        """Something in it has another size."""
        self._heights.clear()
        super().invalidate()

    def add_stretch(self) -> None:
        """What follows is at the other end of the line."""
        wide, low = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum
        self.addItem(QSpacerItem(0, 0, wide, low))

    def heightForWidth(self, width: int) -> int:
        """Of a page that is laid out Qt asks for the same ones hundreds of times."""
        height = self._heights.get(width)
        if height is None:
            heights = [_height(line) for line in self._lines(width)]
            height = sum(heights) + style.GRID * max(0, len(heights) - 1)
            self._heights[width] = height
        return height

    def sizeHint(self) -> QSize:
        """In one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        gaps = sum(1 for item in self._shown() if not item.spacerItem()) - 1
        width = sum(size.width() for size in sizes) + self.spacing() * max(0, gaps)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        largest = QSize()
        for item in self._shown():
            largest = largest.expandedTo(item.minimumSize())
        return largest

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        around = self.parentWidget()
        from_right = around is not None and around.isRightToLeft()
        top = rect.top()
        for line in self._lines(rect.width()):
            height = _height(line)
            left = rect.left()
            for item, width in line:
                # A line is as high as its highest; the others are in its middle.
                high = min(_high(item, width), height)
                place = QRect(left, top + (height - high) // 2, width, high)
                if from_right:
                    place.moveRight(rect.right() - (left - rect.left()))
                item.setGeometry(place)
                left += width + self._after(item)
            top += height + style.GRID

    def _shown(self) -> Iterator[QLayoutItem]:
        return (item for item in self._items if item.spacerItem() or not item.isEmpty())

    def _lines(self, width: int) -> list[_Line]:
        lines: list[_Line] = []
        line: _Line = []
        used = 0
        for item in self._shown():
            wanted = min(item.sizeHint().width(), width)
            gap = self._after(line[-1][0]) if line else 0
            if line and used + gap + wanted > width:
                lines.append(_filled(line, width - used))
                line, used, gap = [], 0, 0
            used += gap + wanted
            line.append((item, wanted))
        return [*lines, _filled(line, width - used)] if line else lines

    def _after(self, item: QLayoutItem) -> int:
        return 0 if item.spacerItem() else self.spacing()


def _filled(line: _Line, left: int) -> _Line:
    wide = [item for item, _ in line if item.expandingDirections() & Qt.Orientation.Horizontal]
    return [(item, width + (left // len(wide) if item in wide else 0)) for item, width in line]


def _height(line: _Line) -> int:
    return max(_high(item, width) for item, width in line)


def _high(item: QLayoutItem, width: int) -> int:
    """What fills a line alone may be a text that has more to say than fits."""
    if item.hasHeightForWidth():
        return item.heightForWidth(width)
    return item.sizeHint().height()
