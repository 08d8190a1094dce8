"""Rows of the catalogues, wherever they come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.flatpak.catalogue.remote_catalogue import Row

RowKey = tuple[str, str]
"""Name of the remote, full ref."""


class RowSource(Protocol):
    """A `app.flatpak.catalogue.catalogues.Selection`, or rows that are there already."""

    def __len__(self) -> int: ...

    def rows(self, start: int, stop: int, /) -> Sequence[Row]: ...


class RowList:
    """Rows one by one."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, start: int, stop: int, /) -> Sequence[Row]:
        return self._rows[start:stop]


def row_key(row: Row) -> RowKey:
    return row.remote.name, row.ref
