"""Surfaces that things lie on: a fill, a line around it, round corners."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.style import style
from ui.style.properties import mark


class Surface(Enum):
    """What a card looks like; the style sheet draws each."""

    CARD = "card"
    CHOSEN = "chosen"
    SUNKEN = "sunken"
    WARM = "warm"
    BAD = "bad"


class Card(QFrame):
    """Attributes: body: what lies on it, below each other."""

    def __init__(
        self,
        surface: Surface = Surface.CARD,
        *,
        padding: int = style.CARD,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", surface.value)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*(4 * (style.px(padding),)))
        self.body.setSpacing(style.px(style.GRID))

    def set_surface(self, surface: Surface) -> None:
        mark(self, "surface", surface.value)


class RowsCard(Card):
    """Rows over the whole width, with a line between each two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, parent=parent)
        self.body.setSpacing(0)
        self._rows: list[tuple[Line, QWidget]] = []

    @contextmanager
    def still(self) -> Iterator[None]:
        """Whatever is done to many rows here is laid out once, afterwards: on a card that is seen
        Qt does it anew for all of them whenever one comes, or a part of it is shown."""
        self.body.setEnabled(False)
        try:
            yield
        finally:
            self.body.setEnabled(True)
            self.body.update()

    def add_row(self, row: QWidget, place: int | None = None) -> None:
        """At the end, or as the row with that number; a row that is hidden takes its line with it
        once `arrange` is called."""
        line = Line(self)
        place = len(self._rows) if place is None else place
        self._rows.insert(place, (line, row))
        self.body.insertWidget(2 * place, line)
        self.body.insertWidget(2 * place + 1, row)
        if not row.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            # A card that is shown already would do it only later.
            row.show()
        if place < len(self._rows) - 1:
            self.arrange()
        else:
            others = (each for _, each in self._rows[:place])
            line.setVisible(not row.isHidden() and not all(each.isHidden() for each in others))

    def remove_row(self, row: QWidget) -> None:
        """It is deleted."""
        for pair in [pair for pair in self._rows if pair[1] is row]:
            self._rows.remove(pair)
            self._drop(pair)
        self.arrange()

    def arrange(self) -> None:
        """Lines between the rows that are shown now."""
        first = True
        for line, row in self._rows:
            line.setVisible(not row.isHidden() and not first)
            first = first and row.isHidden()

    def clear(self) -> None:
        """Without rows; they are deleted."""
        for pair in self._rows:
            self._drop(pair)
        self._rows.clear()

    def _drop(self, pair: tuple[Line, QWidget]) -> None:
        for widget in pair:
            self.body.removeWidget(widget)
            widget.hide()
            widget.deleteLater()


class Line(QFrame):
    """A line of the width of what it lies in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "line")
        self.setFixedHeight(1)
