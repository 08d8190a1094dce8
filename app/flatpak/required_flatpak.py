"""Which flatpak an app, runtime or extension needs: ``required-flatpak`` in its metadata.

A list with one version for each series (``1.16.2;1.14.4;``), as ``flatpak_check_required_version``
(``common/flatpak-utils.c``) reads it: of the series that a flatpak belongs to its own version
counts, else it has to be of a later series than any that is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Version = tuple[int, int, int]

OLDEST: Version = (1, 8, 0)
"""The oldest flatpak that installs from drives made by Satchel."""

# As sscanf reads "%d.%d.%d": white space before a number counts for nothing, nor what follows.
_VERSION = re.compile(r"\s*([+-]?[0-9]+)\.\s*([+-]?[0-9]+)\.\s*([+-]?[0-9]+)", re.ASCII)
_MOST_DIGITS = 9


def parse_version(text: str) -> Version | None:
    """None for what flatpak takes for no version; it then refuses what needs it."""
    match = _VERSION.match(text)
    if match is None or any(len(part) > _MOST_DIGITS for part in match.groups()):
        return None
    major, minor, micro = map(int, match.groups())
    return major, minor, micro


def version_text(version: Version) -> str:
    return ".".join(map(str, version))


def lacking(required: Iterable[str], have: Version = OLDEST) -> str | None:
    """The version that flatpak ``have`` asks for before it installs this; None if it is enough.

    An element that is no version comes back as it stands: no flatpak that reads it installs this.
    """
    newest: Version = (0, 0, 0)
    for text in required:
        version = parse_version(text)
        if version is None:
            return text
        if version[:2] == have[:2]:
            return None if version[2] <= have[2] else version_text(version)
        if version[:2] > newest[:2]:
            newest = version
    return version_text(newest) if newest[:2] > have[:2] else None


def unreadable(required: Sequence[str]) -> str | None:
    """The first element that is no version, if there is one."""
    return next((text for text in required if parse_version(text) is None), None)


def readable(required: Sequence[str]) -> tuple[str, ...]:
    """The versions among them, the newest first."""
    known = {version for text in required if (version := parse_version(text)) is not None}
    return tuple(map(version_text, sorted(known, reverse=True)))


def required_text(required: Sequence[str]) -> str:
    """``1.16.2 (or 1.14.4)``: the newest, and those of older series that are enough."""
    newest, *older = readable(required)
    return f"{newest} (or {', '.join(older)})" if older else newest
