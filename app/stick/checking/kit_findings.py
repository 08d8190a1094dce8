"""What is said of parts of a kit that are not as they would be."""

from __future__ import annotations

from collections.abc import Iterable

from app.message import Message
from app.remedy import Hint
from app.stick.findings import Code, Finding, finding
from app.stick.store.location import KIT_FOLDER

_MOST_SHOWN = 3

LONGEST = 100
"""Characters that are shown of what a drive says."""


def missing(*names: str) -> Finding:
    """A part of the kit is not there."""
    message = Message(
        "The folder satchel, from which people install, lacks {names}.", names=listed(names)
    )
    return finding(Code.KIT_MISSING, KIT_FOLDER, message)


def altered(name: str, message: Message, *, hint: Hint | None = None) -> Finding:
    """A part of the kit is not what it would be."""
    return finding(Code.KIT_ALTERED, f"{KIT_FOLDER}/{name}", message, hint=hint)


def listed(names: Iterable[str]) -> str:
    """The first of them."""
    ordered = sorted(names)
    return ", ".join(ordered[:_MOST_SHOWN]) + (", …" if len(ordered) > _MOST_SHOWN else "")
