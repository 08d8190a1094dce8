"""What could not be had of a choice, and why; calmly, by name."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from ui.models.messages import MessageItem
from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.message_list import MessageList

_SIZE = (64, 44)


class ChoiceNotesDialog(QDialog):
    """A sentence that sums it up, and the list."""

    def __init__(
        self,
        title: str,
        summary: str,
        messages: Iterable[MessageItem],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*map(style.grown, _SIZE))
        notes = MessageList(self.tr("What is missing"), self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        tall(*buttons.buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.MARGIN, style.MARGIN, style.MARGIN, style.GAP)
        layout.setSpacing(style.GAP)
        layout.addWidget(labels.heading(summary, self))
        layout.addWidget(notes, 1)
        layout.addWidget(buttons)
        notes.show_messages(messages)
