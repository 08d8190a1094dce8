"""How much something that is told to a person matters."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """Of findings and notices; a notice is never an error."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
