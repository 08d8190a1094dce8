"""What is done of a job or a check, as cells: each stands for as many bytes as any other."""

from __future__ import annotations

import math
from enum import Enum

from app.progress import Advanced, Phase

_MOST = 256
_FEWEST = 16
_SMALL = 64 * 1024
"""Bytes that are hardly worth a cell of their own."""


class CellState(Enum):
    """Of a cell, in the order in which it goes through them."""

    EMPTY = 0
    PLANNED = 1
    WRITTEN = 2
    VERIFIED = 3
    DAMAGED = 4


WorkCell = tuple[CellState, float]
"""The state of a cell, and how far it is on the way to the next, 0 to 1."""


class WorkCells:
    """The cells of one piece of work, in the order in which it is done.

    Attributes:
        cells: as they are now.
        damaged: objects, not cells.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """New work, of which nothing is known."""
        self._number = _FEWEST
        self._written: float | None = None
        self._verified: float | None = None
        self._bad: frozenset[int] = frozenset()
        self.damaged = 0
        self._count()

    def begin_phase(self, phase: Phase) -> None:
        """What an earlier phase of that name told is no longer so."""
        if phase is Phase.VERIFY:
            self._verified = None
            self._bad, self.damaged = frozenset(), 0
            self._count()

    def advance(self, event: Advanced) -> None:
        if not event.bytes_total:
            return
        share = min(1.0, event.bytes / event.bytes_total)
        if self._written is None and self._verified is None:
            power = math.floor(math.log2(max(1, event.bytes_total // _SMALL)))
            self._number = min(_MOST, max(_FEWEST, 2**power))
        if event.phase is Phase.DOWNLOAD:
            self._written = share
        elif event.phase is Phase.VERIFY:
            self._verified = share
            if event.damaged > self.damaged:
                # Found in what was read last.
                self._bad |= {min(self._number - 1, int(share * self._number))}
            self.damaged = event.damaged
        self._count()

    def counts(self) -> dict[CellState, int]:
        """Cells in each state."""
        counts = dict.fromkeys(CellState, 0)
        for state, _ in self.cells:
            counts[state] += 1
        return counts

    def _count(self) -> None:
        self.cells = tuple(self._cell(place) for place in range(self._number))

    def _cell(self, place: int) -> WorkCell:
        if place in self._bad:
            return CellState.DAMAGED, 0.0
        verified = self._done(self._verified, place)
        if verified == 1.0:
            return CellState.VERIFIED, 0.0
        if self._written is None and self._verified is None:
            return CellState.EMPTY, 0.0
        # A check alone finds everything written.
        written = self._done(self._written, place) if self._written is not None else 1.0
        return (CellState.WRITTEN, verified) if written == 1.0 else (CellState.PLANNED, written)

    def _done(self, share: float | None, place: int) -> float:
        """How much of a cell is done, if so much is of all of them."""
        return min(1.0, max(0.0, (share or 0.0) * self._number - place))
