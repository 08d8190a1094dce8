"""The drive as a widget: `ui.style.meter` with a value that screen readers are told."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QRectF, QSize, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from ui.style.meter import MeterParts, MeterState, paint_meter
from ui.style.style import animated, px
from ui.style.tokens import motion

_WHOLE = 1000


class DriveMeter(QProgressBar):
    """A drive with what is on it, in ``width`` by ``height`` design pixels.

    Its value is in permille; `show_parts` is the way to change it.
    """

    def __init__(self, width: int, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._design = (width, height)
        self._parts = self._start = self._shown = MeterParts()
        self._state = MeterState.GHOST
        self._plug = True
        self.setRange(0, _WHOLE)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(motion("meter"))
        self._motion.setEasingCurve(QEasingCurve.Type.Linear)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.valueChanged.connect(self._move)

    def show_parts(
        self,
        parts: MeterParts,
        state: MeterState,
        sentence: str,
        *,
        plug: bool = True,
    ) -> None:
        """Draw ``parts``; ``sentence`` says the same to those who do not see it."""
        self.setAccessibleDescription(sentence)
        self.setValue(_WHOLE if state is MeterState.READY else round(_total(parts) * _WHOLE))
        if state is not self._state or not (self.isVisible() and animated()):
            self._motion.stop()
            self._shown = parts
        elif parts != self._parts:
            self._start = self._shown
            self._motion.start()
        self._parts, self._state, self._plug = parts, state, plug
        self.update()

    def set_design(self, width: int, height: int) -> None:
        """Another size, in design pixels.

        Of none it is as good as hidden. So it goes and comes while its surroundings are laid out:
        `show` would have Qt lay them out anew in the middle of that, and go on with heights from
        before.
        """
        if (width, height) != self._design:
            self._design = (width, height)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        width, height = self._design
        return QSize(px(width), px(height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_meter(painter, QRectF(self.rect()), self._shown, self._state, plug=self._plug)
        painter.end()

    def _move(self, share: float) -> None:
        self._shown = MeterParts(
            self._start.used + (self._parts.used - self._start.used) * share,
            self._start.new + (self._parts.new - self._start.new) * share,
        )
        self.update()


def _total(parts: MeterParts) -> float:
    return min(parts.used + parts.new, 1.0)
