"""The icons of apps over each other, the last ones as a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.app_icons import paint_app_icon
from ui.style.look import look

_ICON = 30
_OVERLAP = 0.75
"""How much of an icon the next one leaves to be seen."""
_MOST = 8
_BESIDE_A_SENTENCE = 900
"""Width in design pixels from which there is room for both."""

# Where text runs from the right, the painter turns it round.
_LEADING = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PicturedApp(Protocol):
    """Attributes: ref, name: by which its picture is known."""

    @property
    def ref(self) -> str: ...

    @property
    def name(self) -> str: ...


class OverlappingIcons(QWidget):
    """Signals: pressed(): they were clicked."""

    pressed = Signal()

    def __init__(self, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._apps: Sequence[PicturedApp] = ()
        self._most = _MOST
        self._allowed = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        pictures.arrived.connect(self.update)
        self.hide()

    def show_apps(self, apps: Sequence[PicturedApp]) -> None:
        if apps != self._apps:
            self._apps = apps
            self._refresh()

    def show_most(self, most: int) -> None:
        if most != self._most:
            self._most = most
            self._refresh()

    def allow(self, allowed: bool) -> None:
        """Whether there is room for any."""
        if allowed != self._allowed:
            self._allowed = allowed
            self._refresh()

    def fit(self, width: int) -> None:
        """The same in the foot of a page of that ``width``, which has a sentence, too."""
        self.allow(width >= style.px(_BESIDE_A_SENTENCE))

    def _refresh(self) -> None:
        self.setVisible(self._allowed and bool(self._apps))
        self.updateGeometry()
        self.update()

    @property
    def _shown(self) -> Sequence[PicturedApp]:
        return self._apps[: self._most]

    @property
    def _more(self) -> str:
        more = len(self._apps) - len(self._shown)
        return f"+{more}" if more else ""

    def sizeHint(self) -> QSize:
        side = style.px(_ICON)
        count = len(self._shown)
        width = round(side * _OVERLAP) * max(count - 1, 0) + (side if count else 0)
        if self._more:
            width += style.px(style.GRID) + self.fontMetrics().horizontalAdvance(self._more)
        return QSize(width, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = style.px(_ICON)
        step = round(side * _OVERLAP)
        mirrored = self.isRightToLeft()
        ratio = self.devicePixelRatioF()
        left = 0
        for app in self._shown:
            place = self.width() - left - side if mirrored else left
            picture = self._pictures.shown(app.ref, app.name, side, ratio)
            paint_app_icon(painter, QRectF(place, 0, side, side), picture)
            left += step
        if self._more:
            left += side - step + style.px(style.GRID)
            rect = self.rect().adjusted(0, 0, -left, 0) if mirrored else self.rect()
            rect = rect if mirrored else rect.adjusted(left, 0, 0, 0)
            painter.setPen(look().soft)
            painter.setFont(style.digits(style.font(style.Text.SMALL)))
            painter.drawText(rect, _LEADING, self._more)
        painter.end()
