"""What the demo remote has."""

from __future__ import annotations

APPS = (
    "Abacus",
    "Atlas",
    "Beaker",
    "Curves",
    "Keys",
    "Letters",
    "Music",
    "Notes",
    "Paint",
    "Planets",
    "Tables",
    "Talk",
    "Timeline",
)
"""The last parts of the IDs: ``org.satchel.Demo.Abacus``."""
NEEDS_INTERNET = "Talk"
"""It has extra data, which cannot be carried."""
ENGLISH_ONLY = "Curves"
