"""Check boxes and switches, which paint themselves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from ui.style import style
from ui.style.look import look
from ui.style.tokens import radius, size
from ui.widgets.strokes import Stroke, paint_stroke

_BOX = 18
_SWITCH = (38, 22)
_KNOB = 16
_RING_GAP = 3


class _SelfPainted(QCheckBox):
    """What both have: where it can be pressed, and the ring when the keyboard has come to it."""

    def __init__(self, text: str, parent: QWidget | None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()
        super().changeEvent(event)

    def ring(self, painter: QPainter, around: QRectF, round_: float) -> None:
        if self.property("keyed"):
            painter.setPen(QPen(look().accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            gap = _RING_GAP - 0.5
            painter.drawRoundedRect(
                around.adjusted(-gap, -gap, gap, gap), round_ + gap, round_ + gap
            )


class CheckBox(_SelfPainted):
    """A box with a text beside it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = style.px(_BOX) + 2 * _RING_GAP
        if self.text():
            width += style.px(style.GRID) + metrics.horizontalAdvance(_plain(self.text()))
        least = style.px(size("target-minimum"))
        return QSize(max(width, least), max(metrics.height() + 2, least))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, mirrored = style.px(_BOX), self.isRightToLeft()
        left = self.width() - side - _RING_GAP if mirrored else _RING_GAP
        box = QRectF(left, (self.height() - side) // 2, side, side)
        round_ = style.px(radius("check"))
        on, enabled = self.isChecked(), self.isEnabled()
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().accent if enabled else look().control)
            painter.drawRoundedRect(box, round_, round_)
            paint_stroke(painter, box.adjusted(2, 2, -2, -2), Stroke.CHECK, look().on_accent)
        else:
            painter.setPen(QPen(_edge(self), 1.25 * look().line_width))
            painter.setBrush(look().card if enabled else look().sunken)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), round_, round_)
        self.ring(painter, box, round_)
        painter.setPen(look().text if enabled else look().disabled)
        gap = style.px(style.GRID) + side + _RING_GAP
        place = self.rect().adjusted(0 if mirrored else gap, 0, -gap if mirrored else 0, 0)
        side_flag = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side_flag | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(place, flags | Qt.AlignmentFlag.AlignAbsolute, self.text())
        painter.end()


class Switch(_SelfPainted):
    """On or off, at once. What it switches stands beside it; ``name`` is for screen readers."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        width, height = map(style.px, _SWITCH)
        least = style.px(size("target-minimum"))
        return QSize(width + 2 * _RING_GAP, max(height + 2 * _RING_GAP, least))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = map(style.px, _SWITCH)
        track = QRectF(QRect(0, 0, width, height))
        track.moveCenter(QRectF(self.rect()).center())
        on = self.isChecked()
        fill, knob = self._colours()
        painter.setPen(Qt.PenStyle.NoPen if on else QPen(_edge(self), 1.25 * look().line_width))
        painter.setBrush(fill)
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
        side = style.px(_KNOB)
        inset = (height - side) / 2
        at_right = on != self.isRightToLeft()
        left = track.right() - inset - side if at_right else track.left() + inset
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(knob)
        painter.drawEllipse(QRectF(left, track.top() + inset, side, side))
        self.ring(painter, track, height / 2)
        painter.end()

    def _colours(self) -> tuple[QColor, QColor]:
        """Of track and knob."""
        if self.isChecked():
            return (look().accent if self.isEnabled() else look().control), look().on_accent
        return (look().card if self.isEnabled() else look().sunken), look().control


def _edge(widget: QWidget) -> QColor:
    return look().accent if widget.isEnabled() and widget.underMouse() else look().control


def _plain(text: str) -> str:
    """Without the mark of the shortcut."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
