"""Several drives that get the same apps: a row for each, and whether others may follow."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.controllers.many_view import ManyStatus
from ui.pages.make.keep_going_card import KeepGoingCard
from ui.pages.make.many_row import ManyRow
from ui.style import style
from ui.widgets.card import RowsCard


class ManyView(QWidget):
    """Signals:
    ejected(int), explained(int), answered(int, bool): as of `ManyRow`.
    switched(bool): whether it is to keep going.
    asked(QWidget): that row asks something now.

    Whether it keeps going stands above the rows: below a dozen nobody would see it.
    """

    ejected = Signal(int)
    explained = Signal(int)
    answered = Signal(int, bool)
    switched = Signal(bool)
    asked = Signal(QWidget)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ManyRow] = []
        self._card = RowsCard(self)
        self._keep = KeepGoingCard(self)
        self._keep.switched.connect(self.switched)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.INNER))
        layout.addWidget(self._keep)
        layout.addWidget(self._card)
        layout.addStretch(1)

    @property
    def rows(self) -> tuple[ManyRow, ...]:
        return tuple(self._rows)

    @property
    def keep_going(self) -> KeepGoingCard:
        return self._keep

    def show_status(self, status: ManyStatus) -> None:
        for gone in self._rows[len(status.rows) :]:
            self._card.remove_row(gone)
        del self._rows[len(status.rows) :]
        last = len(status.rows) - 1
        asking = [row for row in self._rows if row.asks]
        for number, row in enumerate(status.rows):
            if number == len(self._rows):
                self._add()
            ends = number == 0, number == last
            self._rows[number].show_row(row, paused=status.paused, ends=ends)
        self._keep.setVisible(not status.source)
        self._keep.show_state(on=status.keeps_going, made=status.made)
        for shown in self._rows:
            if shown.asks and shown not in asking:
                self.asked.emit(shown)
                break

    def _add(self) -> None:
        row = ManyRow(self._card)
        row.ejected.connect(self.ejected)
        row.explained.connect(self.explained)
        row.answered.connect(self.answered)
        self._rows.append(row)
        self._card.add_row(row)
