"""Reads CHANGELOG.md: what a release brings, for packages that tell it in their own format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"## \[(?P<version>[^\]]+)\](?: - (?P<date>\d{4}-\d{2}-\d{2}))?\s*\Z")


@dataclass(frozen=True)
class Release:
    """A section.

    Attributes:
        version: ``0.1.0``, or ``Unreleased``.
        date: ``2026-11-22``, or ``None`` before it is released.
        entries: one text each, without line breaks and marks.
    """

    version: str
    date: str | None
    entries: tuple[str, ...]


def releases(path: Path) -> list[Release]:
    """The newest first, as Keep a Changelog has them."""
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in path.read_text("utf-8").splitlines():
        heading = _HEADING.match(line)
        if heading:
            found.append((heading, []))
        elif found and line.startswith("- "):
            found[-1][1].append(line[2:])
        elif found and line.startswith("  ") and found[-1][1]:
            found[-1][1][-1] += f" {line.strip()}"
    return [
        Release(
            heading["version"], heading["date"], tuple(entry.replace("`", "") for entry in entries)
        )
        for heading, entries in found
    ]
