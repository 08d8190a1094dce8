"""Find a language among all that there are."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.languages import find_languages
from ui.i18n.language_names import all_languages
from ui.style import style
from ui.widgets import labels
from ui.widgets.dialog import Dialog
from ui.widgets.row_padding import PaddedRowDelegate
from ui.widgets.search_field import SearchField

_ROWS_HEIGHT = 264
_CODE = Qt.ItemDataRole.UserRole


class AddLanguageDialog(Dialog):
    """Afterwards `chosen` is the code, if the dialog was accepted."""

    def __init__(self, present: Collection[str], parent: QWidget | None = None) -> None:
        """``present``: those that need not be offered."""
        super().__init__(self.tr("Add a language"), self.tr("Add"), parent=parent)
        self._search = SearchField(self.tr("Search in any language"), self)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Languages"))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setProperty("upstream", True)
        self._list.setItemDelegate(PaddedRowDelegate(self._list))
        self._list.setFixedHeight(style.px(_ROWS_HEIGHT))
        self._none = labels.body(quiet=True, parent=self)
        self._none.setText(self.tr("No language is called that."))
        self._names = [name for name in all_languages() if name.code not in present]
        self._search.textChanged.connect(self._filter)
        self._search.left_downwards.connect(self._enter)
        self._search.confirmed.connect(self.verb.click)
        self._list.currentItemChanged.connect(self._refresh)
        self._list.itemActivated.connect(self.accept)
        self.acted.connect(self.accept)
        self.body.addWidget(self._search)
        self.body.addWidget(self._list)
        self.body.addWidget(self._none)
        self._filter("")
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(_CODE)) if item is not None else ""

    def _filter(self, text: str) -> None:
        self._list.clear()
        for name in find_languages(self._names, text):
            item = QListWidgetItem(name.both, self._list)
            item.setData(_CODE, name.code)
        if text.strip():
            self._list.setCurrentRow(0)
        self._none.setVisible(not self._list.count())
        self._refresh()

    def _enter(self) -> None:
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        self.verb.explain("" if self.chosen else self.tr("First choose a language."))
