"""The icons of a catalogue: files in its commit, fetched when they are shown and then kept.

The signed summary names the commit, that its tree, that the file: each is checked by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.errors import UpstreamError
from app.flatpak.appstream import Component, Icon
from app.flatpak.cache import RemoteCache
from app.flatpak.catalogue import catalogue_ref
from app.flatpak.upstream import Upstream, fetch_all
from app.ostree.content import check_content, unpack_content
from app.ostree.gvariant import FormatError
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    Commit,
    DirTree,
    Kind,
    ObjectName,
    check_metadata,
)

MAX_ICON = 1024 * 1024
"""Bytes, packed and unpacked. The largest of Flathub has 100,000."""

SIZES = (64, 128)
_DIRECTORY = "icons"
_PNG = b"\x89PNG\r\n\x1a\n"


class Icons:
    """The icons of one remote and architecture. For one thread at a time.

    Where the commit or its trees cannot be had there are none: icons are worth no error.
    """

    def __init__(self, upstream: Upstream, arch: str, cache_directory: Path) -> None:
        self._upstream = upstream
        self._arch = arch
        self._cache = RemoteCache(cache_directory, upstream.remote.url)
        self._directories: dict[str, dict[str, str]] | None = None

    def get(self, components: Sequence[Component], size: int) -> dict[str, bytes]:
        """Ref → PNG of at least ``size`` pixels where there is one, else of another size.

        Fetches what is missing, several at once. Raises InterruptedByUser.
        """
        names = {}
        for component in components:
            checksum = self._find(component, size)
            if checksum is not None:
                names[component.ref] = ObjectName(checksum, Kind.FILE)
        files = self._objects(list(dict.fromkeys(names.values())))
        found = {}
        for ref, name in names.items():
            icon = _picture(files.get(name))
            if icon is not None:
                found[ref] = icon
        return found

    def _find(self, component: Component, size: int) -> str | None:
        def distance(icon: Icon) -> tuple[bool, int]:
            return icon.width < size, abs(icon.width - size)

        directories = self._trees()
        for icon in sorted(component.icons, key=distance):
            files = directories.get(f"{icon.width}x{icon.height}", {})
            if icon.name in files:
                return files[icon.name]
        return None

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
        root = self._tree(commit.tree)
        icons = next((tree for name, tree, _ in root.directories if name == _DIRECTORY), None)
        if icons is None:
            return {}
        return {
            name: dict(self._tree(tree).files) for name, tree, _ in self._tree(icons).directories
        }

    def _tree(self, checksum: str) -> DirTree:
        name = ObjectName(checksum, Kind.DIRTREE)
        data = self._objects([name]).get(name)
        if data is None:
            raise FormatError("a tree of the catalogue is missing")
        return DirTree.parse(data)

    def _objects(self, names: Sequence[ObjectName]) -> dict[ObjectName, bytes]:
        """Those that are kept or can be had. By upstream's own paths: nothing else knows them."""
        found = {}
        missing = []
        for name in names:
            data = self._cache.read(f"objects/{name.path}")
            if data is None or not _intact(name, data):
                missing.append(name)
            else:
                found[name] = data
        limit = MAX_METADATA_SIZE if any(one.kind is Kind.DIRTREE for one in missing) else MAX_ICON
        with suppress(UpstreamError):
            fetched = fetch_all(
                self._upstream.source, [f"objects/{name.path}" for name in missing], limit
            )
            for name, data in zip(missing, fetched, strict=True):
                if data is not None and _intact(name, data):
                    self._cache.write(f"objects/{name.path}", data)
                    found[name] = data
        return found


def _intact(name: ObjectName, data: bytes) -> bool:
    try:
        if name.kind is Kind.FILE:
            # The size stands first in the file's header. Never unpacks to more than it says.
            if int.from_bytes(data[8:16], "big") > MAX_ICON:
                return False
            check_content(name.checksum, data)
        else:
            check_metadata(name, data)
    except FormatError:
        return False
    return True


def _picture(data: bytes | None) -> bytes | None:
    """The content of a checked file if it is a PNG."""
    if data is None:
        return None
    _, _, content = unpack_content(data)
    return content if content.startswith(_PNG) else None
