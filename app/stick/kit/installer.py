"""``install.sh``: one file on a drive, written in parts."""

from __future__ import annotations

from functools import cache

from app.resources import resource

_PARTS = ("kit", "install")


@cache
def installer() -> bytes:
    """The same for every drive: the parts, in the order of their names."""
    folder = resource(*_PARTS)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sh"))
    return b"".join((folder / name).read_bytes() for name in names)
