"""The icons of a catalogue: files in its commit, fetched when they are shown and then kept.

The signed summary names the commit, that its tree, that the file: each is checked by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from app.errors import UpstreamError
from app.flatpak.catalogue.appstream_icons import AppIcon
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.source import catalogue_ref
from app.flatpak.upstream.objects import find_objects, find_trees
from app.flatpak.upstream.upstream import Upstream
from app.formats.gvariant import FormatError
from app.ostree.content import unpack_content
from app.ostree.objects import Commit, ObjectKind, ObjectName

MAX_ICON = 1024 * 1024
"""Bytes, packed and unpacked. The largest of Flathub has 100,000."""

DIRECTORY = "icons"
_PNG = b"\x89PNG\r\n\x1a\n"


class Icons:
    """The icons of one remote and architecture. For one thread at a time.

    Where the commit or its trees cannot be had there are none: icons are worth no error.
    """

    def __init__(self, upstream: Upstream, arch: str) -> None:
        self._upstream = upstream
        self._arch = arch
        self._directories: dict[str, dict[str, str]] | None = None

    def get(self, components: Sequence[Component], size: int) -> dict[str, bytes]:
        """Ref → PNG of at least ``size`` pixels where there is one, else of another size.

        Fetches what is missing, several at once. Raises InterruptedByUser.
        """
        names = {}
        for component in components:
            checksum = best_icon(component.icons, self._trees(), size)
            if checksum is not None:
                names[component.ref] = ObjectName(checksum, ObjectKind.FILE)
        files = find_objects(self._upstream.client, list(names.values()), MAX_ICON)
        icons = {}
        for ref, name in names.items():
            icon = picture(files.get(name))
            if icon is not None:
                icons[ref] = icon
        return icons

    def _trees(self) -> dict[str, dict[str, str]]:
        """Directory → file → checksum."""
        if self._directories is None:
            self._directories = {}
            with suppress(UpstreamError, FormatError):
                self._directories = self._read_trees()
        return self._directories

    def _read_trees(self) -> dict[str, dict[str, str]]:
        checksum = catalogue_ref(self._upstream, self._arch).commit
        commit = Commit.parse(self._upstream.commits([checksum])[checksum])
        icons = [entry for entry in self._below([commit.tree]) if entry[0] == DIRECTORY]
        sizes = self._below([tree for _, tree in icons])
        trees = find_trees(self._upstream.client, [tree for _, tree in sizes])
        return {name: dict(trees[tree].files) for name, tree in sizes if tree in trees}

    def _below(self, checksums: Sequence[str]) -> list[tuple[str, str]]:
        """Name and tree of the directories in some."""
        trees = find_trees(self._upstream.client, checksums).values()
        return [(name, tree) for parent in trees for name, tree, _ in parent.directories]


def best_icon(
    icons: Iterable[AppIcon], directories: Mapping[str, Mapping[str, str]], size: int
) -> str | None:
    """The file of at least ``size`` pixels where there is one, else of another size.

    ``directories``: directory → file → checksum.
    """

    def distance(icon: AppIcon) -> tuple[bool, int]:
        pixels = icon.width * icon.scale
        return pixels < size, abs(pixels - size)

    for icon in sorted(icons, key=distance):
        files = directories.get(icon.directory, {})
        if icon.name in files:
            return files[icon.name]
    return None


def picture(data: bytes | None) -> bytes | None:
    """The content of a checked file if it is a PNG."""
    if data is None:
        return None
    _, _, content = unpack_content(data)
    return content if content.startswith(_PNG) else None
