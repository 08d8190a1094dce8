"""Extra data on its way to another drive, checked as it is copied."""

from __future__ import annotations

from collections.abc import Mapping

from app.progress import Cancel, Meter
from app.stick.cloning.named_by_sum import copy_checked
from app.stick.cloning.original import Original
from app.stick.store.location import Location
from app.stick.store.payloads import is_right, payload_folder, stored_payloads


def missing_payloads(original: Original, place: Location) -> dict[str, int]:
    """`Payload.path` → bytes of what the place has not, or not of that size. Raises OSError."""
    there = stored_payloads(place)
    return {path: size for path, size in original.payloads.items() if there.get(path) != size}


def copy_payloads(
    original: Original, target: Location, meter: Meter, cancel: Cancel, *, distrust: bool
) -> int:
    """All that are missing; with ``distrust`` also those that are there and damaged.

    Returns their bytes. Raises `OriginalDamagedError`, OSError, and what ``cancel`` raises.
    """
    folder = payload_folder(target)
    missing: Mapping[str, int] = missing_payloads(original, target)
    copied = 0
    for path, size in original.payloads.items():
        cancel.check()
        if path in missing or (distrust and not is_right(folder, path)):
            sum_ = path.partition("/")[0]
            source = payload_folder(original.location)
            copy_checked(source, path, sum_, size, folder, meter, cancel)
            copied += size
    return copied
