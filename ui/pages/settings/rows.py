"""Rows of a card of settings: what is set on the left, the control for it on the right."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.style import style
from ui.widgets import labels
from ui.widgets.card import RowsCard
from ui.widgets.text_and_control import TextAndControl

_AROUND = 11
"""Above and below, so that a row with a field is as high as the design has it."""


class SettingRow(QWidget):
    """Attributes: below: the layout for what takes the whole width."""

    def __init__(
        self,
        name: str,
        remark: str = "",
        control: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = labels.body(name, parent=self)
        self._remark = labels.small(remark, parent=self)
        self._remark.setVisible(bool(remark))
        said = QWidget(self)
        lines = QVBoxLayout(said)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self._name)
        lines.addWidget(self._remark)
        self.below = QVBoxLayout()
        self.below.setSpacing(style.px(style.GRID))
        layout = QVBoxLayout(self)
        edge, around = style.px(style.CARD), style.px(_AROUND)
        layout.setContentsMargins(edge, around, edge, around)
        layout.setSpacing(style.px(style.GRID))
        layout.addLayout(TextAndControl(said, control))
        layout.addLayout(self.below)

    def say(self, remark: str) -> None:
        """What is small below the name; empty for nothing."""
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))


class SettingsCard(QWidget):
    """A heading, and a card of rows below it.

    Attributes: rows: the card.
    """

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowsCard(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        layout.addWidget(labels.heading(heading, self))
        layout.addWidget(self.rows)
