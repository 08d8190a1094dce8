"""Apps as files, from drives and directories that have the very same file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from app.fs.files import is_hollow, open_regular
from app.fs.sums import file_sum
from app.progress import Cancel, Meter
from app.stick.mending.healing import Healed
from app.stick.store.bundles import FOLDER, MOST, is_right
from app.stick.store.location import KIT_FOLDER, Location
from app.stick.store.record import BundleRecord
from app.stick.store.stick_state import StickState
from app.stick.writing.bundles import write_bundle

_PLACES = (f"{KIT_FOLDER}/{FOLDER}", ".")
"""Where in a directory they may be: as on a drive, or lying in it."""


def damaged_files(stick: StickState, cancel: Cancel) -> Iterator[BundleRecord]:
    """Those that are missing or not what the record says; reads all of each."""
    for record in stick.record.bundles if stick.record is not None else ():
        if not is_right(stick.location, record, cancel):
            yield record


def file_near(
    record: BundleRecord, roots: Iterable[Path], cancel: Cancel
) -> tuple[Path, Path] | None:
    """Which of ``roots`` has the same file, and where; told by its content, whatever it is called.

    Raises what ``cancel`` raises.
    """
    for root in roots:
        for path in _files(root):
            if _is(path, record, cancel):
                return root, path
    return None


def _files(root: Path) -> Iterator[Path]:
    yield root
    for place in _PLACES:
        try:
            names = sorted(islice(os.listdir(root / place), MOST))
        except OSError:
            continue
        yield from (root / place / name for name in names)


def _is(path: Path, record: BundleRecord, cancel: Cancel) -> bool:
    try:
        with os.fdopen(open_regular(path, follow=False), "rb") as file:
            status = os.fstat(file.fileno())
            if status.st_size != record.size or is_hollow(status):
                return False
            return file_sum(file, record.size, lambda _size: cancel.check()) == record.sha256
    except OSError:
        return False


def heal_files(
    stick: StickState, held: Location, roots: Sequence[Path], meter: Meter, cancel: Cancel
) -> Healed:
    """Take each that is damaged from the first that has it; the rest stays.

    Raises OSError and what ``cancel`` raises.
    """
    size = 0
    taken: dict[str, int] = {}
    for record in list(damaged_files(stick, cancel)):
        near = file_near(record, roots, cancel)
        if near is not None:
            root, path = near
            size += write_bundle(held, record, path, meter, cancel)
            taken[str(root)] = taken.get(str(root), 0) + 1
    return Healed(sum(taken.values()), size, 0, taken)
