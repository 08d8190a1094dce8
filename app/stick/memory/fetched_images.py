"""Images of container registries that this computer has fetched from where they are published.

Nothing on a drive tells whose they are, since registries sign nothing; whoever has fetched them
over a protected connection knows. A line a digest, the newest last.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from app.flatpak.registries.image import is_digest
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.stick.memory.one_change import one_at_a_time

FILE = "images"
_MOST = 20_000
_MAX_SIZE = 4 * 1024 * 1024


class FetchedImages:
    """They stand in a file; one that cannot be read is as none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> frozenset[str]:
        """Digests of their manifests."""
        return frozenset(self._read())

    @one_at_a_time
    def remember(self, digests: Iterable[str]) -> None:
        """What cannot be written is not remembered."""
        new = list(digests)
        if not new:
            return
        kept = [digest for digest in self._read() if digest not in new]
        lines = [*kept, *new][-_MOST:]
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
            replace_file(self._path, "".join(f"{line}\n" for line in lines).encode())

    def _read(self) -> list[str]:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return list(filter(is_digest, read_bounded(self._path, _MAX_SIZE).decode().split()))
        return []
