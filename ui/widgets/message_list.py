"""A list of messages, each with an icon, a heading and a text that wraps."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.models.messages import MessageItem, MessageListModel
from ui.style import icons, style
from ui.style.focus import is_ringed
from ui.style.look import look

_Index = QModelIndex | QPersistentModelIndex
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_ANY_HEIGHT = 100_000


class MessageList(QListView):
    """Read with the arrow keys; grows to at most the height it needs."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = MessageListModel(self)
        self.setModel(self._messages)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)

    def show_messages(self, messages: Iterable[MessageItem]) -> None:
        self._messages.show_messages(messages)
        if self._messages.rowCount():
            self.setCurrentIndex(self._messages.index(0))
            self.clearSelection()
        self.updateGeometry()

    def show_anew(self, messages: Iterable[MessageItem]) -> None:
        """As `show_messages`, for what stands in the same order as before: who reads one of them
        stays there."""
        wanted = tuple(messages)
        if wanted == self._messages.messages:
            return
        row, place = self.currentIndex().row(), self.verticalScrollBar().value()
        self.show_messages(wanted)
        if 0 <= row < self.count:
            self.setCurrentIndex(self._messages.index(row))
            self.clearSelection()
            self.verticalScrollBar().setValue(place)

    @property
    def count(self) -> int:
        return self._messages.rowCount()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.scheduleDelayedItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # How high it has to be follows from how wide it is.
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        option = QStyleOptionViewItem()
        option.rect = QRect(QPoint(), self.viewport().size())
        heights = (
            self.itemDelegate().sizeHint(option, self._messages.index(row)).height()
            for row in range(min(self.count, 6))
        )
        return QSize(40 * style.GRID, sum(heights) + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * style.GRID, min(self.sizeHint().height(), 7 * style.GRID))


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        message: MessageItem = index.data(Qt.ItemDataRole.UserRole)
        palette = option.palette
        area = option.rect.adjusted(style.HALF, style.HALF, -style.HALF, -style.HALF)
        colour = palette.color(QPalette.ColorRole.Text)
        if message.tone is not None:
            colour = look().named(message.tone.value)
        ratio = painter.device().devicePixelRatioF()
        side = style.px(style.Icon.SMALL)
        icon = icons.pixmap(message.icon, side, colour, ratio)
        place = QRect(area.topLeft() + QPoint(0, style.px(2)), QSize(side, side))
        painter.save()
        place, heading, text = (
            QStyle.visualRect(option.direction, area, each)
            for each in (place, *_places(message, area))
        )
        painter.drawPixmap(place.topLeft(), icon)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.setFont(style.font(style.Text.BODY, bold=bool(message.text)))
        painter.drawText(heading, _WRAP, message.heading)
        painter.setFont(style.font(style.Text.BODY))
        painter.drawText(text, _WRAP, message.text)
        if is_ringed(option):
            painter.setPen(look().accent)
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        message: MessageItem = index.data(Qt.ItemDataRole.UserRole)
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        area = QRect(0, 0, max(width, 20 * style.GRID), _ANY_HEIGHT)
        area.adjust(style.HALF, style.HALF, -style.HALF, -style.HALF)
        heading, text = _places(message, area)
        bottom = text.bottom() if message.text else heading.bottom()
        return QSize(area.width(), bottom + style.GRID)


def _places(message: MessageItem, area: QRect) -> tuple[QRect, QRect]:
    """Where heading and text go in ``area``."""
    left = area.left() + style.px(style.Icon.SMALL + style.GRID)
    rest = QRect(left, area.top(), area.right() - left, _ANY_HEIGHT)
    bold = QFontMetrics(style.font(style.Text.BODY, bold=bool(message.text)))
    plain = QFontMetrics(style.font(style.Text.BODY))
    heading = bold.boundingRect(rest, int(_WRAP), message.heading)
    heading.setWidth(rest.width())
    below = QRect(left, heading.bottom() + 2, rest.width(), _ANY_HEIGHT)
    text = plain.boundingRect(below, int(_WRAP), message.text)
    text.setWidth(rest.width())
    return heading, text
