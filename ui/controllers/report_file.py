"""Where a report about a drive is saved, and what it is called."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path


def report_file(directory: Path, drive: str, now: float) -> Path:
    """A page for a browser that is not there yet, called after the drive and the day; ``now``:
    seconds since 1970."""
    day = datetime.fromtimestamp(now).astimezone().date()
    stem = f"{clean_name(drive)} {day.isoformat()}".strip()
    path = directory / f"{stem}.html"
    number = 2
    while path.exists():
        path = directory / f"{stem} ({number}).html"
        number += 1
    return path


def clean_name(name: str) -> str:
    """What a drive is called, as the name of a file."""
    return re.sub(r'[\x00-\x1f/\\:*?"<>|]+', " ", name).strip(" .")
