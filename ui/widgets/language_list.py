"""The person's languages in their order, and the buttons to change it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from ui.dialogs.add_language import AddLanguageDialog
from ui.i18n.language_names import both_names, is_known
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets.buttons import tall
from ui.widgets.row_padding import PaddedRowDelegate

_ROWS = 5
_CODE = Qt.ItemDataRole.UserRole


class LanguageList(QWidget):
    """Signals: wanted(object): a tuple of codes, best first; empty for those of the computer."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialog: AddLanguageDialog | None = None
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Languages, best first"))
        self._list.setItemDelegate(PaddedRowDelegate(self._list))
        self._list.currentItemChanged.connect(self._refresh)
        height = self._list.fontMetrics().lineSpacing() + style.GRID
        self._list.setMinimumHeight(_ROWS * height)
        # As high as the buttons beside it.
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._add = self._button(self.tr("Add…"), Symbol.PLUS)
        self._add.setAccessibleName(self.tr("Add a language"))
        self._remove = self._button(self.tr("Remove"), Symbol.MINUS)
        self._remove.setAccessibleName(self.tr("Remove the language"))
        self._first = self._button(self.tr("Make it the first"))
        self._usual = self._button(self.tr("As on this computer"))
        self._usual.setAccessibleName(self.tr("Languages as on this computer"))
        self._add.clicked.connect(self._ask)
        self._remove.clicked.connect(self._take_away)
        self._first.clicked.connect(self._prefer)
        self._usual.clicked.connect(self._reset)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(style.GRID)
        buttons = (self._add, self._remove, self._first, self._usual)
        grid.addWidget(self._list, 0, 0, len(buttons) + 1, 1)
        for row, button in enumerate(buttons):
            grid.addWidget(button, row, 1)
        grid.setRowStretch(len(buttons), 1)
        grid.setColumnStretch(0, 1)
        self.setFocusProxy(self._list)
        self._refresh()

    @property
    def languages(self) -> tuple[str, ...]:
        items = (self._list.item(row) for row in range(self._list.count()))
        return tuple(str(code) for item in items if (code := item.data(_CODE)))

    def show_languages(self, languages: Sequence[str], *, own: bool) -> None:
        """``own``: the person has set them; else they are the computer's."""
        shown = [code for code in languages if is_known(code)]
        self._usual.setEnabled(own)
        if shown and tuple(shown) == self.languages:
            return
        current = self._list.currentItem()
        kept = current.data(_CODE) if current is not None else None
        self._list.clear()
        for code in shown:
            item = QListWidgetItem(both_names(code), self._list)
            item.setData(_CODE, code)
            if code == kept:
                self._list.setCurrentItem(item)
        if not shown:
            # As where the locale is C.
            empty = QListWidgetItem(self.tr("This computer names none: texts are English"))
            empty.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(empty)
        self._refresh()

    def _button(self, text: str, icon: Symbol | None = None) -> QPushButton:
        button = QPushButton(text, self)
        button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        tall(button)
        if icon is not None:
            icons.give(button, icon)
        return button

    def _refresh(self) -> None:
        row = self._list.currentRow()
        self._remove.setEnabled(row >= 0 and len(self.languages) > 1)
        self._first.setEnabled(row > 0)

    def _ask(self) -> None:
        self._dialog = AddLanguageDialog(self.languages, self)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.accepted.connect(self._take)
        self._dialog.open()

    def _take(self) -> None:
        if self._dialog is not None and self._dialog.chosen:
            self.wanted.emit((*self.languages, self._dialog.chosen))

    def _take_away(self) -> None:
        row = self._list.currentRow()
        self.wanted.emit((*self.languages[:row], *self.languages[row + 1 :]))

    def _prefer(self) -> None:
        row = self._list.currentRow()
        languages = self.languages
        self.wanted.emit((languages[row], *languages[:row], *languages[row + 1 :]))

    def _reset(self) -> None:
        self.wanted.emit(())
