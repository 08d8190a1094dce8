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
from PySide6.QtGui import (
    QAction,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
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
from ui.pages.apps.choice_words import strip_line, summed
from ui.state.app_pictures import AppPictures
from ui.state.saved_choices import ChoiceList
from ui.state.session import ChosenRef
from ui.style import icons, style
from ui.style.app_icons import paint_app_icon
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button, Kind, Link
from ui.widgets.chevrons import ChevronButton
from ui.widgets.menu import Menu
from ui.widgets.popover import Popover

_WIDTH = 400
_ROW = 44
_ICON = 28
_SIGN = 18
_MOST_ROWS = 7
_REF = Qt.ItemDataRole.UserRole

_Index = QModelIndex | QPersistentModelIndex

# Where text runs from the right, the painter turns it round.
_LEADING = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class YourChoice(Popover):
    """Signals:
    removed(object): this `ChosenRef` is to be taken away.
    cleared(), save_wanted(), list_wanted(), manage_wanted(): as the buttons say.
    saved_wanted(str): the saved set of that name.
    computers_wanted(): what each computer gets.
    """

    removed = Signal(object)
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
        self._list.removed.connect(self.removed)
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
        below = QHBoxLayout()
        below.setSpacing(style.px(style.HALF))
        below.addWidget(self._save)
        below.addWidget(self._saved)
        below.addStretch(1)
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
        self._list.show_refs(status.refs)
        self._clear.setEnabled(bool(status.refs))
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
    """What is chosen; the `ChosenRef` is in the user role."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._refs: tuple[ChosenRef, ...] = ()

    def show_refs(self, refs: tuple[ChosenRef, ...]) -> None:
        self.beginResetModel()
        self._refs = refs
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._refs)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        ref = self._refs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return ref.name
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return self.tr("Delete takes it away")
            case Qt.ItemDataRole.UserRole:
                return ref
        return None


class _ChosenList(QListView):
    """Rows with a cross; Delete takes the current one away."""

    removed = Signal(object)

    def __init__(self, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._refs: tuple[ChosenRef, ...] = ()
        self._model = _ChosenModel(self)
        self._delegate = _ChosenDelegate(pictures, self)
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

    def show_refs(self, refs: tuple[ChosenRef, ...]) -> None:
        if refs == self._refs:
            return
        row = self.currentIndex().row()
        self._refs = refs
        self._model.show_refs(refs)
        if refs:
            self.setCurrentIndex(self._model.index(min(max(row, 0), len(refs) - 1), 0))
        self.setVisible(bool(refs))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        rows = min(max(len(self._refs), 1), _MOST_ROWS)
        return QSize(style.px(_WIDTH), rows * style.px(_ROW) + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, style.px(_ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            ref = self.currentIndex().data(_REF)
            if ref is not None:
                self.removed.emit(ref)
        else:
            super().keyPressEvent(event)


class _ChosenDelegate(QStyledItemDelegate):
    removed = Signal(object)

    def __init__(self, pictures: AppPictures, view: _ChosenList) -> None:
        super().__init__(view)
        self._pictures = pictures

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, style.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        ref: ChosenRef = index.data(_REF)
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
        picture = self._pictures.shown(ref.ref, ref.name, side, ratio)
        paint_app_icon(painter, QRectF(icon), picture)
        painter.setFont(style.font(style.Text.BODY))
        painter.setPen(look().text)
        name = painter.fontMetrics().elidedText(
            ref.name, Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, _LEADING, name)
        sign = style.px(_SIGN)
        place = QRect(0, 0, sign, sign)
        place.moveCenter(cross.center())
        painter.drawPixmap(place.topLeft(), icons.pixmap(Symbol.CROSS, sign, look().soft, ratio))
        if state & QStyle.StateFlag.State_HasFocus and state & (
            QStyle.StateFlag.State_KeyboardFocusChange
        ):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = painter.pen()
            pen.setColor(look().accent)
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = style.px(style.GRID)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
        painter.restore()

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
                self.removed.emit(index.data(_REF))
                return True
        return super().editorEvent(event, model, option, index)


def _cross(rect: QRect) -> QRect:
    side = style.px(_ROW)
    return QRect(rect.right() + 1 - side, rect.top(), side, rect.height())


def _mirrored(part: QRect, rect: QRect) -> QRect:
    return QRect(rect.left() + rect.right() - part.right(), part.top(), part.width(), part.height())
