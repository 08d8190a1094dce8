"""Content in the layout of images that nothing needs, and that it goes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from app.fs.nodes import Node
from app.fs.root import Root
from app.stick.store.images import (
    BLOBS,
    LAYOUT_FILE,
    SCRATCH,
    blob_path,
    layout_of,
    needed_blobs,
    read_image,
    read_images,
    stored_blobs,
)
from app.stick.store.location import Location


def unneeded_blobs(location: Location) -> Iterator[tuple[str, int]]:
    """Path in the layout and bytes of content that nothing on the list needs.

    Nothing where that cannot be told, since an image cannot be read. Raises OSError.
    """
    needed: set[str] = set()
    for image in read_images(location):
        read = read_image(location, image)
        if read is None:
            return
        needed.update(blob.digest for blob in needed_blobs(read))
    for digest, size in stored_blobs(location).items():
        if digest not in needed:
            yield blob_path(digest), size


def prune_images(location: Location) -> tuple[int, ...]:
    """Remove it, and what is left of interrupted jobs; the sizes of the files. Raises OSError."""
    layout = layout_of(location)
    unneeded = list(unneeded_blobs(location))
    for path, _ in unneeded:
        layout.remove(path)
    drop_scratch(location)
    if layout.node(".") is Node.DIRECTORY and not read_images(location):
        _drop_empty(layout)
    return tuple(size for _, size in unneeded)


def drop_scratch(location: Location) -> None:
    """What has come of content that nobody goes on with. Raises OSError."""
    layout = layout_of(location)
    if layout.node(SCRATCH) is not None:
        layout.remove_tree(SCRATCH)


def _drop_empty(layout: Root) -> None:
    """The layout itself, unless something else is in it."""
    layout.remove(LAYOUT_FILE)
    for path in (BLOBS, os.path.dirname(BLOBS), "."):
        with contextlib.suppress(OSError):
            layout.remove_directory(path)
