"""A few views of the same thing, of which one is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QWidget

from ui.style import style
from ui.style.properties import mark
from ui.widgets.buttons import ToolButton

_TIGHT_UNDER = 560


class Segments(QFrame):
    """Buttons in one track; the arrow keys move between them.

    Signals:
        chosen(int): the person wants the view of that number.
    """

    chosen = Signal(int)

    def __init__(self, name: str, texts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("surface", "track")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*(4 * (style.px(3),)))
        layout.setSpacing(style.px(2))
        self._group = QButtonGroup(self)
        for number, text in enumerate(texts):
            button = ToolButton(self)
            button.setText(text)
            button.setFont(style.medium())
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            self._group.addButton(button, number)
            layout.addWidget(button)
        self.show_segment(0)
        self._group.idClicked.connect(self.chosen)

    def fit(self, width: int) -> None:
        """For a page of that ``width``: with less around the words where the rest needs room."""
        tight = width < style.px(_TIGHT_UNDER)
        for button in self._group.buttons():
            mark(button, "tight", tight)

    @property
    def current(self) -> int:
        return self._group.checkedId()

    def show_segment(self, number: int) -> None:
        """Nothing is signalled."""
        self._group.button(number).setChecked(True)
        # Qt does so only for the keyboard: the tab key leads to the one that is on.
        for button in self._group.buttons():
            on = button.isChecked()
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)
