"""Where the files that come with Satchel are: icons, built-in remotes, the demo remote."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a file that comes with Satchel.

    A checkout has ``resources/`` beside ``app/``; an installed wheel puts the same tree into
    ``share/satchel`` of the environment.
    """
    beside = Path(__file__).resolve().parent.parent / "resources"
    base = beside if beside.is_dir() else Path(sys.prefix) / "share" / "satchel"
    return base.joinpath(*parts)
