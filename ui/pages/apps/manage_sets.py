"""The saved sets, to give away or to remove."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QWidget

from app.errors import SatchelError
from app.stick.choices.profile import SET_SUFFIX
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models.messages import from_notice
from ui.state.saved_choices import SavedChoices
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets.buttons import Button
from ui.widgets.dialog import Dialog
from ui.widgets.message_list import MessageList
from ui.widgets.notice import NoticeLabel
from ui.widgets.row_padding import PaddedRowDelegate
from ui.widgets.state_panel import Stateful

_HEIGHT = 240
_NAME = Qt.ItemDataRole.UserRole


class ManageSetsDialog(Dialog):
    def __init__(self, saved: SavedChoices, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Saved sets"), "", parent=parent)
        self._saved = saved
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Saved sets"))
        self._list.setItemDelegate(PaddedRowDelegate(self._list))
        self._list.setMinimumHeight(style.px(_HEIGHT))
        self._list.currentItemChanged.connect(self._refresh)
        self._sets = Stateful(self._list, self)
        self._unusable = MessageList(self.tr("Sets that cannot be used"), self)
        self._remark = NoticeLabel(self)
        self._export = Button(self.tr("Save to a file…"), parent=self)
        self._export.clicked.connect(self._ask_where)
        self._remove = Button(self.tr("Remove"), symbol=Symbol.BIN, parent=self)
        self._remove.clicked.connect(self._take_away)
        self.body.addWidget(self._sets, 1)
        self.body.addWidget(self._unusable)
        self.body.addWidget(self._remark)
        self.add_before_cancel(self._remove)
        self.add_before_cancel(self._export)
        saved.listed.connect(self._show)
        saved.failed.connect(self._fail)
        saved.stored.connect(self._tell)
        saved.busy_changed.connect(self._refresh)
        self._show()

    @property
    def _name(self) -> str:
        item = self._list.currentItem()
        return str(item.data(_NAME)) if item is not None else ""

    def _show(self) -> None:
        entries = self._saved.entries
        self._list.clear()
        for choice in entries.choices:
            if choice.refs is None:
                text = self.tr("%1, cannot be used")
            else:
                text = self.tr("%1, %n app(s)", "", choice.refs)
            QListWidgetItem(filled(text, choice.name), self._list).setData(_NAME, choice.name)
        if entries.choices:
            self._sets.show_content()
            self._list.setCurrentRow(0)
        else:
            self._sets.show_panel().show_empty(
                self.tr("Nothing is saved"),
                self.tr("Choose apps, then save them as a set."),
                icon=Symbol.BOOKMARK,
            )
        self._unusable.show_messages(map(from_notice, entries.notices))
        self._unusable.setVisible(bool(entries.notices))
        self._remark.say("")
        self._refresh()

    def _refresh(self) -> None:
        for button in (self._export, self._remove):
            button.setEnabled(bool(self._name) and not self._saved.busy)

    def _ask_where(self) -> None:
        path = where_to(self, self.tr("Save the set"), self._name)
        if path is not None:
            self._saved.export_saved(self._name, path)

    def _take_away(self) -> None:
        self._saved.remove(self._name)

    def _tell(self, name: str) -> None:
        self._remark.say(filled(self.tr("It was written to %1."), name), icon=Symbol.CIRCLE_CHECK)

    def _fail(self, error: SatchelError) -> None:
        text = worded_together(error.message, error.hint)
        self._remark.say(text, icon=Symbol.ERROR, tone=style.Tone.BAD)


def where_to(parent: QWidget, title: str, name: str) -> Path | None:
    """Ask for the file to write a set to."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, f"{name}{SET_SUFFIX}")
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_name(f"{path.name}{SET_SUFFIX}")
