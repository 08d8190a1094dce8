"""Which remotes are not as they are now, why, and a button to try again."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.controllers.catalogue_status import Shortcoming, ShortcomingKind
from ui.i18n.filling import filled
from ui.i18n.numbers import dated
from ui.i18n.wording import worded
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets.buttons import tall
from ui.widgets.notice import NoticeLabel


class ShortcomingsNotice(QWidget):
    """Not there while there is nothing to say.

    Signals:
        retry_wanted(): the button was pressed.
    """

    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = NoticeLabel(self)
        retry = QPushButton(self.tr("Try again"), self)
        retry.clicked.connect(self.retry_wanted)
        tall(retry)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.GRID)
        row.addWidget(self._text, 1)
        row.addWidget(retry, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_shortcomings(self, shortcomings: tuple[Shortcoming, ...]) -> None:
        self._text.say(_told(shortcomings), icon=Symbol.WARNING, tone=style.Tone.WARN)
        self.setVisible(bool(shortcomings))


def _told(shortcomings: tuple[Shortcoming, ...]) -> str:
    """Which remotes are not as they are now, and why; then what helps."""
    # What helps with one of them mostly helps with all.
    hints = dict.fromkeys(
        worded(shortcoming.error.hint)
        for shortcoming in shortcomings
        if shortcoming.kind is not ShortcomingKind.UNDESCRIBED
    )
    return "\n".join([*map(_sentence, shortcomings), *filter(None, hints)])


def _sentence(shortcoming: Shortcoming) -> str:
    remote, error = shortcoming.remote, shortcoming.error
    match shortcoming.kind:
        case ShortcomingKind.STALE:
            text = QCoreApplication.translate(
                "ShortcomingsNotice", "%1 could not be reached; this is how it was on %2."
            )
            return filled(text, remote, dated(shortcoming.made))
        case ShortcomingKind.UNDESCRIBED:
            text = QCoreApplication.translate(
                "ShortcomingsNotice", "Of %1 only names are known: %2"
            )
            return filled(text, remote, worded(error.message))
        case ShortcomingKind.MISSING:
            text = QCoreApplication.translate("ShortcomingsNotice", "%1 is missing here: %2")
            return filled(text, remote, worded(error.message))
