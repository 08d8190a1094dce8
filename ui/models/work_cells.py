"""What is done of a job or a check, as cells: each stands for a group of objects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

from app.progress import GROUPS, Phase, Placed

_FULL = 8
"""Objects for a cell on average, so that hardly any cell has none: their names are random."""
_FEWEST = 16
_NOTHING = (0,) * GROUPS
_EMPTY = Placed(Phase.SIZES, _NOTHING, _NOTHING, _NOTHING)


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
    """The cells of one piece of work.

    Attributes:
        cells: as they are now.
    """

    def __init__(self) -> None:
        self._written = self._verified = _EMPTY
        self._number = _FEWEST
        self.cells: tuple[WorkCell, ...] = ((CellState.EMPTY, 0.0),) * self._number

    def begin(self, objects: int) -> None:
        """New work that will deal with about so many objects."""
        power = math.floor(math.log2(max(1, objects // _FULL)))
        self._number = min(GROUPS, max(_FEWEST, 2**power))
        self._written = self._verified = _EMPTY
        self._count()

    def begin_phase(self, phase: Phase) -> None:
        """What an earlier phase of that name told is no longer so."""
        self.place(Placed(phase, _NOTHING, _NOTHING, _NOTHING))

    def place(self, event: Placed) -> None:
        if event.phase is Phase.VERIFY:
            self._verified = event
        elif event.phase is Phase.DOWNLOAD:
            self._written = event
        self._count()

    @property
    def damaged(self) -> int:
        """Objects, not cells."""
        return sum(self._verified.bad)

    def counts(self) -> dict[CellState, int]:
        """Cells in each state."""
        counts = dict.fromkeys(CellState, 0)
        for state, _ in self.cells:
            counts[state] += 1
        return counts

    def _count(self) -> None:
        each = GROUPS // self._number
        self.cells = tuple(
            self._cell(slice(start, start + each)) for start in range(0, GROUPS, each)
        )

    def _cell(self, groups: slice) -> WorkCell:
        if any(self._verified.bad[groups]):
            return CellState.DAMAGED, 0.0
        verified = _share(self._verified.expected[groups], self._verified.done[groups])
        if verified == 1.0:
            return CellState.VERIFIED, 0.0
        written = _share(self._written.expected[groups], self._written.done[groups])
        if written is None:
            empty = verified is None
            return (CellState.EMPTY, 0.0) if empty else (CellState.WRITTEN, verified or 0.0)
        if written == 1.0:
            return CellState.WRITTEN, verified or 0.0
        return CellState.PLANNED, written


def _share(expected: Sequence[int], done: Sequence[int]) -> float | None:
    """How much of some groups is done; None where nothing is to do."""
    shares = [min(1.0, had / want) for want, had in zip(expected, done, strict=True) if want]
    return sum(shares) / len(shares) if shares else None
