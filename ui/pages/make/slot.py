"""The lower part of the progress card: what happened, in the place where the steps were."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.style import icons, style
from ui.style.look import look
from ui.style.tokens import radius
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.buttons import Link
from ui.widgets.labels import Ink
from ui.widgets.message_card import Sign

_SIGN = 28


class SlotMessage(Struct, frozen=True):
    """What to say there.

    Attributes:
        details: the system's own words, or whatever else most need not read.
        bad: it does not pass by itself.
    """

    sign: Sign
    headline: str
    meaning: str
    details: str = ""
    bad: bool = False


class MessageSlot(QWidget):
    """On a tinted ground up to the card's edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message: SlotMessage | None = None
        self._sign = QLabel(self)
        self._headline = labels.strong(parent=self)
        self._meaning = labels.body(parent=self)
        self._details = labels.small(ink=Ink.TEXT, parent=self)
        self._details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._link = Link(self.tr("Details"), self)
        self._link.clicked.connect(self._unfold)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addStretch(1)
        for label in (self._headline, self._meaning, self._details):
            said.addWidget(label)
        said.addStretch(1)
        layout = QHBoxLayout(self)
        edge = style.px(28)
        layout.setContentsMargins(edge, style.px(style.INNER), edge, style.px(style.INNER))
        layout.setSpacing(style.px(18))
        layout.addWidget(self._sign)
        layout.addLayout(said, 1)
        layout.addWidget(self._link)

    @property
    def said(self) -> str:
        return " ".join((self._headline.text(), self._meaning.text(), self._details.text()))

    def say(self, message: SlotMessage) -> None:
        if message == self._message:
            return
        self._message = message
        tone = style.Tone.BAD if message.bad else style.Tone.WARN
        icons.give(self._sign, message.sign.value, tone=tone, side=_SIGN)
        self._headline.setText(message.headline)
        self._meaning.setText(message.meaning)
        self._meaning.setVisible(bool(message.meaning))
        self._details.setText(message.details)
        self._details.hide()
        self._link.setVisible(bool(message.details))
        announce(self, message.headline)
        self.setAccessibleDescription(message.meaning)
        self.update()

    def _unfold(self) -> None:
        self._details.setVisible(self._details.isHidden())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The lower corners are those of the card."""
        bad = self._message is not None and self._message.bad
        fill, line = (
            (look().bad_tint, look().bad_line) if bad else (look().warm_tint, look().warm_line)
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_ = style.px(radius("card")) - 1
        place = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(place.adjusted(0, -round_, 0, 0), round_, round_)
        painter.setClipRect(self.rect())
        painter.fillPath(shape, fill)
        painter.setPen(QPen(line, look().line_width))
        painter.drawLine(place.topLeft(), place.topRight())
        painter.end()
