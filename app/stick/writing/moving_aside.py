"""What was in the way of a stick's own files, and is not thrown away."""

from __future__ import annotations

from app.message import Message

MOVED_ASIDE = "satchel-moved-aside"
"""Directory on the drive for what was in the way of the stick's own files."""


def moved_text(what: str, where: str) -> Message:
    """What is told of something that was in the way; paths relative to the drive."""
    return Message("{what} was not what it has to be; it is now {where}.", what=what, where=where)
