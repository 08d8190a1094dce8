"""Find a language among all that there are."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.languages import find_languages
from ui.i18n.language_names import all_languages
from ui.style import style
from ui.widgets.buttons import tall
from ui.widgets.row_padding import PaddedRowDelegate
from ui.widgets.search_field import SearchField

_SIZE = (48, 56)
_CODE = Qt.ItemDataRole.UserRole


class AddLanguageDialog(QDialog):
    """Afterwards `chosen` is the code, if the dialog was accepted."""

    def __init__(self, present: Collection[str], parent: QWidget | None = None) -> None:
        """``present``: those that need not be offered."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add a language"))
        self.resize(*map(style.grown, _SIZE))
        self._search = SearchField(self.tr("Search languages"), self)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Languages"))
        self._list.setUniformItemSizes(True)
        self._list.setItemDelegate(PaddedRowDelegate(self._list))
        self._names = [name for name in all_languages() if name.code not in present]
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._add = buttons.addButton(self.tr("Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._add.setDefault(True)
        self._search.textChanged.connect(self._filter)
        self._search.left_downwards.connect(self._enter)
        self._search.confirmed.connect(self._add.click)
        self._list.currentItemChanged.connect(self._refresh)
        self._list.itemActivated.connect(self.accept)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        tall(*buttons.buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.MARGIN, style.MARGIN, style.MARGIN, style.GAP)
        layout.setSpacing(style.GRID)
        layout.addWidget(self._search)
        layout.addWidget(self._list, 1)
        layout.addWidget(buttons)
        self._filter("")

    @property
    def chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(_CODE)) if item is not None else ""

    def _filter(self, text: str) -> None:
        self._list.clear()
        for name in find_languages(self._names, text):
            item = QListWidgetItem(f"{name.both}  \N{MIDDLE DOT}  {name.code}", self._list)
            item.setData(_CODE, name.code)
        if text.strip():
            self._list.setCurrentRow(0)
        self._refresh()

    def _enter(self) -> None:
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        self._add.setEnabled(bool(self.chosen))
