"""Extra data where flatpak looks for it, as long as an installation takes.

flatpak takes ``extra-data/SHA256/NAME`` of the installing person's own directory, whoever it
installs for, before it asks the maker. A link to the drive is enough, and takes no room: flatpak
compares what it reads with the commit, which was checked. What was there before is never touched.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from app.flatpak.extra_data import Payload, is_payload_path
from app.fs.root import Root
from app.stick.store.location import KIT_FOLDER
from app.stick.store.payloads import EXTRA_DATA, MOST_STORED, is_right


class LentPayloads:
    """Links that go when the context ends."""

    def __init__(self, directory: Path, kits: Sequence[Root]) -> None:
        """``directory``: the person's of flatpak; ``kits``: those of the sticks."""
        self._folder = directory / EXTRA_DATA
        self._sources = [kit.below(EXTRA_DATA) for kit in kits]
        self._links: set[Path] = set()
        self._directories: list[Path] = []

    def __enter__(self) -> Self:
        self._take_away_stale()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for link in self._links:
            with contextlib.suppress(OSError):
                if _is_ours(link):
                    link.unlink()
        for directory in reversed(self._directories):
            with contextlib.suppress(OSError):
                directory.rmdir()

    def lend(self, payloads: Iterable[Payload]) -> tuple[Payload, ...]:
        """Those of these that no stick has whole."""
        return tuple(payload for payload in payloads if not self._lend(payload))

    def _lend(self, payload: Payload) -> bool:
        link = self._folder / payload.path
        if payload.problem:
            return False
        if link in self._links or os.path.lexists(link):
            return True
        source = next((each for each in self._sources if is_right(each, payload.path)), None)
        if source is None:
            return False
        try:
            for directory in (self._folder.parent, self._folder, link.parent):
                self._make(directory)
            link.symlink_to(source.shown(payload.path).absolute())
        except OSError:
            return False
        self._links.add(link)
        return True

    def _make(self, directory: Path) -> None:
        with contextlib.suppress(FileExistsError):
            directory.mkdir(parents=directory == self._folder.parent)
            if directory != self._folder.parent:
                self._directories.append(directory)

    def _take_away_stale(self) -> None:
        """What a run left that was killed."""
        for link in islice(self._folder.glob("*/*"), MOST_STORED):
            with contextlib.suppress(OSError):
                if _is_ours(link):
                    link.unlink()
                    link.parent.rmdir()


def _is_ours(link: Path) -> bool:
    path = "/".join(link.parts[-2:])
    if not link.is_symlink() or not is_payload_path(path):
        return False
    return os.readlink(link).endswith(f"/{KIT_FOLDER}/{EXTRA_DATA}/{path}")
