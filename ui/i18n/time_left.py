"""How long something still takes, in the one wording that there is for it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from ui.i18n.filling import filled
from ui.i18n.numbers import lasting

_FEW = 10
_MINUTE = 60
_HOUR = 3600


class _Counts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def seconds(self, number: int) -> str:
        return self.tr("about %n second(s) left", "", number)

    def minutes(self, number: int) -> str:
        return self.tr("about %n minute(s) left", "", number)

    def hours(self, number: int) -> str:
        return self.tr("about %n hour(s) left", "", number)

    def next_try(self, number: int) -> str:
        return self.tr("Trying again in %n second(s)", "", number)


def time_left(seconds: float) -> str:
    """“about 3 minutes left”: `Progress.left` where there is room for words."""
    counts = _Counts()
    if seconds <= _FEW:
        return QCoreApplication.translate("TimeLeft", "a few seconds left")
    if seconds < _MINUTE:
        return counts.seconds(round(seconds))
    if seconds < _HOUR:
        return counts.minutes(round(seconds / _MINUTE))
    return counts.hours(round(seconds / _HOUR))


def time_left_short(seconds: float) -> str:
    """“3 min left”, “2 h left”: the same where there is little."""
    hours = f"{round(seconds / _HOUR)}\N{NO-BREAK SPACE}h"
    told = lasting(seconds) if seconds < _HOUR else hours
    return filled(QCoreApplication.translate("TimeLeft", "%1 left"), told)


def still_for(seconds: float) -> str:
    """“nothing has come for 20 s”: `Progress.still`."""
    text = QCoreApplication.translate("TimeLeft", "nothing has come for %1")
    return filled(text, lasting(seconds))


def next_try(seconds: int) -> str:
    """“Trying again in 12 seconds”."""
    return _Counts().next_try(seconds)
