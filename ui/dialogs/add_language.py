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
        for code, name in all_languages():
            if code not in present:
                item = QListWidgetItem(f"{name}  \N{MIDDLE DOT}  {code}", self._list)
                item.setData(_CODE, code)
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
        self._refresh()

    @property
    def chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(_CODE)) if item is not None and not item.isHidden() else ""

    def _filter(self, text: str) -> None:
        typed = text.strip().casefold().replace("-", "_")
        words = typed.split()
        best: tuple[int, QListWidgetItem] | None = None
        for number in range(self._list.count()):
            item = self._list.item(number)
            name = item.text().casefold()
            shown = all(word in name for word in words)
            item.setHidden(not shown)
            fit = (str(item.data(_CODE)).casefold() == typed) * 2 + name.startswith(typed)
            if shown and (best is None or fit > best[0]):
                best = fit, item
        if words and best is not None:
            self._list.setCurrentItem(best[1])
            self._list.scrollToItem(best[1])
        self._refresh()

    def _enter(self) -> None:
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        self._add.setEnabled(bool(self.chosen))
