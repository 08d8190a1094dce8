"""Get, Save, Check: which steps of work are done, and which is under way."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.progress import Phase
from ui.controllers.failures import Written
from ui.controllers.job import JobStatus
from ui.i18n.filling import filled
from ui.state.works.work import WorkKind
from ui.style import icons, style
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.widgets.flow import Flow
from ui.widgets.labels import Label

_CIRCLE = 22
_LINK = 28


class Step(Enum):
    """What people are told of the phases."""

    LOOK = auto()
    GET = auto()
    COPY = auto()
    SAVE = auto()
    CHECK = auto()


_STEPS = {
    WorkKind.REPAIR: (Step.LOOK, Step.GET, Step.SAVE, Step.CHECK),
    WorkKind.COPY: (Step.COPY, Step.SAVE, Step.CHECK),
}
_USUAL = (Step.GET, Step.SAVE, Step.CHECK)
_SAVING = frozenset({Phase.FLUSH, Phase.WRITE, Phase.PRUNE})


def steps_of(kind: WorkKind) -> tuple[Step, ...]:
    """In their order."""
    return _STEPS.get(kind, _USUAL)


def looks_first(status: JobStatus) -> bool:
    """Whether it is looked at what there is, before anything is done."""
    return status.kind in _STEPS and status.written is Written.NOTHING


def step_at(status: JobStatus) -> Step:
    """Which of `steps_of` is under way."""
    first, second, *_ = steps = steps_of(status.kind)
    if status.phase in _SAVING:
        return Step.SAVE
    if looks_first(status):
        return first
    if status.phase is Phase.VERIFY:
        return Step.CHECK
    return second if steps[0] is Step.LOOK else first


class StepState(Enum):
    """Of one step."""

    AHEAD = auto()
    NOW = auto()
    DONE = auto()


class StepList(QWidget):
    """A circle and a word for each, with a line between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        self._circles: list[NumberCircle] = []
        self._labels: list[Label] = []
        self._row = Flow(style.px(style.GRID))
        self.setLayout(self._row)
        self.setAccessibleName(self.tr("Steps"))
        self._build(_USUAL)

    def _build(self, steps: tuple[Step, ...]) -> None:
        if steps == self._steps:
            return
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._steps = steps
        self._circles = [NumberCircle(number, self) for number in range(1, len(steps) + 1)]
        self._labels = [Label(self._text(step), parent=self) for step in steps]
        for number, (circle, label) in enumerate(zip(self._circles, self._labels, strict=True)):
            # They stay together where the line ends.
            together = QWidget(self)
            inner = QHBoxLayout(together)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(style.px(style.GRID))
            if number:
                inner.addWidget(_Link(together))
            inner.addWidget(circle)
            inner.addWidget(label)
            self._row.addWidget(together)
        self._show([StepState.AHEAD] * len(steps))

    def _text(self, step: Step) -> str:
        return {
            Step.LOOK: self.tr("Look"),
            Step.GET: self.tr("Get"),
            Step.COPY: self.tr("Copy"),
            Step.SAVE: self.tr("Save"),
            Step.CHECK: self.tr("Check"),
        }[step]

    def show_status(self, status: JobStatus) -> None:
        """One step is under way, those before it are done."""
        self._build(steps_of(status.kind))
        current = self._steps.index(step_at(status))
        states = [StepState.DONE] * current + [StepState.AHEAD] * (len(self._steps) - current)
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
