"""What a check came to, above what it found."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.stick.checking.soundness import Soundness, Verdict
from app.stick.findings import Help
from ui.i18n.filling import filled
from ui.models.verdicts import verdict_symbol, verdict_tone
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Surface
from ui.widgets.flow import Flow
from ui.widgets.text_and_control import TextAndControl

_SIGN = 32
_LEAST = 240
"""What the texts have to have beside the buttons, in design pixels."""
_SURFACES = {
    Soundness.SOUND: Surface.CHOSEN,
    Soundness.HINTS: Surface.CHOSEN,
    Soundness.UNVOUCHED: Surface.WARM,
}


def banner_words(
    verdict: Verdict, apps: int, repair: str, offered: Collection[Help]
) -> tuple[str, str]:
    """Headline and sentence about a drive with so many apps.

    ``repair``: what that would do; ``offered``: what else helps.
    """
    return _Words().about(verdict, apps, repair, offered)


class _Words(QObject):
    """A QObject for its ``tr``: lupdate finds plural forms nowhere else."""

    def about(
        self, verdict: Verdict, apps: int, repair: str, offered: Collection[Help]
    ) -> tuple[str, str]:
        match verdict.soundness:
            case Soundness.DAMAGED if verdict.apps:
                text = self.tr(
                    "%n of %1 app(s) damaged, and cannot be installed from this drive",
                    "",
                    verdict.apps,
                )
                others = apps - verdict.apps
                rest = self.tr("The other %n are sound.", "", others) if others > 0 else ""
                return filled(text, str(apps)), " ".join(filter(None, (rest, repair)))
            case Soundness.DAMAGED:
                return (
                    self.tr("Something on this drive is damaged"),
                    " ".join(filter(None, (self.tr("Its apps are sound."), repair))),
                )
            case Soundness.UNVOUCHED:
                return (
                    self.tr("Nothing is damaged, but nobody vouches for it"),
                    self.tr(
                        "Take the apps only if you know who made the drive. Once their source is "
                        "added here, a check can tell."
                    )
                    if Help.ADD_REMOTE in offered
                    else self.tr("Take the apps only if you know who made the drive."),
                )
            case _:
                return (
                    self.tr("All %n app(s) are sound", "", apps),
                    self.tr("Everything was read back, and is as its makers signed it."),
                )


class CheckBanner(Card):
    """Signals:
    chosen(object): the `Help` that somebody wants.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._sign = QLabel(self)
        self._headline = labels.heading(parent=self)
        self._sentence = labels.body(parent=self)
        self._buttons = {
            Help.WRITE_AGAIN: Button(self.tr("Choose its apps…"), small=True, parent=self),
            Help.MAKE_ANEW: Button(self.tr("To the drives"), small=True, parent=self),
            Help.ADD_REMOTE: Button(self.tr("To the settings"), small=True, parent=self),
        }
        said, ways = QWidget(self), QWidget(self)
        texts = QVBoxLayout(said)
        texts.setContentsMargins(0, 0, 0, 0)
        texts.setSpacing(style.px(style.HALF))
        texts.addWidget(self._headline)
        texts.addWidget(self._sentence)
        buttons = Flow(style.px(style.GRID))
        ways.setLayout(buttons)
        for button in self._buttons.values():
            button.clicked.connect(self._choose)
            buttons.addWidget(button)
        self._ways = ways
        row = QHBoxLayout()
        row.setSpacing(style.px(style.CARD))
        row.addWidget(self._sign)
        row.addLayout(TextAndControl(said, ways, least=_LEAST), 1)
        self.body.addLayout(row)
        self.hide()

    @property
    def headline(self) -> str:
        return self._headline.text()

    def say(
        self, verdict: Verdict, headline: str, sentence: str, offered: Collection[Help]
    ) -> None:
        self.set_surface(_SURFACES.get(verdict.soundness, Surface.BAD))
        damaged = verdict.soundness is Soundness.DAMAGED
        symbol = Symbol.WARNING if damaged else verdict_symbol(verdict)
        icons.give(self._sign, symbol, tone=verdict_tone(verdict), side=_SIGN)
        if headline != self.headline:
            announce(self, headline)
        self._headline.setText(headline)
        self._sentence.setText(sentence)
        for help, button in self._buttons.items():
            button.setVisible(help in offered)
        self._ways.setVisible(any(help in offered for help in self._buttons))
        self.setAccessibleDescription(sentence)

    def _choose(self) -> None:
        pressed = self.sender()
        self.chosen.emit(next(help for help, button in self._buttons.items() if button is pressed))
