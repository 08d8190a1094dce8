"""Whether the next drive gets the same apps, and how many were made today."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.i18n.filling import filled
from ui.i18n.numbers import counted
from ui.style import style
from ui.widgets import labels
from ui.widgets.card import Card
from ui.widgets.check_box import Switch
from ui.widgets.labels import Label
from ui.widgets.text_and_control import TextAndControl

_LEAST = 240
"""What the words have to have beside the number, in design pixels."""


class KeepGoingCard(Card):
    """Signals: switched(bool): a person has switched it."""

    switched = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=style.GAP, parent=parent)
        name = self.tr("Keep going with the next drive")
        meaning = self.tr(
            "Pull a ready one out and plug the next one in: it starts by itself. Drives with other "
            "files on them are asked about first."
        )
        self._switch = Switch(name, self)
        self._switch.setAccessibleDescription(meaning)
        self._switch.clicked.connect(self.switched)
        self._count = Label(size=style.Text.NUMBER, parent=self)
        self._below = labels.small(self.tr("made today"), parent=self)
        self._below.setWordWrap(False)
        for label in (self._count, self._below):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        told, self._made = QWidget(self), QWidget(self)
        said, counts = QVBoxLayout(told), QVBoxLayout(self._made)
        for column, parts in (
            (said, (labels.strong(name, self), labels.small(meaning, parent=self))),
            (counts, (self._count, self._below)),
        ):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addStretch(1)
            for part in parts:
                column.addWidget(part)
            column.addStretch(1)
        row = QHBoxLayout()
        row.setContentsMargins(style.px(style.HALF), 0, style.px(style.HALF), 0)
        row.setSpacing(style.px(style.GAP))
        row.addWidget(self._switch)
        row.addLayout(TextAndControl(told, self._made, least=_LEAST), 1)
        self.body.addLayout(row)

    @property
    def switch(self) -> Switch:
        return self._switch

    def show_state(self, *, on: bool, made: int) -> None:
        self._switch.setChecked(on)
        self._count.setText(counted(made))
        self._count.setAccessibleName(filled(self.tr("%1 made today"), counted(made)))
        self._made.setVisible(made > 0)
