"""A page's own state where it cannot go on: what has happened, and what it means."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.errors import Cause, SatchelError
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.buttons import Link
from ui.widgets.card import Card, Surface
from ui.widgets.labels import Ink

_SIGN = 32
_NARROW = 440
"""Under this width the link stands below what is said, which takes all of it."""
_BELOW = 2
"""Its place there, before the details."""


class Sign(Enum):
    """What it is about."""

    OFFLINE = Symbol.CLOUD_OFF
    KEY = Symbol.KEY
    DRIVE = Symbol.UNPLUGGED
    LOCK = Symbol.LOCK
    WARNING = Symbol.WARNING


_SIGNS = {
    Cause.NETWORK: Sign.OFFLINE,
    Cause.SERVER: Sign.OFFLINE,
    Cause.TRUST: Sign.KEY,
    Cause.LOCKED: Sign.LOCK,
    Cause.DRIVE: Sign.DRIVE,
    Cause.FULL: Sign.DRIVE,
    Cause.PULLED_OUT: Sign.DRIVE,
}


def sign_of(error: SatchelError) -> Sign:
    """The sign for what an error is about."""
    return _SIGNS.get(error.cause, Sign.WARNING)


class MessageCard(Card):
    """Sign, headline, meaning; Details unfolds what the system said. The action is the page's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Surface.WARM, parent=parent)
        self._sign = QLabel(self)
        self._headline = labels.heading(parent=self)
        self._meaning = labels.body(parent=self)
        self._details = labels.small(ink=Ink.TEXT, parent=self)
        self._details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._details.hide()
        self._link = Link(self.tr("Details"), self)
        self._link.clicked.connect(self._unfold)
        said = QVBoxLayout()
        said.setSpacing(style.px(2))
        for label in (self._headline, self._meaning, self._details):
            said.addWidget(label)
        self._said = said
        self._row = row = QHBoxLayout()
        row.setSpacing(style.px(style.CARD))
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        row.addWidget(self._link, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        below = self.width() < style.px(_NARROW)
        if below == (self._said.indexOf(self._link) >= 0):
            return
        corner = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        if below:
            self._said.insertWidget(_BELOW, self._link, 0, corner)
        else:
            self._row.addWidget(self._link, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def headline(self) -> str:
        return self._headline.text()

    @property
    def meaning(self) -> str:
        return self._meaning.text()

    def say(
        self, sign: Sign, headline: str, meaning: str, details: str = "", *, bad: bool = False
    ) -> None:
        """``details``: the system's own words, or whatever else most need not read."""
        self.set_surface(Surface.BAD if bad else Surface.WARM)
        tone = style.Tone.BAD if bad else style.Tone.WARN
        icons.give(self._sign, sign.value, tone=tone, side=_SIGN)
        self._headline.setText(headline)
        self._meaning.setText(meaning)
        self._meaning.setVisible(bool(meaning))
        self._details.setText(details)
        self._details.hide()
        self._link.setVisible(bool(details))
        announce(self, headline)
        self.setAccessibleDescription(meaning)

    def _unfold(self) -> None:
        self._details.setVisible(self._details.isHidden())
