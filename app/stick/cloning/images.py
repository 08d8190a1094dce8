"""Images of container registries on their way to another drive, checked as they are copied."""

from __future__ import annotations

import os
from hashlib import sha256

from app.flatpak.registries.image import hexadecimal
from app.fs.files import temporary_name
from app.fs.root import Root
from app.message import Message
from app.progress import Cancel, Meter
from app.remedy import Remedy
from app.stick.cloning.original import Original, OriginalDamagedError
from app.stick.store.image_blobs import is_right, needed_sizes, prune_images
from app.stick.store.images import (
    BLOBS,
    blob_path,
    layout_of,
    list_images,
    read_images,
    stored_blobs,
)
from app.stick.store.location import Location

_STEP = 1024 * 1024


def missing_images(original: Original, place: Location) -> dict[str, int]:
    """Digest → bytes of what the place has not, or not of that size. Raises OSError."""
    there = stored_blobs(place)
    return {
        digest: size
        for digest, size in needed_sizes(original.location).items()
        if there.get(digest) != size
    }


def copy_images(
    original: Original, target: Location, meter: Meter, cancel: Cancel, *, distrust: bool
) -> None:
    """All content that is missing; with ``distrust`` all that is there is looked at.

    Raises `OriginalDamagedError`, OSError, and what ``cancel`` raises.
    """
    needed = needed_sizes(original.location)
    if not needed:
        return
    layout = layout_of(target)
    layout.make_directory(BLOBS)
    missing = missing_images(original, target)
    for digest in needed:
        cancel.check()
        if digest in missing or (distrust and not is_right(layout, digest)):
            _copy(layout_of(original.location), digest, layout, meter, cancel)


def publish_images(original: Original, target: Location) -> None:
    """The list names what the original's names, and nothing else is there. Raises OSError."""
    list_images(target, read_images(original.location))
    prune_images(target)


def _copy(source: Root, digest: str, target: Root, meter: Meter, cancel: Cancel) -> None:
    path = blob_path(digest)
    temporary = f"{BLOBS}/{temporary_name(hexadecimal(digest))}"
    computed = sha256()
    with os.fdopen(source.open_regular(path), "rb") as reading:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(target.open_for_writing(temporary, flags), "wb") as writing:
            while data := reading.read(_STEP):
                cancel.check()
                writing.write(data)
                computed.update(data)
                meter.bytes += len(data)
                meter.tick()
    if computed.hexdigest() != hexadecimal(digest):
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
