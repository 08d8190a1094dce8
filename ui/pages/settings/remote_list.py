"""The remotes that are known, each with its address, where it is known from, and its key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.flatpak.remotes.remote import Remote
from ui.pages.settings.remotes import RemotesModel, Role
from ui.style import icons, style
from ui.style.symbol import Symbol

_Index = QModelIndex | QPersistentModelIndex
_LINES = 3
_MOST_ROWS = 5


class RemoteList(QListView):
    """As high as what is in it, up to a few rows."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.remotes = RemotesModel(self)
        self.setModel(self.remotes)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.remotes.modelReset.connect(self._fit)
        self._fit()

    @property
    def current(self) -> Remote | None:
        remote = self.currentIndex().data(Role.REMOTE)
        return remote if isinstance(remote, Remote) else None

    def _fit(self) -> None:
        rows = min(max(self.remotes.rowCount(), 1), _MOST_ROWS)
        self.setFixedHeight(rows * _row_height() + 2 * self.frameWidth())


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(option.rect.width(), _row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        widget = option.widget
        drawer = widget.style() if widget is not None else QApplication.style()
        painter.save()
        drawer.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, own, painter, widget)
        remote: Remote = index.data(Role.REMOTE)
        lines: Sequence[str] = index.data(Role.LINES)
        palette = own.palette
        chosen = bool(own.state & QStyle.StateFlag.State_Selected)
        active = bool(own.state & QStyle.StateFlag.State_Active)
        group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
        text = palette.color(
            group, QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        )
        quiet = text if chosen else style.quiet(palette)
        area = own.rect.adjusted(style.GRID, style.GRID, -style.GRID, -style.GRID)
        side = style.Icon.MEDIUM
        ratio = painter.device().devicePixelRatioF()
        picture = icons.pixmap(Symbol.GLOBE, side, quiet, ratio)
        painter.drawPixmap(area.left(), area.top(), picture)
        line = QRect(area.adjusted(side + style.GRID, 0, 0, 0))
        for number, words in enumerate((remote.label, *lines)):
            font = style.font(style.Text.BODY, bold=not number)
            metrics = QFontMetrics(font)
            line.setHeight(metrics.lineSpacing())
            painter.setFont(font)
            painter.setPen(quiet if number else text)
            painter.drawText(
                line,
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                metrics.elidedText(words, Qt.TextElideMode.ElideRight, line.width()),
            )
            line.translate(0, line.height())
        if own.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(style.accent(palette))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(own.rect.adjusted(0, 0, -1, -1))
        painter.restore()


def _row_height() -> int:
    bold = QFontMetrics(style.font(style.Text.BODY, bold=True)).lineSpacing()
    usual = QFontMetrics(style.font(style.Text.BODY)).lineSpacing()
    return bold + (_LINES - 1) * usual + 2 * style.GRID
