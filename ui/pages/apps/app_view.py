"""The list of apps, as rows or tiles."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy, QStyle, QWidget

from ui.models.app_rows import RowKey, row_key
from ui.pages.apps.app_delegate import AppDelegate
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel, Role
from ui.style import style
from ui.style.look import look
from ui.style.tokens import radius

_Index = QModelIndex | QPersistentModelIndex


class AppView(QListView):
    """The tick or Space chooses, a click elsewhere or Enter looks at an app; typing searches.

    A double click does no more than a click.

    Signals:
        looked_at(object): the `Row` that somebody wants to know more about.
        typed(str): letters that were not meant for the list.
    """

    looked_at = Signal(object)
    typed = Signal(str)

    def __init__(
        self, model: AppListModel, pictures: AppIcons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._apps = model
        self._delegate = AppDelegate(model, pictures, self)
        self._tiles = False
        self._ground = "page"
        self._whole = False
        self._pressed: tuple[int, bool] | None = None
        self._seen: RowKey | None = None
        self._opened: RowKey | None = None
        self.setAccessibleName(self.tr("Apps"))
        self.setProperty("upstream", True)
        self._delegate.mirrored = self.isRightToLeft()
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setModel(model)
        pictures.arrived.connect(self._repaint)
        model.modelReset.connect(self._find_again)
        self._lay_out()

    def set_tiles(self, tiles: bool) -> None:
        if tiles != self._tiles:
            self._tiles = tiles
            self._delegate.set_tiles(tiles)
            self._lay_out()

    def set_ground(self, token: str) -> None:
        """What it lies on, if that is not the page."""
        self._ground = token
        self.viewport().update()

    def set_plain(self, plain: bool) -> None:
        """Whether rows are lower, since nothing is said of the apps in badges."""
        self._delegate.set_plain(plain)
        self._lay_out()

    def set_whole(self, whole: bool) -> None:
        """As high as all of its apps, without scrolling by itself."""
        self._whole = whole
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy if whole else Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        vertical = QSizePolicy.Policy.Fixed if whole else QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
        self.updateGeometry()

    def show_opened(self, key: RowKey | None) -> None:
        """The app that is looked at beside the list."""
        self._opened = key
        place = self._apps.place(key) if key is not None else QModelIndex()
        self._delegate.opened = place.row()
        self.viewport().update()

    def enter(self) -> None:
        """From the search: with the first one, if there is none yet."""
        if not self.currentIndex().isValid() and self._apps.rowCount():
            self.setCurrentIndex(self._apps.index(0))
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # How large

    def sizeHint(self) -> QSize:
        if not self._whole:
            return super().sizeHint()
        columns = max(self._delegate.columns, 1)
        lines = -(-self._apps.rowCount() // columns)
        return QSize(super().sizeHint().width(), lines * self._delegate.cell.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height() if self._whole else self._delegate.cell.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out()
        elif event.type() == QEvent.Type.LayoutDirectionChange:
            self._delegate.mirrored = self.isRightToLeft()

    def _inside(self) -> int:
        """What Qt lays tiles out in: it keeps room for a scroll bar of the style's width."""
        if not self._tiles or self._whole:
            return self.viewport().width()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        return min(self.viewport().width(), self.maximumViewportSize().width() - bar)

    def _lay_out(self) -> None:
        self._delegate.set_width(self._inside())
        cell = self._delegate.cell
        self.setViewMode(
            QListView.ViewMode.IconMode if self._tiles else QListView.ViewMode.ListMode
        )
        # Either sets these in its own way.
        self.setMovement(QListView.Movement.Static)
        self.setWrapping(self._tiles)
        self.setUniformItemSizes(True)
        self.setGridSize(cell if self._tiles else QSize())
        self.setSpacing(0)
        self.verticalScrollBar().setSingleStep(cell.height() // 2)
        self.scheduleDelayedItemsLayout()
        if self._whole:
            self.updateGeometry()

    # What the person does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
            Qt.KeyboardModifier.KeypadModifier,
        }
        if plain and event.key() == Qt.Key.Key_Space:
            self._toggle(self.currentIndex())
        elif plain and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._look_at(self.currentIndex())
        elif plain and event.text().isprintable() and event.text():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self._seen = row_key(current.data(Role.ROW))
        # Arrow keys go on to the next one while one is looked at.
        if self._opened is not None and self._pressed is None and self.hasFocus():
            self._look_at(current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._hit(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or pressed != self._hit(event.position().toPoint()):
            return
        number, on_tick = pressed
        index = self._apps.index(number)
        if on_tick:
            self._toggle(index)
        else:
            self._look_at(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Its first click has done all there is to do."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(self._hit(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """What does not scroll by itself leaves it to what it stands in."""
        if self._whole:
            event.ignore()
        else:
            super().wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._tiles:
            return
        # The corners of the card that the rows lie in.
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.viewport().rect())
        if self._apps.rowCount():
            bottom = self.visualRect(self._apps.index(self._apps.rowCount() - 1)).bottom() + 1
            area.setBottom(min(area.bottom(), max(bottom, area.top())))
        width, round_ = look().line_width, style.px(radius("card"))
        inner = area.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        card, outside = QPainterPath(), QPainterPath()
        card.addRoundedRect(inner, round_, round_)
        outside.addRect(area)
        painter.fillPath(outside.subtracted(card), look().named(self._ground))
        painter.setPen(QPen(look().line, width))
        painter.drawPath(card)
        painter.end()

    def _hit(self, place: QPoint) -> tuple[int, bool] | None:
        """Which app is there, and whether its tick."""
        index = self.indexAt(place)
        if not index.isValid():
            return None
        cell = self.visualRect(index)
        return index.row(), self._delegate.tick_area(cell, index.row()).contains(place)

    def _point(self, hit: tuple[int, bool] | None) -> None:
        pointed = hit[0] if hit is not None and hit[1] else -1
        if pointed != self._delegate.pointed_tick:
            self._delegate.pointed_tick = pointed
            self.viewport().update()

    def _toggle(self, index: QModelIndex) -> None:
        if index.isValid():
            self._apps.setData(index, None, Qt.ItemDataRole.CheckStateRole)

    def _look_at(self, index: _Index) -> None:
        if index.isValid():
            self.looked_at.emit(index.data(Role.ROW))

    def _find_again(self) -> None:
        """The one that was looked at, if it is still near the top."""
        self.show_opened(self._opened)
        if self._whole:
            self.updateGeometry()
        if self._seen is not None:
            place = self._apps.place(self._seen)
            if place.isValid():
                self.setCurrentIndex(place)

    def _repaint(self) -> None:
        self.viewport().update()
