"""Where temporary files go on a computer on which hardly anything can be written to.

In builders' containers the whole system is read-only, often with nothing but shared memory and the
output to write to. Python looks at neither.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

_SHARED_MEMORY = Path("/dev/shm")


def find_room(*places: Path) -> None:
    """Use the first of ``places`` that can be written to, where there is nothing usual."""
    if tempfile.tempdir is not None and not Path(tempfile.tempdir).is_dir():
        # It was found before, and has gone.
        tempfile.tempdir = None
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        for place in _candidates(places):
            if _is_writable(place):
                tempfile.tempdir = str(place)
                return


def _candidates(places: Iterable[Path]) -> Iterable[Path]:
    yield from places
    yield _SHARED_MEMORY


def _is_writable(place: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False
