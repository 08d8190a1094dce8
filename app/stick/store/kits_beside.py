"""Kits of other drives, named to take from what is no object."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from app.flatpak.extra_data import Payload
from app.fs.nodes import Node
from app.fs.root import Root
from app.stick.store.images import LAYOUT, blob_path
from app.stick.store.location import KIT_FOLDER
from app.stick.store.payloads import EXTRA_DATA


class KitsBeside(Struct, frozen=True):
    """What they say by names and sizes; whoever takes something checks it.

    Attributes:
        payloads, layouts: directories as `payload_folder` and `layout_of` tell them; they need not
            be there.
    """

    payloads: tuple[Root, ...] = ()
    layouts: tuple[Root, ...] = ()

    @classmethod
    def of(cls, drives: Iterable[Path]) -> KitsBeside:
        """Of what is mounted there."""
        kits = [Root(drive).below(KIT_FOLDER) for drive in drives]
        return cls(
            tuple(kit.below(EXTRA_DATA) for kit in kits), tuple(kit.below(LAYOUT) for kit in kits)
        )

    def with_payload(self, payload: Payload) -> Root | None:
        """The first of `payloads` that has it."""
        return _first(self.payloads, payload.path, payload.size)

    def with_blob(self, digest: str, size: int) -> Root | None:
        """The first of `layouts` that has content of an image."""
        return _first(self.layouts, blob_path(digest), size)


NO_KITS = KitsBeside()


def _first(folders: Iterable[Root], path: str, size: int) -> Root | None:
    for folder in folders:
        with contextlib.suppress(OSError):
            if folder.node(path) is Node.FILE and folder.status(path).st_size == size:
                return folder
    return None
