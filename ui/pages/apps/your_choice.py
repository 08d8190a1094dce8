"""Your choice: what is chosen, by name, and what can be done with all of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.controllers.choice import ChoiceStatus
from ui.pages.apps.badges import on_drive, on_some
from ui.pages.apps.choice_words import (
    Part,
    Ticked,
    leaving,
    partly,
    strip_line,
    summed,
    ticked,
)
from ui.state.app_pictures import AppPictures
from ui.state.saved_choices import ChoiceList
from ui.style import icons, style
from ui.style.app_icons import paint_app_icon
from ui.style.focus import is_ringed
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button, Kind, Link
from ui.widgets.chevrons import ChevronButton
from ui.widgets.flow import Flow
from ui.widgets.menu import Menu
from ui.widgets.popover import Popover

_WIDTH = 400
_ROW = 44
_ICON = 28
_SIGN = 18
_MOST_ROWS = 7
_APP = Qt.ItemDataRole.UserRole
_FAINT = 0.55
"""How much is seen of the icon of what comes off."""

_Index = QModelIndex | QPersistentModelIndex

# Where text runs from the right, the painter turns it round.
_LEADING = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_TRAILING = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class YourChoice(Popover):
    """Signals:
    removed(object): this `Ticked` is to be taken away.
    kept(object): this `Ticked` stays after all, that was to come off the drive.
    cleared(), save_wanted(), list_wanted(), manage_wanted(): as the buttons say.
    saved_wanted(str): the saved set of that name.
    computers_wanted(): what each computer gets.
    """

    removed = Signal(object)
    kept = Signal(object)
    cleared = Signal()
    save_wanted = Signal()
    list_wanted = Signal()
    manage_wanted = Signal()
    saved_wanted = Signal(str)
    computers_wanted = Signal()

    def __init__(self, pictures: AppPictures, anchor: QWidget) -> None:
        super().__init__(anchor, "")
        self.setAccessibleName(self.tr("Your choice"))
        self._heading = labels.heading(parent=self)
        self._line = labels.small(parent=self)
        self._computers = Link(parent=self)
        self._computers.clicked.connect(self._ask_for_computers)
        self._list = _ChosenList(pictures, self)
        self._list.removed.connect(self._remove)
        self._clear = Button(self.tr("Clear all"), Kind.QUIET, small=True, parent=self)
        self._clear.clicked.connect(self.cleared)
        self._save = Button(self.tr("Save as a set…"), Kind.QUIET, small=True, parent=self)
        self._save.clicked.connect(self._ask_to_save)
        self._open = Button(self.tr("Open a list…"), Kind.QUIET, small=True, parent=self)
        self._open.clicked.connect(self._ask_for_list)
        self._menu = Menu(self)
        self._menu.setAccessibleName(self.tr("Saved sets"))
        self._menu.triggered.connect(self._pick)
        self._saved = ChevronButton(self.tr("Saved sets"), parent=self)
        self._saved.setProperty("kind", "quiet")
        self._saved.setMenu(self._menu)
        # Where the icons of the rows begin.
        inset = style.px(style.GRID)
        above = QHBoxLayout()
        above.setContentsMargins(inset, 0, 0, 0)
        above.addWidget(self._heading, 1)
        above.addWidget(self._clear)
        line = QHBoxLayout()
        line.setContentsMargins(inset, 0, 0, 0)
        line.addWidget(self._line)
        below = Flow(style.HALF)
        below.addWidget(self._save)
        below.addWidget(self._saved)
        below.add_stretch()
        below.addWidget(self._open)
        self.body.addLayout(above)
        self.body.addLayout(line)
        self.body.addWidget(self._computers, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._list, 1)
        self.body.addLayout(below)
        self.setMinimumWidth(style.px(_WIDTH))
        self.show_saved(ChoiceList((), ()))

    def show_status(self, status: ChoiceStatus) -> None:
        self._heading.setText(summed(status) or self.tr("Your choice"))
        line = strip_line(status)
        self._line.setText(line.text)
        self._computers.setText(self.tr("For %n computer(s)", "", status.computers))
        self._computers.setVisible(bool(status.computers))
        apps = ticked(status)
        # What changes is seen without scrolling.
        new = tuple(app for app in apps if app.part is Part.NEW)
        self._list.show_apps((*new, *leaving(status), *partly(status), *apps[len(new) :]))
        self._clear.setEnabled(status.changes)
        self._save.setEnabled(bool(status.refs))

    def show_saved(self, saved: ChoiceList) -> None:
        self._menu.clear()
        names = [choice.name for choice in saved.choices if choice.refs is not None]
        for name in names:
            # An ampersand would underline what follows.
            self._menu.entry(name.replace("&", "&&")).setData(name)
        if not names:
            self._menu.entry(self.tr("Nothing saved yet")).setEnabled(False)
        self._menu.line()
        manage = self._menu.entry(self.tr("Manage…"))
        manage.setEnabled(bool(saved.choices))
        manage.triggered.connect(self._ask_to_manage)

    def _remove(self, app: Ticked) -> None:
        (self.kept if app.part is Part.COMES_OFF else self.removed).emit(app)

    def _pick(self, action: QAction) -> None:
        if action.data():
            self.leave()
            self.saved_wanted.emit(action.data())

    def _ask_for_computers(self) -> None:
        self.leave()
        self.computers_wanted.emit()

    def _ask_to_save(self) -> None:
        self.leave()
        self.save_wanted.emit()

    def _ask_for_list(self) -> None:
        self.leave()
        self.list_wanted.emit()

    def _ask_to_manage(self) -> None:
        self.leave()
        self.manage_wanted.emit()


class _ChosenModel(QAbstractListModel):
    """What is chosen, and what is on the drive; the `Ticked` is in the user role."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._apps: tuple[Ticked, ...] = ()

    def show_apps(self, apps: tuple[Ticked, ...]) -> None:
        self.beginResetModel()
        self._apps = apps
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._apps)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        app = self._apps[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return app.name
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return ". ".join(filter(None, (self.remark(app), self._about_delete(app))))
            case Qt.ItemDataRole.UserRole:
                return app
        return None

    def remark(self, app: Ticked) -> str:
        """Beside the name."""
        match app.part:
            case Part.STAYS:
                return on_drive(app.drives)
            case Part.STAYS_ON_SOME:
                return on_some(app.on, app.drives)
            case Part.COMES_OFF:
                return self.tr("Comes off")
            case Part.NEW:
                return ""

    def _about_delete(self, app: Ticked) -> str:
        if app.part is Part.COMES_OFF:
            return self.tr("Delete keeps it on the drive")
        return self.tr("Delete takes it away")


class _ChosenList(QListView):
    """Rows with a cross; Delete takes the current one away."""

    removed = Signal(object)

    def __init__(self, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._apps: tuple[Ticked, ...] = ()
        self._model = _ChosenModel(self)
        self._delegate = _ChosenDelegate(pictures, self._model, self)
        self._delegate.removed.connect(self.removed)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("What is chosen"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        pictures.arrived.connect(self.viewport().update)

    def show_apps(self, apps: tuple[Ticked, ...]) -> None:
        if apps == self._apps:
            return
        row = self.currentIndex().row()
        self._apps = apps
        self._model.show_apps(apps)
        if apps:
            self.setCurrentIndex(self._model.index(min(max(row, 0), len(apps) - 1), 0))
        self.setVisible(bool(apps))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        rows = min(max(len(self._apps), 1), _MOST_ROWS)
        return QSize(style.px(_WIDTH), rows * style.px(_ROW) + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, style.px(_ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            app = self.currentIndex().data(_APP)
            if app is not None:
                self.removed.emit(app)
        else:
            super().keyPressEvent(event)


class _ChosenDelegate(QStyledItemDelegate):
    removed = Signal(object)

    def __init__(self, pictures: AppPictures, model: _ChosenModel, view: _ChosenList) -> None:
        super().__init__(view)
        self._pictures = pictures
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, style.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        app: Ticked = index.data(_APP)
        off = app.part is Part.COMES_OFF
        rect = option.rect
        state = option.state
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        pointed = bool(state & QStyle.StateFlag.State_MouseOver)
        if pointed:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().hover)
            painter.drawRoundedRect(rect, style.px(style.GRID), style.px(style.GRID))
        side, gap = style.px(_ICON), style.px(style.GRID)
        icon = QRect(rect.left() + gap, rect.center().y() - side // 2, side, side)
        cross = _cross(rect)
        words = QRect(icon.right() + gap, rect.top(), 0, rect.height())
        words.setRight(cross.left() - gap)
        if mirrored:
            icon, cross, words = (_mirrored(each, rect) for each in (icon, cross, words))
        ratio = painter.device().devicePixelRatioF()
        picture = self._pictures.shown(app.ref, app.name, side, ratio)
        painter.setOpacity(_FAINT if off else 1)
        paint_app_icon(painter, QRectF(icon), picture)
        painter.setOpacity(1)
        self._draw_words(painter, app, words)
        sign = style.px(_SIGN)
        place = QRect(0, 0, sign, sign)
        place.moveCenter(cross.center())
        symbol = Symbol.PLUS if off else Symbol.CROSS
        painter.drawPixmap(place.topLeft(), icons.pixmap(symbol, sign, look().soft, ratio))
        if is_ringed(option):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = painter.pen()
            pen.setColor(look().accent)
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = style.px(style.GRID)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
        painter.restore()

    def _draw_words(self, painter: QPainter, app: Ticked, words: QRect) -> None:
        """The name, and at the end of the row what is remarked on it."""
        off, remark = app.part is Part.COMES_OFF, self._model.remark(app)
        painter.setFont(style.font(style.Text.SMALL))
        taken = painter.fontMetrics().horizontalAdvance(remark) if remark else 0
        painter.setPen(look().warm_text if off else look().soft)
        painter.drawText(words, _TRAILING, remark)
        painter.setFont(style.font(style.Text.BODY))
        painter.setPen(look().soft if off else look().text)
        room = words.width() - taken - (style.px(style.GRID) if taken else 0)
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(words, _LEADING, painter.fontMetrics().elidedText(app.name, elide, room))

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            rect = option.rect
            mirrored = option.direction == Qt.LayoutDirection.RightToLeft
            cross = _mirrored(_cross(rect), rect) if mirrored else _cross(rect)
            if cross.contains(event.position().toPoint()):
                self.removed.emit(index.data(_APP))
                return True
        return super().editorEvent(event, model, option, index)


def _cross(rect: QRect) -> QRect:
    side = style.px(_ROW)
    return QRect(rect.right() + 1 - side, rect.top(), side, rect.height())


def _mirrored(part: QRect, rect: QRect) -> QRect:
    return QRect(rect.left() + rect.right() - part.right(), part.top(), part.width(), part.height())
