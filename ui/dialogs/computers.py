"""The computers that said what they need: what each will get of what is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.models.computer_words import computer_items
from ui.state.choice import Choice
from ui.style import style
from ui.widgets import labels
from ui.widgets.dialog import Dialog
from ui.widgets.message_list import MessageList

_WIDTH = 560
_HEIGHT = 320
"""At most; fewer computers need less."""


class ComputersDialog(Dialog):
    """One below the other, each with what is in the way."""

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        count = len(choice.computers)
        super().__init__(self.tr("For %n computer(s)", "", count), "", width=_WIDTH, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        about = self.tr("What each will get from the drive. Their own files said what they have.")
        self.body.addWidget(labels.body(about, quiet=True, parent=self))
        computers = MessageList(self.tr("What each computer will get"), self)
        computers.setMaximumHeight(style.px(_HEIGHT))
        self.body.addWidget(computers)
        chosen = frozenset(each.ref for each in choice.refs)
        computers.show_messages(computer_items(choice.computers, chosen))
