"""Extra data on its way to another drive, checked as it is copied."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256

from app.fs.files import temporary_name
from app.fs.root import Root
from app.message import Message
from app.progress import Cancel, Meter
from app.remedy import Remedy
from app.stick.cloning.original import Original, OriginalDamagedError
from app.stick.store.location import Location
from app.stick.store.payloads import is_right, payload_folder, stored_payloads

_STEP = 1024 * 1024


def missing_payloads(original: Original, place: Location) -> dict[str, int]:
    """`Payload.path` → bytes of what the place has not, or not of that size. Raises OSError."""
    there = stored_payloads(place)
    return {path: size for path, size in original.payloads.items() if there.get(path) != size}


def copy_payloads(
    original: Original, target: Location, meter: Meter, cancel: Cancel, *, distrust: bool
) -> None:
    """All that are missing; with ``distrust`` also those that are there and damaged.

    Raises `OriginalDamagedError`, OSError, and what ``cancel`` raises.
    """
    folder = payload_folder(target)
    missing: Mapping[str, int] = missing_payloads(original, target)
    for path in original.payloads:
        cancel.check()
        if path in missing or (distrust and not is_right(folder, path)):
            _copy(payload_folder(original.location), path, folder, meter, cancel)


def _copy(source: Root, path: str, target: Root, meter: Meter, cancel: Cancel) -> None:
    above, name = os.path.split(path)
    target.make_directory(above)
    temporary = f"{above}/{temporary_name(name)}"
    digest = sha256()
    with os.fdopen(source.open_regular(path), "rb") as reading:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(target.open_for_writing(temporary, flags), "wb") as writing:
            while data := reading.read(_STEP):
                cancel.check()
                writing.write(data)
                digest.update(data)
                meter.bytes += len(data)
                meter.tick()
    if digest.hexdigest() != above:
        target.remove(temporary)
        raise OriginalDamagedError(
            Message(
                "{root} is damaged, so it is not copied: the file {path} is not what it should be.",
                root=source.shown("."),
                path=path,
            ),
            Remedy.REPAIR_FIRST.advice(drive=source.known_as or source.base),
        )
    target.rename(temporary, path)
