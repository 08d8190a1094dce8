"""``install.sh``: one file on a drive, written in parts."""

from __future__ import annotations

from functools import cache

from app.resources import resource

_PARTS = ("kit", "install")
_BEGIN = b"# Nothing here is ever meant to be a file name pattern.\n"
"""The first that is to be done. From there on it is one command, which shells read as a whole
before they begin: the drive may go meanwhile, and they would run what they had read until then."""


@cache
def installer() -> bytes:
    """The same for every drive: the parts, in the order of their names."""
    folder = resource(*_PARTS)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sh"))
    head, _, rest = b"".join((folder / name).read_bytes() for name in names).partition(_BEGIN)
    return head + b"{\n" + _BEGIN + rest + b"}\n"
