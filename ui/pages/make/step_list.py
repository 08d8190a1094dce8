"""Get, Save, Check: which steps of a job are done, and which is under way."""

from __future__ import annotations

from enum import Enum, IntEnum, auto

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.progress import Phase
from ui.i18n.filling import filled
from ui.style import icons, style
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.widgets.labels import Label

_CIRCLE = 22
_LINK = 28


class Step(IntEnum):
    """What people are told of the phases, in their order."""

    GET = 0
    SAVE = 1
    CHECK = 2


STEPS = {
    Phase.TRUST: Step.GET,
    Phase.DOWNLOAD: Step.GET,
    Phase.FLUSH: Step.SAVE,
    Phase.WRITE: Step.SAVE,
    Phase.PRUNE: Step.SAVE,
    Phase.VERIFY: Step.CHECK,
}


class StepState(Enum):
    """Of one step."""

    AHEAD = auto()
    NOW = auto()
    DONE = auto()


class StepList(QWidget):
    """A circle and a word for each, with a line between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        texts = (self.tr("Get"), self.tr("Save"), self.tr("Check"))
        self._circles = [NumberCircle(number, self) for number in range(1, len(texts) + 1)]
        self._labels = [Label(text, parent=self) for text in texts]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        for number, (circle, label) in enumerate(zip(self._circles, self._labels, strict=True)):
            if number:
                layout.addWidget(_Link(self))
            layout.addWidget(circle)
            layout.addWidget(label)
        self.setAccessibleName(self.tr("Steps"))
        self._show([StepState.AHEAD] * len(Step))

    def show_step(self, current: Step) -> None:
        """``current`` is under way, those before it are done."""
        states = [StepState.DONE if step < current else StepState.AHEAD for step in Step]
        states[current] = StepState.NOW
        self._show(states)

    def _show(self, states: list[StepState]) -> None:
        spoken = []
        for state, circle, label in zip(states, self._circles, self._labels, strict=True):
            circle.show_state(state)
            label.set_quiet(state is not StepState.NOW)
            label.set_bold(state is StepState.NOW)
            spoken.append(filled(self._spoken(state), label.text()))
        self.setAccessibleDescription(", ".join(spoken))

    def _spoken(self, state: StepState) -> str:
        return {
            StepState.AHEAD: self.tr("%1: not yet"),
            StepState.NOW: self.tr("%1: now"),
            StepState.DONE: self.tr("%1: done"),
        }[state]


class NumberCircle(QWidget):
    """The number of a step: in a ring, or filled with a tick once it is done."""

    def __init__(self, number: int, parent: QWidget | None = None, *, full: bool = False) -> None:
        """``full``: the number itself stands on the accent."""
        super().__init__(parent)
        self._number = number
        self._full = full
        self._state = StepState.AHEAD
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, state: StepState) -> None:
        self._state = state
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(style.px(_CIRCLE), style.px(_CIRCLE))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        done = self._state is StepState.DONE
        now = self._state is StepState.NOW
        ring = look().accent if done or now or self._full else look().control
        painter.setPen(QPen(ring, 1.5))
        painter.setBrush(look().accent if done or self._full else look().card)
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawEllipse(place)
        if done:
            side = style.px(style.Icon.PILL)
            picture = icons.pixmap(
                Symbol.CHECK, side, look().on_accent, painter.device().devicePixelRatioF()
            )
            painter.drawPixmap(
                round(place.center().x() - side / 2), round(place.center().y() - side / 2), picture
            )
        else:
            painter.setFont(style.font(style.Text.SMALL, bold=True))
            ink = look().accent_text if now else look().soft
            painter.setPen(look().on_accent if self._full else ink)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()


class _Link(QWidget):
    """The line between two steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(style.px(_LINK))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(look().line_strong, 1.5))
        middle = self.height() // 2
        painter.drawLine(0, middle, self.width(), middle)
        painter.end()
