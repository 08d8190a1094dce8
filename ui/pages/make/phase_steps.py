"""The phases of a job in a row: which are done, which one is under way."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, IntEnum, auto

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.progress import Phase
from ui.i18n.filling import filled
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets.labels import Label


class Step(IntEnum):
    """What people are told of the phases, in their order."""

    SIGNATURES = 0
    DOWNLOAD = 1
    WRITE = 2
    CHECK = 3


STEPS = {
    Phase.TRUST: Step.SIGNATURES,
    Phase.DOWNLOAD: Step.DOWNLOAD,
    Phase.FLUSH: Step.WRITE,
    Phase.WRITE: Step.WRITE,
    Phase.VERIFY: Step.CHECK,
}


class StepState(Enum):
    """Of one step."""

    AHEAD = auto()
    NOW = auto()
    DONE = auto()


_ICONS = {
    StepState.AHEAD: Symbol.CLOCK,
    StepState.NOW: Symbol.CHEVRON_RIGHT,
    StepState.DONE: Symbol.CHECK,
}


class PhaseSteps(QWidget):
    """An icon and a word for each; the state is in the icon, the weight and the spoken text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        texts = (self.tr("Signatures"), self.tr("Download"), self.tr("Write"), self.tr("Check"))
        self._icons = [QLabel(self) for _ in texts]
        self._labels = [Label(text, parent=self) for text in texts]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        for icon, label in zip(self._icons, self._labels, strict=True):
            icon.setFixedWidth(style.Icon.SMALL)
            layout.addWidget(icon)
            layout.addWidget(label)
            layout.addSpacing(style.GAP)
        layout.addStretch(1)
        self.setAccessibleName(self.tr("Steps"))
        self._show([StepState.AHEAD] * len(Step))

    def show_step(self, current: Step) -> None:
        """``current`` is under way, those before it are done."""
        states = [StepState.DONE if step < current else StepState.AHEAD for step in Step]
        states[current] = StepState.NOW
        self._show(states)

    def show_all_done(self) -> None:
        self._show([StepState.DONE] * len(Step))

    def _show(self, states: Sequence[StepState]) -> None:
        spoken = []
        for state, icon, label in zip(states, self._icons, self._labels, strict=True):
            icons.give(icon, _ICONS[state])
            label.set_bold(state is StepState.NOW)
            label.set_quiet(state is StepState.AHEAD)
            spoken.append(filled(self._spoken(state), label.text()))
        self.setAccessibleDescription(", ".join(spoken))

    def _spoken(self, state: StepState) -> str:
        return {
            StepState.AHEAD: self.tr("%1: not yet"),
            StepState.NOW: self.tr("%1: now"),
            StepState.DONE: self.tr("%1: done"),
        }[state]
