"""``SOURCE_DATE_EPOCH``: the time that what is made tells, for whoever wants the same bytes twice.

Specification: https://reproducible-builds.org/specs/source-date-epoch/
"""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import UsageError
from app.message import Message

_VARIABLE = "SOURCE_DATE_EPOCH"
_LATEST = 1 << 37


def source_date(variables: Mapping[str, str]) -> int | None:
    """Seconds since 1970; None where nothing is said. Raises UsageError for what is no time."""
    text = variables.get(_VARIABLE, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or int(text) > _LATEST:
        raise UsageError(
            Message("{variable} is no time: {text}.", variable=_VARIABLE, text=repr(text[:40])),
            Message("It counts the seconds since 1970."),
        )
    return int(text)
