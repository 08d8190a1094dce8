"""The list or grid of apps."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.flatpak.catalogue.remote_catalogue import Row
from ui.models.app_rows import row_key
from ui.pages.apps.app_delegate import AppDelegate
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel, Role


class AppView(QListView):
    """Space, Enter, a double click or a click on the mark chooses; typing searches.

    Signals:
        looked_at(object): the `Row` that is the current one; None for none.
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
        self._seen: Row | None = None
        self._anew = False
        self.setAccessibleName(self.tr("Apps"))
        self.setProperty("upstream", True)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setModel(model)
        pictures.arrived.connect(self._repaint)
        model.modelReset.connect(self._find_again)
        self.set_grid(False)

    def set_grid(self, grid: bool) -> None:
        self._delegate.set_grid(grid)
        self.setViewMode(QListView.ViewMode.IconMode if grid else QListView.ViewMode.ListMode)
        # Either sets these in its own way.
        self.setMovement(QListView.Movement.Static)
        self.setWrapping(grid)
        self.setUniformItemSizes(True)
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(policy)
        self.scheduleDelayedItemsLayout()
        self.scrollTo(self.currentIndex())

    def look_anew(self) -> None:
        """Tell about the one that was looked at even if it will be the same again."""
        self._anew = True

    def enter(self) -> None:
        """From the search: with the first one, if there is none yet."""
        if not self.currentIndex().isValid() and self._apps.rowCount():
            self.setCurrentIndex(self._apps.index(0))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
            Qt.KeyboardModifier.KeypadModifier,
        }
        if plain and event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._toggle(self.currentIndex())
        elif plain and event.text().isprintable() and event.text():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._toggle(self.indexAt(event.position().toPoint()))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        indexes = self.selectedIndexes()
        row = indexes[0].data(Role.ROW) if indexes else None
        if row is None:
            return
        if self._anew or self._seen is None or row_key(row) != row_key(self._seen):
            self._seen, self._anew = row, False
            self.looked_at.emit(row)

    def _toggle(self, index: QModelIndex) -> None:
        if index.isValid():
            self._apps.setData(index, None, Qt.ItemDataRole.CheckStateRole)

    def _find_again(self) -> None:
        """The one that was looked at, if it is still near the top."""
        if self._seen is not None:
            place = self._apps.place(row_key(self._seen))
            if place.isValid():
                self.setCurrentIndex(place)

    def _repaint(self) -> None:
        self.viewport().update()
