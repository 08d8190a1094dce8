"""How much the images of a plan take."""

from __future__ import annotations

from collections.abc import Sequence

from app.drive.space import Space
from app.flatpak.registries.image import hexadecimal
from app.replacing import replace
from app.stick.planning.freeing import Freed
from app.stick.planning.plan import Action, PlannedImage, Removal
from app.stick.planning.sizes import Estimate, Part, TooLarge, file_key
from app.stick.store.images import ImagesOnDrive, needed_blobs

_LAYOUT_CLUSTERS = 8
_IMAGE_TEXT = 2 * 1024
"""Bytes of what lists and record say about an image."""


def with_room(
    estimate: Estimate,
    images: Sequence[PlannedImage],
    drive: ImagesOnDrive,
    removed: Sequence[Removal] = (),
    *,
    prunes: bool = False,
) -> Estimate:
    """``estimate`` with what images take, and what becomes free of those that are ``removed``, and
    with ``prunes`` of those that newer ones take the place of."""
    if removed or (prunes and any(each.item.action is Action.UPDATE for each in images)):
        freed, before = _freed(images, drive, removed, estimate.space), estimate.freed
        objects, size = before.objects + freed.objects, before.bytes + freed.bytes
        estimate = replace(estimate, freed=Freed(objects, size, exact=before.exact))
    space = estimate.space
    parts: list[Part] = []
    large: list[TooLarge] = []
    counted: set[str] = set()
    files = 0
    for image in images:
        if image.item.action is Action.KEEP:
            continue
        part, new = _part(image, drive, space, counted)
        files += new
        parts.append(part)
        most = max((blob.size for blob in image.blobs), default=0)
        if space.max_file is not None and most > space.max_file:
            large.append(TooLarge(image.item.ref, most))
    if not parts:
        return estimate
    fetch = sum(part.fetch for part in parts)
    around = _LAYOUT_CLUSTERS * space.cluster + len(parts) * _IMAGE_TEXT
    write = sum(part.write for part in parts) + around
    return replace(
        estimate.plus(files, fetch, write, write, large),
        there=estimate.there + sum(part.there for part in parts),
        held=estimate.held + sum(part.held for part in parts),
        parts=(*estimate.parts, *parts),
    )


def _freed(
    images: Sequence[PlannedImage],
    drive: ImagesOnDrive,
    removed: Sequence[Removal],
    space: Space,
) -> Freed:
    """Content that nothing on the drive needs afterwards."""
    gone = {(each.collection, each.ref) for each in removed}
    gone |= {
        (each.item.collection, each.item.ref)
        for each in images
        if each.item.action is not Action.KEEP
    }
    needed = {blob.digest for image in images for blob in image.blobs}
    needed |= {
        blob.digest
        for key, image in drive.images.items()
        if key not in gone
        for blob in needed_blobs(image)
    }
    sizes = [size for digest, size in drive.blobs.items() if digest not in needed]
    return Freed(len(sizes), sum(map(space.allocated, sizes)))


def _part(
    image: PlannedImage, drive: ImagesOnDrive, space: Space, counted: set[str]
) -> tuple[Part, int]:
    """And how many files come. ``counted``: digests that are counted already; it grows."""
    fetch = write = there = held = files = unnamed = 0
    coming: dict[bytes, int] = {}
    for blob in image.blobs:
        if blob.digest in counted:
            continue
        if blob.digest:
            counted.add(blob.digest)
        if blob.digest in drive.blobs:
            there += blob.size
            held += space.allocated(blob.size)
            continue
        fetch += blob.size
        write += space.allocated(blob.size)
        files += 1
        if blob.digest:
            coming[file_key(hexadecimal(blob.digest))] = blob.size
        else:
            unnamed += blob.size
    item = image.item
    part = Part(item.collection, item.ref, fetch, there, write, held, coming, unnamed)
    return part, files
