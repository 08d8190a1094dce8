"""What could not be had of a choice, and why; calmly, by name."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.models.messages import MessageItem
from ui.style import style
from ui.widgets import labels
from ui.widgets.dialog import Dialog
from ui.widgets.message_list import MessageList

_WIDTH = 560
_HEIGHT = 240


class ChoiceNotesDialog(Dialog):
    """A sentence that sums it up, and the list."""

    def __init__(
        self,
        title: str,
        summary: str,
        messages: Iterable[MessageItem],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, "", width=_WIDTH, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        notes = MessageList(self.tr("What is missing"), self)
        notes.setFixedHeight(style.px(_HEIGHT))
        if summary != title:
            self.body.addWidget(labels.body(summary, parent=self))
        self.body.addWidget(notes)
        notes.show_messages(messages)
