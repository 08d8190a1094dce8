"""What a choice adds to the drive, always in sight: a picture, and a sentence that says it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.controllers.cost_status import CostState, CostStatus
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.wording import worded_together
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets.notice import NoticeLabel
from ui.widgets.space_bar import SpaceBar


class CostMeter(QWidget):
    """The bar of the drive's space with the choice in it, and below it what it means."""

    def __init__(self, beside: QWidget, parent: QWidget | None = None) -> None:
        """``beside``: what stands before the sentence."""
        super().__init__(parent)
        self._bar = SpaceBar(self)
        self._remark = NoticeLabel(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(self._bar)
        row = QHBoxLayout()
        row.setSpacing(style.GAP)
        row.addWidget(beside, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._remark, 1)
        layout.addLayout(row)
        self.show_cost(CostStatus())

    @property
    def sentence(self) -> str:
        return self._remark.text

    def show_cost(self, cost: CostStatus) -> None:
        """With nothing chosen, what the drive has room for. What is not known stays as it was."""
        if cost.space is not None:
            space = cost.space
            self._bar.show_space(space.total, space.total - space.free, cost.write)
        match cost.state:
            case CostState.ESTIMATING:
                self._say(Symbol.CLOCK, None, self.tr("Working out what this needs…"))
            case CostState.NOTHING_CHOSEN:
                self._say(Symbol.INFO, None, self.tr("Choose what should go on the drive."))
            case CostState.FITS:
                self._say(Symbol.CIRCLE_CHECK, style.Tone.GOOD, self._fitting(cost))
            case CostState.MAY_NOT_FIT:
                text = self.tr("It may not fit: it needs up to %1, and %2 are free.")
                free = cost.space.free if cost.space is not None else 0
                text = filled(text, sized(cost.write), sized(free))
                self._say(Symbol.WARNING, style.Tone.WARN, text)
            case CostState.TOO_LARGE | CostState.REFUSED:
                error = cost.error
                text = worded_together(error.message, error.hint) if error else ""
                self._say(Symbol.ERROR, style.Tone.BAD, text)

    def _fitting(self, cost: CostStatus) -> str:
        text = filled(self.tr("It fits. %1 to download."), sized(cost.fetch))
        if cost.parts:
            more = self.tr("%n part(s) that it needs come along, each only once.", "", cost.parts)
            text += f" {more}"
        return text

    def _say(self, icon: Symbol, tone: style.Tone | None, text: str) -> None:
        self._remark.say(text, icon=icon, tone=tone)
        # Nothing moves when the sentence becomes longer by a line.
        self._remark.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
