"""Content in the layout of images that nothing needs, and that it goes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator

from app.flatpak.registries.image import hexadecimal
from app.fs.files import is_hollow
from app.fs.nodes import Node
from app.fs.root import Root
from app.fs.sums import file_sum
from app.stick.store.images import (
    BLOBS,
    INDEX_FILE,
    LAYOUT_FILE,
    SCRATCH,
    CarriedImage,
    blob_path,
    layout_of,
    needed_blobs,
    read_image,
    read_images,
    stored_blobs,
)
from app.stick.store.location import Location
from app.stick.store.record import read_record


def right_blobs(location: Location) -> dict[str, int]:
    """Digest → bytes of all content that is what its name says. Raises OSError."""
    layout = layout_of(location)
    there = stored_blobs(location)
    return {digest: size for digest, size in there.items() if is_right(layout, digest)}


def drop_damaged_blobs(location: Location) -> None:
    """Remove all content that is not what its name says. Raises OSError."""
    layout = layout_of(location)
    for digest in stored_blobs(location):
        if not is_right(layout, digest):
            layout.remove(blob_path(digest))


def is_right(layout: Root, digest: str) -> bool:
    """Whether content is what its name says; it has to be there. Raises OSError."""
    with os.fdopen(layout.open_regular(blob_path(digest)), "rb") as file:
        status = os.fstat(file.fileno())
        if is_hollow(status):
            return False
        return file_sum(file, status.st_size) == hexadecimal(digest)


def needed_sizes(location: Location) -> dict[str, int]:
    """Digest → bytes of all content that images on the list need, of those that can be read."""
    sizes: dict[str, int] = {}
    for image in read_images(location):
        read = read_image(location, image)
        if read is not None:
            sizes.update((blob.digest, blob.size) for blob in needed_blobs(read))
    return sizes


def unneeded_blobs(location: Location, *, forgotten: bool = False) -> Iterator[tuple[str, int]]:
    """Path in the layout and bytes of content that nothing on the list needs; of `unnamed_blobs`
    only if they are ``forgotten``.

    Nothing where that cannot be told, since the list or an image cannot be read. Raises OSError.
    """
    needed: set[str] = set()
    listed = read_images(location)
    unreadable = not listed and layout_of(location).node(INDEX_FILE) is not None
    if unreadable and not forgotten:
        return
    unnamed = frozenset() if forgotten else unnamed_blobs(location)
    for image in (*listed, *_recorded(location, {each.ref for each in listed})):
        read = read_image(location, image)
        if read is None:
            return
        needed.update(blob.digest for blob in needed_blobs(read))
    for digest, size in stored_blobs(location).items():
        if digest not in needed and digest not in unnamed:
            yield blob_path(digest), size


def unnamed_blobs(location: Location) -> frozenset[str]:
    """Digests of content that was there when list and record were lost together, and that nothing
    on the list needs: whose it is nobody can tell, and nobody has asked to free it. As
    `app.stick.store.unnamed`. Raises OSError."""
    stored = stored_blobs(location)
    record = read_record(location) if stored else None
    if not stored or (record is not None and not record.unnamed):
        return frozenset()
    there = stored.keys() - needed_sizes(location).keys()
    if record is not None:
        return frozenset(there).intersection(record.unnamed)
    return frozenset() if read_images(location) else frozenset(there)


def _recorded(location: Location, listed: Collection[str]) -> Iterator[CarriedImage]:
    """What was put on the drive and the list has lost: a repair lists it again."""
    record = read_record(location)
    for entry in record.images if record is not None else ():
        if entry.ref not in listed:
            yield CarriedImage(entry.ref, entry.digest, 0)


def prune_images(location: Location, *, forgotten: bool = False) -> tuple[int, ...]:
    """Remove it, and what is left of interrupted jobs; the sizes of the files. Raises OSError."""
    layout = layout_of(location)
    unneeded = list(unneeded_blobs(location, forgotten=forgotten))
    for path, _ in unneeded:
        layout.remove(path)
    unneeded += scratch(location)
    drop_scratch(location)
    if layout.node(INDEX_FILE) is None and not stored_blobs(location):
        _drop_empty(layout)
    return tuple(size for _, size in unneeded)


def scratch(location: Location) -> Iterator[tuple[str, int]]:
    """Path in the layout and bytes of what has come of content that nobody goes on with."""
    layout = layout_of(location)
    if layout.node(SCRATCH) is Node.DIRECTORY:
        for entry in layout.walk(SCRATCH):
            if entry.node is not Node.DIRECTORY:
                yield entry.path, layout.status(entry.path).st_size


def drop_scratch(location: Location) -> None:
    """Remove that. Raises OSError."""
    layout = layout_of(location)
    if layout.node(SCRATCH) is not None:
        layout.remove_tree(SCRATCH)


def _drop_empty(layout: Root) -> None:
    """The layout itself, unless something else is in it."""
    with contextlib.suppress(OSError):
        layout.remove(LAYOUT_FILE)
    for path in (BLOBS, os.path.dirname(BLOBS), "."):
        with contextlib.suppress(OSError):
            layout.remove_directory(path)
