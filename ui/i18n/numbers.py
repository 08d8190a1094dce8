"""Numbers as the person's language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from app.units import duration_text, size_parts
from ui.i18n.filling import filled

_FEW = 10
"""Below so many of a unit, tenths of it are told."""


def sized(size: float) -> str:
    """Bytes in decimal units: “1.2 GB”, “1,2 GB”."""
    number, digits, unit = size_parts(size)
    if unit == "bytes":
        unit = QCoreApplication.translate("numbers", "bytes")
    return f"{QLocale().toString(float(number), 'f', digits)}\N{NO-BREAK SPACE}{unit}"


def drive_sized(size: int) -> str:
    """The size of a drive, as it stands on it: “8 GB” for what is hardly less or more."""
    number, _, unit = size_parts(size)
    if number < 2 or unit == "bytes":
        return sized(size)
    return _in_whole(number, unit)


def limit_sized(size: int) -> str:
    """What somebody has set: “2 GB”, “2.5 GB”."""
    number, _, unit = size_parts(size)
    return _in_whole(number, unit) if float(number).is_integer() else sized(size)


def _in_whole(number: float, unit: str) -> str:
    return f"{QLocale().toString(float(round(number)), 'f', 0)}\N{NO-BREAK SPACE}{unit}"


def lasting(seconds: float) -> str:
    """“45 s”, “3 min”, “1 h 20 min”."""
    return duration_text(seconds).replace(" ", "\N{NO-BREAK SPACE}")


def counted(number: int) -> str:
    """With the separators of the language."""
    return QLocale().toString(number)


def dated(seconds: int | None) -> str:
    """A day in UTC, as by `dated_on`; “unknown” for None or an impossible time."""
    try:
        moment = datetime.fromtimestamp(seconds if seconds is not None else 1e99, UTC)
    except (OverflowError, ValueError, OSError):
        return QCoreApplication.translate("numbers", "unknown")
    return dated_on(moment)


def dated_on(day: date) -> str:
    """“28 November 2026”: in figures alone, month and day can be taken for one another."""
    return f"{_day_and_month(day)} {day.year:04}"


def sized_of(part: int, whole: int, *, drive: bool = False) -> str:
    """“0.8 of 2.1 GB”: in the unit of the whole, unless that leaves nothing of it; “2.1 of 8 GB”
    of a ``drive``."""
    said, all_of_it = sized(part), drive_sized(whole) if drive else sized(whole)
    number, digits, _ = size_parts(whole)
    share = part / whole * number if whole else 0.0
    plain = QLocale().toString(share, "f", max(digits, 1 if share < _FEW else 0))
    shown = plain if round(share, 1) > 0 else said
    text = QCoreApplication.translate("numbers", "%1 of %2")
    return filled(text, shown, all_of_it)


def day_told(seconds: int) -> str:
    """“28 November”; with the year where it is another."""
    return date_told(datetime.fromtimestamp(seconds).astimezone())


def date_told(day: date) -> str:
    """The same of a day."""
    is_this_year = day.year == datetime.now().astimezone().year
    return _day_and_month(day) if is_this_year else dated_on(day)


def _day_and_month(day: date) -> str:
    # As QLocale.toString takes it: the day, and the name of the month.
    pattern = QCoreApplication.translate("numbers", "d MMMM")
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern)


def clock_told(time: QTime) -> str:
    """“12:16”, as the language writes it."""
    return QLocale().toString(time, QLocale.FormatType.ShortFormat)


def checked_told(seconds: int, now: float) -> str:
    """“Checked today at 12:16”."""
    moment = datetime.fromtimestamp(seconds).astimezone()
    days = (datetime.fromtimestamp(now).astimezone().date() - moment.date()).days
    time = clock_told(QTime(moment.hour, moment.minute))
    if days == 0:
        return filled(QCoreApplication.translate("numbers", "Checked today at %1"), time)
    if days == 1:
        return filled(QCoreApplication.translate("numbers", "Checked yesterday at %1"), time)
    text = QCoreApplication.translate("numbers", "Checked on %1 at %2")
    return filled(text, day_told(seconds), time)
