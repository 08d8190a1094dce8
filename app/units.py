"""Sizes, durations and dates as people read them, in English."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ("kB", "MB", "GB", "TB")


def size_text(size: float) -> str:
    """Bytes in decimal units, as drives are sold: ``1.2 GB``."""
    number, digits, unit = size_parts(size)
    return f"{number:.{digits}f} {unit}"


def size_parts(size: float) -> tuple[float, int, str]:
    """The number to show, how many digits after its point, and the unit: ``bytes``, ``GB``."""
    if size < 1000:
        return int(size), 0, "bytes"
    value, unit = size / 1000, 0
    while round(value, 1) >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    digits = 1 if value < 10 else 0
    # Rounded here: others round halves another way.
    return round(value, digits), digits, _UNITS[unit]


def duration_text(seconds: float) -> str:
    """``45 s``, ``3 min``, ``1 h 20 min``; at least a second."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def count_text(count: int, what: str) -> str:
    """In English, as all numbers of the command: ``1 ref``, ``1,000 refs``."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def date_text(seconds: int | None) -> str:
    """A day in UTC, ``2026-05-03``; "unknown" for None or an impossible time."""
    return _moment(seconds, "%Y-%m-%d")


def moment_text(seconds: int | None) -> str:
    """A moment in UTC to the second; "unknown" for None or an impossible time."""
    return _moment(seconds, "%Y-%m-%d %H:%M:%S UTC")


def _moment(seconds: int | None, form: str) -> str:
    if seconds is None:
        return "unknown"
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime(form)
    except (OverflowError, ValueError, OSError):
        return "unknown"
