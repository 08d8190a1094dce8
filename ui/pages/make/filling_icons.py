"""The apps of a job as icons that fill with colour from below while they are written."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.progress import AppsAdvanced
from ui.models.filling import FillingApp, FillingModel, FillingRole
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.app_icons import paint_filling, paint_sign
from ui.style.broken_lines import broken
from ui.style.focus import is_ringed
from ui.style.look import look
from ui.style.symbol import Symbol

_ICON = 48
_BESIDE = 12
_ROW = 72
_NARROWEST = 172
_COLUMNS = 5
_EDGE = 10
_PAUSE_MS = 200
"""Between two changes of the picture."""

_Index = QModelIndex | QPersistentModelIndex


class FillingIcons(QListView):
    """As high as all of them need; the page scrolls."""

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = FillingModel(self)
        self._pending: AppsAdvanced | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._show_pending)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(pictures, self))
        self.setAccessibleName(self.tr("Apps"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setUniformItemSizes(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._model.modelReset.connect(self._fit)
        pictures.arrived.connect(self.viewport().update)

    @property
    def filling(self) -> FillingModel:
        return self._model

    def show_apps(self, event: AppsAdvanced) -> None:
        """At most a few times a second."""
        self._pending = event
        if not self._pause.isActive():
            self._show_pending()

    def _show_pending(self) -> None:
        if self._pending is not None:
            self._model.show(self._pending.apps)
            self._pending = None
            self._pause.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        number = max(1, self._model.rowCount())
        width = max(1, self.width())
        columns = max(1, min(_COLUMNS, width // style.px(_NARROWEST)))
        # One pixel is left: what ends at the very edge is wrapped.
        self.setGridSize(QSize((width - 1) // columns, style.px(_ROW)))
        rows = -(-number // columns)
        self.setFixedHeight(rows * style.px(_ROW))


class _Delegate(QStyledItemDelegate):
    def __init__(self, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        view = self.parent()
        assert isinstance(view, FillingIcons)
        return view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        app = index.data(FillingRole.APP)
        if not isinstance(app, FillingApp):
            return
        painter.save()
        rect: QRect = option.rect
        mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = style.px(_ICON)
        left = rect.left() + style.px(_EDGE)
        icon = QRect(left, rect.top() + (rect.height() - side) // 2, side, side)
        text_left = icon.right() + 1 + style.px(_BESIDE)
        text = QRect(text_left, rect.top(), rect.right() - text_left - style.GRID, rect.height())
        if mirrored:
            icon.moveRight(rect.right() - style.px(_EDGE))
            text.moveRight(icon.left() - style.px(_BESIDE))
        ratio = painter.device().devicePixelRatioF()
        picture = self._pictures.shown(app.ref, app.name, side, ratio)
        paint_filling(painter, QRectF(icon), picture, app.share)
        if app.saved:
            paint_sign(painter, QRectF(icon), Symbol.CHECK, "accent")
        self._paint_text(painter, text, app)
        if is_ringed(option):
            painter.setPen(look().accent)
            painter.drawRoundedRect(rect.adjusted(2, 2, -3, -3), 8, 8)
        painter.restore()

    @staticmethod
    def _paint_text(painter: QPainter, rect: QRect, app: FillingApp) -> None:
        ahead = not app.bytes and not app.saved
        name, size = style.font(style.Text.STRONG), style.digits(style.font(style.Text.SMALL))
        above, below = QFontMetrics(name), QFontMetrics(size)
        lines = broken(app.name, above, rect.width(), 2)
        height = len(lines) * above.height() + below.height()
        line = QRect(rect.left(), 0, rect.width(), above.height())
        line.moveTop(rect.top() + (rect.height() - height) // 2)
        align = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(name)
        painter.setPen(look().soft if ahead else look().text)
        for text in lines:
            painter.drawText(line, align, text)
            line.translate(0, above.height())
        line.setHeight(below.height())
        painter.setFont(size)
        painter.setPen(look().soft)
        shown = below.elidedText(app.size, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, align, shown)
