"""What a choice adds to the drive, always in sight: a picture, and a sentence that says it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import SatchelError
from app.stick.planning.estimate import DoesNotFitError, check_room
from app.stick.planning.plan import Action, Cost
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.wording import worded
from ui.style import style
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
        self.show_working()

    @property
    def sentence(self) -> str:
        return self._remark.text

    def show_working(self) -> None:
        """It is being worked out. The picture stays as it was until then."""
        self._say("time", None, self.tr("Working out what this needs…"))

    def show_cost(self, cost: Cost) -> None:
        """What the present choice comes to; with nothing chosen, what the drive has room for."""
        estimate = cost.estimate
        space = estimate.space
        chosen = any(item.chosen and item.action is not Action.KEEP for item in cost.items)
        adds = estimate.write if chosen else 0
        self._bar.show_space(space.total, space.total - space.free, adds)
        if not chosen:
            self._say("info", None, self.tr("Choose what should go on the drive."))
            return
        try:
            check_room(estimate)
        except DoesNotFitError as error:
            self._say("error", style.Tone.BAD, f"{worded(error.message)} {worded(error.hint)}")
            return
        if cost.left < 0:
            text = self.tr("It may not fit: it needs up to %1, and %2 are free.")
            text = filled(text, sized(estimate.write), sized(space.free))
            self._say("warning", style.Tone.WARN, text)
            return
        along = sum(1 for item in cost.items if not item.chosen and item.action is Action.ADD)
        text = filled(self.tr("It fits. %1 to download."), sized(estimate.fetch))
        if along:
            text += " " + self.tr("%n part(s) that it needs come along, each only once.", "", along)
        self._say("ok", style.Tone.GOOD, text)

    def show_error(self, error: SatchelError) -> None:
        """Why it cannot be told, or cannot be."""
        self._say("error", style.Tone.BAD, f"{worded(error.message)} {worded(error.hint)}".rstrip())

    def _say(self, icon: str, tone: style.Tone | None, text: str) -> None:
        self._remark.say(text, icon=icon, tone=tone)
        # Nothing moves when the sentence becomes longer by a line.
        self._remark.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
