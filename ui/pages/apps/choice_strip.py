"""The foot of the Apps page: icons of what is chosen, what it comes to, and the drive with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.controllers.choice import ChoiceStatus
from ui.controllers.cost_status import CostState
from ui.i18n.filling import filled
from ui.pages.apps.choice_words import LineTone, strip_line, summed, ticked
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.meter import MeterParts, MeterState
from ui.widgets import labels
from ui.widgets.chevrons import ChevronButton
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.labels import Ink
from ui.widgets.overlapping_icons import OverlappingIcons
from ui.widgets.strokes import Stroke

_MOST = 8
_MOST_NARROW = 4
_METER = (176, 28)
_NARROW = 640
"""Width of the strip in design pixels below which it says less."""
_WITHOUT_METER = 460
_WITHOUT_ICONS = 300
_INKS = {
    LineTone.PLAIN: Ink.SOFT,
    LineTone.SOFT: Ink.SOFT,
    LineTone.WARM: Ink.WARM,
    LineTone.BAD: Ink.BAD,
}


class ChoiceStrip(QWidget):
    """Signals: opened(): the choice itself is to be seen.

    Attributes: button: what opens it.
    """

    opened = Signal()

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = ChoiceStatus()
        self._icons = OverlappingIcons(pictures, self)
        self._icons.setCursor(Qt.CursorShape.PointingHandCursor)
        self._icons.pressed.connect(self.opened)
        self.button = ChevronButton("", Stroke.UP, parent=self)
        self.button.setProperty("kind", "strip")
        self.button.setFont(style.font(style.Text.STRONG))
        self.button.clicked.connect(self.opened)
        # In two lines where large letters leave no room for one.
        self._line = labels.small(parent=self)
        # Below the text of the button, which has a ring around it.
        self._line.setIndent(style.px(style.HALF))
        self._meter = DriveMeter(*_METER, parent=self)
        self._meter.setAccessibleName(self.tr("Room on the drive"))
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addStretch(1)
        said.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        said.addWidget(self._line)
        said.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(style.GAP))
        row.addWidget(self._icons)
        row.addLayout(said, 1)
        row.addWidget(self._meter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.show_status(self._status)

    @property
    def sentence(self) -> str:
        return self._line.text()

    def show_status(self, status: ChoiceStatus) -> None:
        self._status = status
        text = summed(status) or self.tr("Your choice")
        self.button.setAccessibleName(filled(self.tr("Your choice: %1"), text))
        self._icons.show_apps(ticked(status))
        self._show_line()
        self._show_sum()
        self._show_meter()

    def _show_sum(self) -> None:
        """Without the size where there is no room for all of it."""
        others = [part for part in (self._icons, self._meter) if not part.isHidden()]
        gap = style.px(style.GAP)
        room = self.width() - sum(part.sizeHint().width() + gap for part in others)
        self.button.setText(summed(self._status) or self.tr("Your choice"))
        if self._status.changes and self.button.sizeHint().width() > room:
            self.button.setText(summed(self._status, short=True))

    def _show_line(self) -> None:
        line = strip_line(self._status, short=self._is_narrow)
        self._line.setText(line.text)
        self._line.setToolTip(line.text)
        # The sentence says what the meter shows.
        width = QFontMetrics(self._line.font()).horizontalAdvance(line.text)
        beside = self._icons.sizeHint().width() if not self._icons.isHidden() else 0
        room = self.width() - beside - self._meter.sizeHint().width() - 2 * style.px(style.GAP)
        self._meter.setVisible(self.width() >= style.px(_WITHOUT_METER) and width <= room)
        self._line.set_ink(_INKS[line.tone])
        self.button.setAccessibleDescription(line.text)

    def _show_meter(self) -> None:
        cost = self._status.cost
        if cost.space is None:
            self._meter.show_parts(MeterParts(), MeterState.GHOST, self._line.text())
            return
        space = cost.space
        new = 0 if cost.state is CostState.NOTHING_CHOSEN else cost.write
        used = space.total - space.free - cost.freed
        parts = MeterParts.of(space.total, used=used, new=new)
        too_much = cost.state is CostState.TOO_LARGE
        state = MeterState.TOO_MUCH if too_much else MeterState.ROOM
        self._meter.show_parts(parts, state, self._line.text())

    def minimumSizeHint(self) -> QSize:
        """Icons and the drawing go where there is no room for them."""
        return self.button.minimumSizeHint()

    @property
    def _is_narrow(self) -> bool:
        return self.width() < style.px(_NARROW)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._icons.show_most(_MOST_NARROW if self._is_narrow else _MOST)
        self._icons.allow(self.width() >= style.px(_WITHOUT_ICONS))
        self._show_line()
        self._show_sum()
