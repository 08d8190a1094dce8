"""The drives that get the same apps, each with what is written to it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from ui.models.several_words import DriveLine
from ui.style import style
from ui.style.meter import MeterState
from ui.widgets import labels
from ui.widgets.card import RowsCard
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.labels import Ink, Label

_METER, _NO_METER = (150, 36), (0, 0)
_METER_FROM = 560
_EDGE = 20


class DriveRows(RowsCard):
    """As many rows as there are drives."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: list[_DriveRow] = []
        self.hide()

    def show_lines(self, lines: Sequence[DriveLine]) -> None:
        """None for one drive alone."""
        for view in self._views[len(lines) :]:
            self.remove_row(view)
        del self._views[len(lines) :]
        for number, line in enumerate(lines):
            if number == len(self._views):
                self._views.append(_DriveRow(self))
                self.add_row(self._views[number])
            self._views[number].show_line(line)
        self.setVisible(bool(lines))


class _DriveRow(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._meter = DriveMeter(*_METER, self)
        self._name = labels.strong(parent=self)
        self._about = labels.small(parent=self)
        self._leaves = labels.small(ink=Ink.TEXT, parent=self)
        self._said = Label(size=style.Text.BODY, parent=self)
        self._beside = labels.small(parent=self)
        self._beside.setWordWrap(False)
        named, numbers = QVBoxLayout(), QVBoxLayout()
        for column, parts in (
            (named, (self._name, self._about, self._leaves)),
            (numbers, (self._said, self._beside)),
        ):
            column.setSpacing(0)
            for part in parts:
                column.addWidget(part)
        for label in (self._name, self._about, self._leaves):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        for label in (self._said, self._beside):
            label.setFont(style.digits(label.font()))
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        edge, between = style.px(_EDGE), style.px(style.INNER)
        row.setContentsMargins(edge, between, edge, between)
        row.setSpacing(0)
        row.addWidget(self._meter)
        self._gap = QSpacerItem(edge, 0)
        row.addSpacerItem(self._gap)
        row.addLayout(named, 1)
        row.addSpacing(edge)
        row.addLayout(numbers)
        self._row = row

    def show_line(self, line: DriveLine) -> None:
        state = MeterState.TOO_MUCH if line.wrong else MeterState.ROOM
        self._meter.show_parts(line.parts, state, f"{line.said}, {line.beside}", plug=line.plug)
        self._meter.setAccessibleName(line.name)
        self._name.setText(line.name)
        self._about.setText(line.about)
        self._leaves.setText(line.leaves)
        self._leaves.setVisible(bool(line.leaves))
        self._said.setText(line.said)
        self._beside.setText(line.beside)
        self._beside.set_ink(Ink.BAD if line.wrong else Ink.SOFT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        drawn = event.size().width() >= style.px(_METER_FROM)
        self._meter.set_design(*(_METER if drawn else _NO_METER))
        gap = style.px(_EDGE) if drawn else 0
        if gap != self._gap.sizeHint().width():
            self._gap.changeSize(gap, 0)
            self._row.invalidate()
