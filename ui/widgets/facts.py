"""What there is to know about something, at a glance: tiles with a sign, and figures."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.card import Card, Surface
from ui.widgets.labels import Ink, Label

_NOTHING = "\N{NO-BREAK SPACE}"
_COLUMNS = 2
_WRAPS_UNDER = 500
"""What is left for three figures beside a meter in a window 780 wide is less."""


class Fact(Struct, frozen=True):
    symbol: Symbol
    strong: str
    text: str
    good: bool = False


class FactTile(Card):
    """One fact; good ones are tinted."""

    def __init__(self, fact: Fact, parent: QWidget | None = None) -> None:
        super().__init__(padding=style.INNER, parent=parent)
        self.setProperty("fact", True)
        self._sign = QLabel(self)
        self._strong = labels.strong(parent=self)
        self._text = labels.small(parent=self)
        row = QHBoxLayout()
        row.setSpacing(style.px(style.GRID))
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._strong, 1)
        self.body.setSpacing(style.px(2))
        self.body.addLayout(row)
        self.body.addWidget(self._text)
        self.body.addStretch(1)
        self.show_fact(fact)

    def show_fact(self, fact: Fact) -> None:
        self.set_surface(Surface.CHOSEN if fact.good else Surface.SUNKEN)
        tone = style.Tone.GOOD if fact.good else None
        icons.give(self._sign, fact.symbol, tone=tone, side=style.Icon.SMALL)
        self._strong.setText(fact.strong)
        self._strong.set_ink(Ink.ACCENT if fact.good else Ink.TEXT)
        self._text.setText(fact.text)
        self._text.setVisible(bool(fact.text))


class FactGrid(QWidget):
    """Facts, two beside each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[FactTile] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(style.px(style.GRID))
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        while len(self._tiles) < len(facts):
            number = len(self._tiles)
            tile = FactTile(facts[number], self)
            self._tiles.append(tile)
            self._grid.addWidget(tile, number // _COLUMNS, number % _COLUMNS)
        for number, tile in enumerate(self._tiles):
            tile.setVisible(number < len(facts))
            if number < len(facts):
                tile.show_fact(facts[number])


class Figure(Struct, frozen=True):
    """``wrong``: the remark says what is the matter."""

    label: str
    number: str
    remark: str = ""
    wrong: bool = False


class FigureView(QWidget):
    """A small label, a number, a small remark.

    Signals: resized(): its remark may have more or fewer lines.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = labels.small(parent=self)
        self._number = Label(size=style.Text.NUMBER, parent=self)
        self._remark = labels.small(parent=self)
        labels.keep_place(self._remark)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        # A label of two lines grows upwards: numbers beside each other stand on one line.
        layout.addStretch(1)
        for label in (self._label, self._number, self._remark):
            layout.addWidget(label)
        self._below = QSpacerItem(0, 0)
        layout.addSpacerItem(self._below)
        self._column = layout

    def show_figure(self, figure: Figure) -> None:
        self._label.setText(figure.label)
        self._number.setText(figure.number)
        self._number.set_ink(Ink.BAD if figure.wrong else Ink.TEXT)
        # Its line stays where there is none, so that nothing moves when it comes.
        self._remark.setText(figure.remark or _NOTHING)
        self._remark.setVisible(bool(figure.remark))
        self._remark.set_ink(Ink.BAD if figure.wrong else Ink.SOFT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    @property
    def remark_height(self) -> int:
        """Of its lines, as wide as it is."""
        return self._remark.heightForWidth(self.width())

    def reserve(self, below: int) -> None:
        """As much room below the remark as the remarks beside it have more lines."""
        if below != self._below.sizeHint().height():
            self._below.changeSize(0, below)
            self._column.invalidate()


class Figures(QWidget):
    """Figures beside each other, below each other where there is little room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: list[FigureView] = []
        self._beside = True
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(style.px(style.SECTION))
        self._grid.setVerticalSpacing(style.px(style.INNER))

    def show_figures(self, figures: Sequence[Figure]) -> None:
        while len(self._views) < len(figures):
            self._views.append(FigureView(self))
            self._views[-1].resized.connect(self._level)
            self._place()
        for view, figure in zip(self._views, figures, strict=False):
            view.show_figure(figure)
        self._fit(self.width())

    def minimumSizeHint(self) -> QSize:
        """As narrow as below each other: what they need beside each other would make them wider,
        and so keep them there, or go back and forth without end."""
        hint = super().minimumSizeHint()
        widths = (view.minimumSizeHint().width() for view in self._views)
        return QSize(max(widths, default=hint.width()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        needed = sum(view.minimumSizeHint().width() for view in self._views)
        needed += max(0, len(self._views) - 1) * self._grid.horizontalSpacing()
        beside = width >= max(style.px(_WRAPS_UNDER), needed)
        if beside != self._beside:
            self._beside = beside
            self._place()
        self._level()

    def _level(self) -> None:
        """Numbers beside each other stand on one line, whatever is remarked on them."""
        heights = [view.remark_height for view in self._views]
        for view, height in zip(self._views, heights, strict=True):
            view.reserve(max(heights) - height if self._beside else 0)

    def _place(self) -> None:
        for number, view in enumerate(self._views):
            self._grid.removeWidget(view)
            row, column = (0, number) if self._beside else (number, 0)
            self._grid.addWidget(view, row + 1, column)
        for column in range(len(self._views)):
            self._grid.setColumnStretch(column, int(self._beside or column == 0))
        # In the middle of what is higher.
        for row in range(len(self._views) + 2):
            self._grid.setRowStretch(row, int(row in (0, len(self._views) + 1)))
