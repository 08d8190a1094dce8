"""Where the files that come with Satchel are: icons, built-in remotes, the demo remote."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a file that comes with Satchel."""
    return _base().joinpath(*parts)


@cache
def _base() -> Path:
    """A checkout has ``resources/`` beside ``app/``.

    An installed wheel puts the same tree into ``share/satchel`` of the directory that it is
    installed below, which need not be Python's own: ``/app`` in a flatpak, ``~/.local``.
    """
    _, beside, *above = Path(__file__).resolve().parents
    checkout = beside / "resources"
    installed = (place / "share" / "satchel" for place in above)
    return next((place for place in (checkout, *installed) if place.is_dir()), checkout)
