"""Rows of the catalogues, wherever they come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.flatpak.catalogue.remote_catalogue import Row

PAGE = 16
"""Rows that are read at once."""

RowKey = tuple[str, str]
"""Name of the remote, full ref."""


class RowSource(Protocol):
    """A `app.flatpak.catalogue.catalogues.Selection`, or rows that are there already."""

    def __len__(self) -> int: ...

    def rows(self, start: int, stop: int, /) -> Sequence[Row]: ...

    def find(self, remote: str, ref: str, most: int, /) -> int | None: ...


class RowList:
    """Rows one by one."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, start: int, stop: int, /) -> Sequence[Row]:
        return self._rows[start:stop]

    def find(self, remote: str, ref: str, most: int, /) -> int | None:
        keys = [row_key(row) for row in self._rows[:most]]
        return keys.index((remote, ref)) if (remote, ref) in keys else None


class StartedRows:
    """Rows of which the first are there already, so that showing them reads nothing."""

    def __init__(self, source: RowSource, first: int) -> None:
        """Reads that many now: for a thread that may take its time."""
        self._source = source
        self._first = source.rows(0, first)

    def __len__(self) -> int:
        return len(self._source)

    def rows(self, start: int, stop: int, /) -> Sequence[Row]:
        if stop <= len(self._first) or len(self._first) == len(self):
            return self._first[start:stop]
        return self._source.rows(start, stop)

    def find(self, remote: str, ref: str, most: int, /) -> int | None:
        return self._source.find(remote, ref, most)


def row_key(row: Row) -> RowKey:
    return row.remote.name, row.ref
