"""The list of places: cards, one below the other, and what can be done to each."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy, QWidget

from ui.models.places import PlacesModel
from ui.pages.drive.card_layout import CardLayout, Zone, row_height
from ui.pages.drive.place_card import PlaceCard


class PlaceList(QListView):
    """As high as its cards, where there is room.

    Signals:
        chosen(object): the `Place` whose card was clicked, or that Return was pressed on.
        ticked(object): so for its tick, and for Space.
        started_afresh(object), updates_wanted(object): so for its own button.
        asked_why(object): so for its link.
        menu_wanted(object, object): its menu, at this `QPoint` of the screen.
    """

    chosen = Signal(object)
    ticked = Signal(object)
    started_afresh = Signal(object)
    updates_wanted = Signal(object)
    asked_why = Signal(object)
    menu_wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = PlaceCard(self)
        self._card.clicked.connect(self._act)
        self.setItemDelegate(self._card)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        # What is chosen is not the card that the keyboard has reached.
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            model.rowsInserted.connect(self._resize)
            model.rowsRemoved.connect(self._resize)

    def card_layout(self, index: QModelIndex) -> CardLayout:
        """Where everything of a card is, in the viewport."""
        return self._card.layout_of(self.visualRect(index), index, mirrored=self.isRightToLeft())

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(1, self.model().rowCount()) * row_height())

    def minimumSizeHint(self) -> QSize:
        """Half a card, where letters are large: what is below it does not scroll."""
        return QSize(0, row_height() // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        keys = {
            Qt.Key.Key_Space: self.ticked,
            Qt.Key.Key_Return: self.chosen,
            Qt.Key.Key_Enter: self.chosen,
        }
        signal = keys.get(Qt.Key(event.key()))
        if index.isValid() and signal is not None and not event.modifiers():
            if not event.isAutoRepeat():
                signal.emit(index.data(PlacesModel.PLACE))
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the right button where it is, by the menu key at the card's ⋮."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if index.isValid():
            place = event.globalPos() if by_mouse else self._below_more(index)
            self.menu_wanted.emit(index.data(PlacesModel.PLACE), place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(QPoint(-1, -1))

    def _point(self, point: QPoint) -> None:
        index = self.indexAt(point)
        pointed = None
        if index.isValid():
            layout = self.card_layout(index)
            if layout.card.contains(point):
                pointed = index.row(), layout.zone(point)
        if pointed != self._card.pointed:
            self._card.pointed = pointed
            links = pointed is not None and pointed[1] is Zone.WHY
            shape = Qt.CursorShape.PointingHandCursor if links else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def _act(self, row: int, zone: Zone) -> None:
        index = self.model().index(row, 0)
        place = index.data(PlacesModel.PLACE)
        match zone:
            case Zone.BODY:
                self.chosen.emit(place)
            case Zone.TICK:
                self.ticked.emit(place)
            case Zone.OWN if place.can_go_on:
                self.started_afresh.emit(place)
            case Zone.OWN:
                self.updates_wanted.emit(place)
            case Zone.WHY:
                self.asked_why.emit(place)
            case Zone.MORE:
                self.menu_wanted.emit(place, self._below_more(index))

    def _below_more(self, index: QModelIndex) -> QPoint:
        """Where a second click does not meet an entry."""
        more: QRect = self.card_layout(index).more
        corner = more.bottomLeft() if self.isRightToLeft() else more.bottomRight()
        return self.viewport().mapToGlobal(corner + QPoint(0, 1))

    def _resize(self) -> None:
        self.updateGeometry()
