"""Numbers as the person's language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from app.units import duration_text, size_parts


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
    return f"{QLocale().toString(float(round(number)), 'f', 0)}\N{NO-BREAK SPACE}{unit}"


def lasting(seconds: float) -> str:
    """“45 s”, “3 min”, “1 h 20 min”."""
    return duration_text(seconds).replace(" ", "\N{NO-BREAK SPACE}")


def counted(number: int) -> str:
    """With the separators of the language."""
    return QLocale().toString(number)


def dated(seconds: int | None) -> str:
    """A day, as the language writes it; “unknown” for None or an impossible time."""
    try:
        moment = datetime.fromtimestamp(seconds if seconds is not None else 1e99, UTC)
    except (OverflowError, ValueError, OSError):
        return QCoreApplication.translate("numbers", "unknown")
    return dated_on(moment)


def dated_on(day: date) -> str:
    """A day, as the language writes it."""
    shown = QDate(day.year, day.month, day.day)
    return QLocale().toString(shown, QLocale.FormatType.ShortFormat)
