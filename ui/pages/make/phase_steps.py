"""The phases of a job in a row: which are done, which one is under way."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui.i18n.filling import filled
from ui.style import icons, style
from ui.widgets.labels import Label


class StepState(Enum):
    """Of one step."""

    AHEAD = auto()
    NOW = auto()
    DONE = auto()
    STOPPED = auto()


class PhaseSteps(QWidget):
    """An icon and a word for each; the state is in the icon, the weight and the spoken text."""

    def __init__(self, texts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = tuple(texts)
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
        self.show_step(-1)

    def show_step(self, current: int, *, stopped: bool = False) -> None:
        """``current``: the place of the one under way; past the end when all are done."""
        spoken = []
        for place, (icon, label) in enumerate(zip(self._icons, self._labels, strict=True)):
            progress = StepState.DONE if place < current else StepState.AHEAD
            if place == current:
                progress = StepState.STOPPED if stopped else StepState.NOW
            name = {
                StepState.AHEAD: "time",
                StepState.NOW: "forward",
                StepState.DONE: "done",
                StepState.STOPPED: "stop",
            }[progress]
            icons.give(icon, name)
            label.set_bold(progress is StepState.NOW)
            label.set_quiet(progress is StepState.AHEAD)
            spoken.append(filled(self._spoken(progress), label.text()))
        self.setAccessibleDescription(", ".join(spoken))

    def _spoken(self, progress: StepState) -> str:
        return {
            StepState.AHEAD: self.tr("%1: not yet"),
            StepState.NOW: self.tr("%1: now"),
            StepState.DONE: self.tr("%1: done"),
            StepState.STOPPED: self.tr("%1: stopped"),
        }[progress]
