"""The icons that a catalogue names: files in its commit.

Format: the element ``icon`` of type ``cached`` in
https://www.freedesktop.org/software/appstream/docs/chap-CatalogData.html. Some catalogues name the
file with its directory, ``64x64/NAME``, as appstream-glib did.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

_PLACED = re.compile("([0-9]{1,5})x([0-9]{1,5})(?:@([0-9]))?/(.*)")
_USUAL = 64


class AppIcon(Struct, frozen=True):
    """An icon of the catalogue: ``icons/64x64/NAME`` in its commit; ``64x64@2`` at scale 2.

    ``name`` is a file name; ``width`` and ``height`` are in units of the scale.
    """

    name: str
    width: int
    height: int
    scale: int = 1

    @property
    def directory(self) -> str:
        return f"{self.width}x{self.height}" + (f"@{self.scale}" if self.scale > 1 else "")


def cached_icon(attributes: Mapping[str, str], text: str) -> AppIcon | None:
    """The icon of an element's text; None for what is no file of the commit."""
    placed = _PLACED.fullmatch(text)
    if placed is not None:
        name, width, height = placed[4], int(placed[1]), int(placed[2])
        scale = int(placed[3] or 1)
    else:
        name, width = text, number_of(attributes.get("width"), _USUAL)
        height = number_of(attributes.get("height"), width)
        scale = number_of(attributes.get("scale"), 1)
    return AppIcon(name, width, height, max(scale, 1)) if _is_file_name(name) else None


def number_of(text: str | None, default: int) -> int:
    """A number of at most five digits."""
    return int(text) if text and re.fullmatch("[0-9]{1,5}", text) else default


def _is_file_name(text: str) -> bool:
    return "/" not in text and text not in {"", ".", ".."} and len(text) <= 255
