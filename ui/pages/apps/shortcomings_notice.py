"""Which sources are not as they are now, why, and a way to try again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.errors import Cause
from ui.controllers.catalogue_status import Shortcoming, ShortcomingKind, Way
from ui.i18n.filling import filled
from ui.i18n.numbers import dated
from ui.i18n.wording import worded
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Link
from ui.widgets.labels import Ink

_WEEK = timedelta(days=6)


class ShortcomingsNotice(QWidget):
    """Not there while there is nothing to say.

    Signals:
        retry_wanted(): the button was pressed.
    way_wanted(object, object): this `Way` out for this `Remote`.
    """

    retry_wanted = Signal()
    way_wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        sign = QLabel(self)
        icons.give(sign, Symbol.CLOUD_OFF, tone=style.Tone.WARN)
        self._text = labels.small(ink=Ink.WARM, parent=self)
        self._way: Shortcoming | None = None
        self._other = Link(parent=self)
        self._other.clicked.connect(self._want_way)
        retry = Link(self.tr("Try again"), self)
        retry.clicked.connect(self.retry_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(style.GRID))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self._other, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(retry, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_shortcomings(self, shortcomings: tuple[Shortcoming, ...], now: float) -> None:
        """``now``: seconds since 1970."""
        told = dict.fromkeys(_sentence(each, now) for each in shortcomings)
        self._text.setText("\n".join(told))
        self._way = next((each for each in shortcomings if each.way is not None), None)
        self._other.setVisible(self._way is not None)
        if self._way is not None and self._way.way is not None:
            self._other.setText(way_text(self._way.way))
            self._other.setAccessibleDescription(self._way.remote)
        self.setVisible(bool(shortcomings))

    def _want_way(self) -> None:
        if self._way is not None:
            self.way_wanted.emit(self._way.way, self._way.source)


def way_text(way: Way) -> str:
    """What its button says."""
    match way:
        case Way.TAKE_ANYWAY:
            return QCoreApplication.translate("ShortcomingsNotice", "Take its apps anyway…")
        case Way.REMOVE:
            return QCoreApplication.translate("ShortcomingsNotice", "Remove source")


def _sentence(shortcoming: Shortcoming, now: float) -> str:
    remote, error = shortcoming.remote, shortcoming.error
    match shortcoming.kind:
        case ShortcomingKind.STALE if error.cause is Cause.NETWORK:
            text = QCoreApplication.translate("ShortcomingsNotice", "List from %1, no internet now")
            return filled(text, _day(shortcoming.made, now))
        case ShortcomingKind.STALE:
            text = QCoreApplication.translate(
                "ShortcomingsNotice", "%1 could not be reached; this is its list from %2."
            )
            return filled(text, remote, _day(shortcoming.made, now))
        case ShortcomingKind.UNDESCRIBED:
            text = QCoreApplication.translate(
                "ShortcomingsNotice", "Of %1 only names are known: %2"
            )
            return filled(text, remote, worded(error.message))
        case ShortcomingKind.MISSING if shortcoming.way is Way.TAKE_ANYWAY:
            text = QCoreApplication.translate(
                "ShortcomingsNotice", "Nobody vouches for %1, so its apps are missing here."
            )
            return filled(text, remote)
        case ShortcomingKind.MISSING:
            text = QCoreApplication.translate("ShortcomingsNotice", "%1 is missing here: %2")
            return filled(text, remote, worded(error.message))


def _day(made: int | None, now: float) -> str:
    """“Tuesday” within the last days, else the date."""
    if made is not None and 0 <= now - made <= _WEEK.total_seconds():
        day = datetime.fromtimestamp(made, UTC).isoweekday()
        return QLocale().dayName(day, QLocale.FormatType.LongFormat)
    return dated(made)
