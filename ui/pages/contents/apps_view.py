"""The list of the apps on a drive."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy, QWidget

from ui.pages.contents.apps_delegate import AppsDelegate, Zone
from ui.pages.contents.apps_model import AppLine, AppsModel
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.tokens import size
from ui.widgets.card import Card
from ui.widgets.menu import Menu

_Index = QModelIndex | QPersistentModelIndex
_EDGE = 1
_FEW = 3


class AppsList(Card):
    """As high as its rows, if there is so much room.

    Signals:
        details_wanted(object): of the app of an `AppLine`.
        mark_wanted(str, bool): the app of this ref is to come off, or to stay after all.
        update_wanted(): of all that is newer.
    """

    details_wanted = Signal(object)
    mark_wanted = Signal(str, bool)
    update_wanted = Signal()

    def __init__(
        self, model: AppsModel, pictures: AppPictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(padding=_EDGE, parent=parent)
        self.view = _View(model, pictures, self)
        self.view.details_wanted.connect(self.details_wanted)
        self.view.mark_wanted.connect(self.mark_wanted)
        self.view.update_wanted.connect(self.update_wanted)
        self.body.addWidget(self.view)
        self._model = model
        self.setFocusProxy(self.view)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        model.modelReset.connect(self._fit)

    def _fit(self) -> None:
        """A few rows can always be seen, and no more room than all of them need."""
        rows = min(_FEW, max(1, self._model.rowCount()))
        self.view.setMinimumHeight(rows * style.px(size("app-row-plain")))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        rows = max(1, self._model.rowCount())
        margins = self.contentsMargins()
        edge = margins.top() + margins.bottom() + 2 * (self.frameWidth() + _EDGE)
        return QSize(super().sizeHint().width(), rows * style.px(size("app-row-plain")) + edge)


class _View(QListView):
    details_wanted = Signal(object)
    mark_wanted = Signal(str, bool)
    update_wanted = Signal()

    def __init__(self, model: AppsModel, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self._delegate = AppsDelegate(pictures, self)
        self._pressed: tuple[int, Zone] | None = None
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Apps on the drive"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        pictures.arrived.connect(self.viewport().update)
        self._apps = model
        self._here = (-1, "")
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._take_place)
        model.modelReset.connect(self._show_columns)
        model.dataChanged.connect(self._show_columns)

    def _show_columns(self) -> None:
        self._delegate.show_columns(self._apps.lines)

    def _keep_place(self) -> None:
        """Where the keyboard is: others may come and go around it."""
        index = self.currentIndex()
        self._here = (index.row(), _line(index).app.ref) if index.isValid() else (-1, "")

    def _take_place(self) -> None:
        row, ref = self._here
        last = self._apps.rowCount() - 1
        if row >= 0 and last >= 0:
            refs = [line.app.ref for line in self._apps.lines]
            row = refs.index(ref) if ref in refs else min(row, last)
            self.setCurrentIndex(self._apps.index(row, 0))

    @property
    def is_pointed_at(self) -> bool:
        """Whether somebody is at one of its rows, with the mouse or the keyboard."""
        return self.hasFocus() or self.viewport().underMouse()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._tell(index)
        elif event.key() == Qt.Key.Key_Delete and index.isValid():
            if not event.isAutoRepeat():
                self._mark(_line(index))
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._delegate.point(event.position().toPoint())
        self.viewport().update()
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._delegate.point(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        self._pressed = (index.row(), self._zone(index, place)) if index.isValid() else None

    def _zone(self, index: _Index, place: QPoint) -> Zone:
        row = self.visualRect(index)
        return self._delegate.zone(row, _line(index), place, mirrored=self.isRightToLeft())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        pressed, self._pressed = self._pressed, None
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            return
        if pressed != (index.row(), self._zone(index, place)):
            return
        match pressed[1]:
            case Zone.MORE:
                mirrored = self.isRightToLeft()
                more = self._delegate.more_area(self.visualRect(index), mirrored=mirrored)
                self._open_menu(index, more.bottomLeft())
            case Zone.BIN:
                self._mark(_line(index))
            case Zone.BODY:
                self._tell(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the menu key as well, of the row that the keyboard is on."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self._open_menu(index, self.visualRect(index).center() if by_key else event.pos())

    def _open_menu(self, index: _Index, place: QPoint) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        line = _line(index)
        menu.setAccessibleName(line.app.name)
        if line.can_update:
            menu.entry(self._update_text(), self.update_wanted)
        if line.can_come_off:
            text = self.tr("Leave it on") if line.marked else self.tr("Take it off")
            come_off = menu.entry(text)
            come_off.setData(line)
            come_off.triggered.connect(self._mark_chosen)
        details = menu.entry(self.tr("Details"))
        details.setData(line)
        details.triggered.connect(self._tell_chosen)
        menu.popup(self.viewport().mapToGlobal(place))

    def _tell_chosen(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.details_wanted.emit(action.data())

    def _update_text(self) -> str:
        """What is of one source gets newer together."""
        lines = [_line(self.model().index(row, 0)) for row in range(self.model().rowCount())]
        newer = sum(line.can_update for line in lines)
        return self.tr("Update it") if newer == 1 else self.tr("Update all %n app(s)", "", newer)

    def _mark_chosen(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self._mark(action.data())

    def _mark(self, line: AppLine) -> None:
        """Or not any more."""
        if line.can_come_off:
            self.mark_wanted.emit(line.app.ref, not line.marked)

    def _tell(self, index: _Index) -> None:
        self.details_wanted.emit(_line(index))


def _line(index: _Index) -> AppLine:
    line = index.data(Qt.ItemDataRole.UserRole)
    assert isinstance(line, AppLine)
    return line
