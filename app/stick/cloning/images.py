"""Images of container registries on their way to another drive, checked as they are copied."""

from __future__ import annotations

from app.flatpak.registries.image import hexadecimal
from app.progress import Cancel, Meter
from app.stick.cloning.named_by_sum import copy_checked
from app.stick.cloning.original import Original
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
) -> int:
    """All content that is missing; with ``distrust`` all that is there is looked at.

    Returns its bytes. Raises `OriginalDamagedError`, OSError, and what ``cancel`` raises.
    """
    needed = needed_sizes(original.location)
    if not needed:
        return 0
    layout = layout_of(target)
    layout.make_directory(BLOBS)
    missing = missing_images(original, target)
    copied = 0
    for digest, size in needed.items():
        cancel.check()
        if digest in missing or (distrust and not is_right(layout, digest)):
            path, sum_ = blob_path(digest), hexadecimal(digest)
            copy_checked(layout_of(original.location), path, sum_, size, layout, meter, cancel)
            copied += size
    return copied


def publish_images(original: Original, target: Location) -> None:
    """The list names what the original's names, and nothing else is there. Raises OSError."""
    list_images(target, read_images(original.location))
    prune_images(target)
