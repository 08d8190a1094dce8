"""A few numbers that matter, side by side, each with its name below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.style import style
from ui.widgets.labels import Label


class KeyNumbers(QWidget):
    """Numbers with digits of one width, so that nothing moves when they change."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self._values = [Label(size=style.Text.HEADING, bold=True, parent=self) for _ in self._names]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.MARGIN)
        for name, value in zip(self._names, self._values, strict=True):
            value.setFont(style.digits(value.font()))
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(value)
            column.addWidget(Label(name, quiet=True, parent=self))
            row.addLayout(column)
        row.addStretch(1)

    def show_values(self, values: Sequence[str]) -> None:
        for name, label, value in zip(self._names, self._values, values, strict=True):
            label.setText(value)
            label.setAccessibleName(f"{name}: {value}")
