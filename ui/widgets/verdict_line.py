"""Whether a drive is sound, in one line: a sign, a word, since when, and what is on it."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QWidget

from app.stick.checking.soundness import Verdict
from ui.models.verdicts import verdict_symbol, verdict_text, verdict_tone
from ui.style import icons, style
from ui.style.style import Tone
from ui.widgets.labels import Ink, Label

_INKS = {Tone.GOOD: Ink.ACCENT, Tone.WARN: Ink.WARM, Tone.BAD: Ink.BAD, None: Ink.SOFT}
_AROUND = 48
"""For the sign, the line, and what is between them."""


class VerdictLine(QWidget):
    """Said in the words and colours of `ui.models.verdicts`, as everywhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel(self)
        self._word = Label(bold=True, parent=self)
        self._when = Label(quiet=True, parent=self)
        self._line = QFrame(self)
        self._line.setFixedWidth(1)
        self._line.setFixedHeight(style.px(style.GAP))
        self._line.setProperty("surface", "line")
        self._about = Label(quiet=True, wrap=True, parent=self)
        # Whether when it was checked has room in the first line, and all else.
        self._room = (True, True)
        self._row = row = QHBoxLayout()
        row.setSpacing(style.px(style.INNER))
        signed = QHBoxLayout()
        signed.setSpacing(style.px(6))
        signed.addWidget(self._sign)
        signed.addWidget(self._word)
        row.addLayout(signed)
        row.addWidget(self._when)
        row.addWidget(self._line)
        row.addStretch(1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(style.px(style.INNER))
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addLayout(row, 0, 0)
        self._grid.addWidget(self._about, 0, 1)

    @property
    def said(self) -> str:
        parts = (self._word.text(), self._when.text(), self._about.text())
        return ", ".join(part for part in parts if part)

    def say(self, verdict: Verdict, when: str = "", about: str = "") -> None:
        """``when`` it was checked; ``about``: what else there is to say of the drive."""
        tone = verdict_tone(verdict)
        icons.give(self._sign, verdict_symbol(verdict), token=tone.value if tone else "soft")
        self._word.setText(verdict_text(verdict))
        self._word.set_ink(_INKS[tone])
        self._when.setText(when)
        self._when.setVisible(bool(when))
        self._about.setText(about)
        self.setAccessibleName(self.said)
        self._fit(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        """What there is to say stands below where it would become a narrow column, or be cut."""
        shown = (each for each in (self._word, self._when) if not each.isHidden())
        used = sum(each.sizeHint().width() + style.px(style.INNER) for each in shown)
        used += style.px(_AROUND)
        text = self._about.fontMetrics().horizontalAdvance(self._about.text())
        room = (used <= width, used + text <= width)
        if room != self._room:
            self._room = room
            self._row.removeWidget(self._when)
            for label in (self._when, self._about):
                self._grid.removeWidget(label)
            if room[0]:
                self._row.insertWidget(1, self._when)
            else:
                self._grid.addWidget(self._when, 1, 0, 1, 2)
            place = (0, 1, 1, 1) if room[1] else (1 if room[0] else 2, 0, 1, 2)
            self._grid.addWidget(self._about, *place)
        self._line.setVisible(room[1] and bool(self._about.text()))
