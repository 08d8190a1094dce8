"""A text, and at the other end of its line what belongs to it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QWidget

from ui.style import style
from ui.widgets.items_layout import ItemsLayout

_LEAST = 100
"""What a text wants in design pixels before it is worth putting something below it."""
_MOST = 2
"""So many times as high it may become beside something; more is a narrow column of single words."""


class TextAndControl(ItemsLayout):
    """The control goes below the text where there is no room for both beside each other.

    A `QHBoxLayout` has a least width. Where it gets less, Qt asks how high its texts are when they
    are that wide, so they are cut off.
    """

    def __init__(self, text: QWidget, control: QWidget | None = None, *, least: int = 0) -> None:
        """``least``: what the text has to have beside the control, in design pixels. Of long ones
        Qt says that they could be narrower than anybody would want to read them."""
        super().__init__(style.px(style.INNER))
        self._least = least
        for widget in (text, control):
            if widget is not None:
                self.addWidget(widget)

    def heightForWidth(self, width: int) -> int:
        return max((place.bottom() + 1 for place in self._places(width, 0)), default=0)

    def sizeHint(self) -> QSize:
        """Beside each other."""
        sizes = [item.sizeHint() for item in self._items]
        width = sum(size.width() for size in sizes) + self.spacing() * (len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """Below each other."""
        width = max((item.minimumSize().width() for item in self._items), default=0)
        height = max((item.minimumSize().height() for item in self._items), default=0)
        return QSize(width, height)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        around = self.parentWidget()
        direction = around.layoutDirection() if around else Qt.LayoutDirection.LeftToRight
        frame = QRect(0, 0, rect.width(), rect.height())
        for item, place in zip(self._items, self._places(rect.width(), rect.height()), strict=True):
            if direction == Qt.LayoutDirection.RightToLeft:
                place.moveRight(frame.right() - place.left())
            item.setGeometry(place.translated(rect.topLeft()))

    def _places(self, width: int, height: int) -> list[QRect]:
        """From left to right; beside each other in the middle of ``height``."""
        text, *rest = self._items
        if not rest:
            return [_in_middle(0, width, _height(text, width), height)]
        [control] = rest
        beside = control.sizeHint().width()
        left = width - beside - self.spacing()
        short = min(text.sizeHint().width(), style.px(_LEAST))
        wanted = style.px(self._least) if self._least else short
        if not self._least and left > 0 and _height(text, left) > _MOST * _height(text, width):
            wanted = width
        if left >= max(wanted, text.minimumSize().width()):
            heights = _height(text, left), _height(control, beside)
            height = max(height, *heights)
            return [
                _in_middle(0, left, heights[0], height),
                _in_middle(width - beside, beside, heights[1], height),
            ]
        above = QRect(0, 0, width, _height(text, width))
        beside = min(beside, width)
        top = above.bottom() + 1 + style.px(style.HALF)
        return [above, QRect(0, top, beside, _height(control, beside))]


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()


def _in_middle(left: int, width: int, own: int, height: int) -> QRect:
    return QRect(left, max(0, (height - own) // 2), width, own)
