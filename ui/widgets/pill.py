"""A state in one or two words, with a sign before it, on a round ground."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import icons, style
from ui.style.look import Scheme, look
from ui.style.symbol import Symbol

_HEIGHT = 24
_SIDE = 10
_GAP = 6


class PillTone(Enum):
    GOOD = "good"
    MUTE = "mute"
    WARM = "warm"
    BAD = "bad"

    @property
    def ink(self) -> QColor:
        return {
            PillTone.GOOD: look().accent_text,
            PillTone.MUTE: look().soft,
            PillTone.WARM: look().warm_text,
            PillTone.BAD: look().bad_text,
        }[self]

    @property
    def ground(self) -> QColor:
        return {
            PillTone.GOOD: look().accent_tint,
            PillTone.MUTE: look().sunken,
            PillTone.WARM: look().warm_tint,
            PillTone.BAD: look().bad_tint,
        }[self]


def pill_size(text: str, symbol: Symbol | None) -> QSize:
    """What `paint_pill` needs."""
    metrics = QFontMetrics(style.font(style.Text.SMALL, bold=True))
    width = metrics.horizontalAdvance(text) + 2 * style.px(_SIDE)
    if symbol is not None:
        width += style.px(style.Icon.PILL) + (style.px(_GAP) if text else 0)
    return QSize(width, max(style.px(_HEIGHT), metrics.height() + style.px(style.HALF)))


def paint_pill(
    painter: QPainter,
    place: QRect,
    text: str,
    symbol: Symbol | None,
    tone: PillTone,
    *,
    on_tint: bool = False,
    mirrored: bool = False,
) -> None:
    """Fill ``place``, of `pill_size`; in a narrower one the text ends in an ellipsis.

    ``on_tint``: what it lies on has the ground's colour.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    loud = look().scheme is Scheme.CONTRAST
    painter.setPen(tone.ink if loud else Qt.PenStyle.NoPen)
    painter.setBrush(look().card if on_tint and tone is PillTone.GOOD else tone.ground)
    round_ = place.height() / 2
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), round_, round_)
    side, gap = style.px(style.Icon.PILL), style.px(_GAP)
    inner = place.adjusted(style.px(_SIDE), 0, -style.px(_SIDE), 0)
    if symbol is not None:
        left = inner.right() + 1 - side if mirrored else inner.left()
        top = place.top() + (place.height() - side) // 2
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(QPoint(left, top), icons.pixmap(symbol, side, tone.ink, ratio))
        inner.adjust(0 if mirrored else side + gap, 0, -(side + gap) if mirrored else 0, 0)
    painter.setPen(tone.ink)
    font = style.font(style.Text.SMALL, bold=True)
    painter.setFont(font)
    metrics = QFontMetrics(font)
    if metrics.horizontalAdvance(text) > inner.width():
        # Only then: of a text that just fits it would cut letters, since it rounds otherwise.
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Pill(QWidget):
    """One that stands by itself; delegates call `paint_pill`."""

    def __init__(
        self,
        text: str = "",
        symbol: Symbol | None = None,
        tone: PillTone = PillTone.MUTE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._symbol = symbol
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        return self._text

    @property
    def tone(self) -> PillTone:
        return self._tone

    def say(self, text: str, symbol: Symbol, tone: PillTone) -> None:
        self._text, self._symbol, self._tone = text, symbol, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return pill_size(self._text, self._symbol)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pill(
            painter,
            self.rect(),
            self._text,
            self._symbol,
            self._tone,
            mirrored=self.isRightToLeft(),
        )
        painter.end()
