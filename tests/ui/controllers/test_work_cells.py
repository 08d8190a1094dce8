"""The cells of a picture of the work."""

from __future__ import annotations

from app.progress import GROUPS, Phase, Placed
from ui.models.work_cells import CellState, WorkCells


def placed(phase: Phase, expected: int, done: int, bad: int = 0) -> Placed:
    """The same in every group."""
    return Placed(phase, (expected,) * GROUPS, (done,) * GROUPS, (bad,) * GROUPS)


def states(cells: WorkCells) -> set[CellState]:
    return {state for state, count in cells.counts().items() if count}


def test_hardly_a_cell_is_empty() -> None:
    cells = WorkCells()
    for objects, number in ((0, 16), (200, 16), (1000, 64), (10**6, GROUPS)):
        cells.begin(objects)
        assert len(cells.cells) == number


def test_from_planned_to_verified() -> None:
    cells = WorkCells()
    cells.begin(1000)
    assert states(cells) == {CellState.EMPTY}
    cells.place(placed(Phase.DOWNLOAD, 4, 1))
    assert cells.cells[0] == (CellState.PLANNED, 0.25)
    cells.place(placed(Phase.DOWNLOAD, 4, 4))
    assert states(cells) == {CellState.WRITTEN}
    cells.place(placed(Phase.VERIFY, 4, 2))
    assert cells.cells[0] == (CellState.WRITTEN, 0.5)
    cells.place(placed(Phase.VERIFY, 4, 4))
    assert states(cells) == {CellState.VERIFIED}


def test_what_is_damaged_is_counted_in_objects() -> None:
    cells = WorkCells()
    cells.begin(0)
    cells.place(placed(Phase.VERIFY, 4, 4, bad=1))
    assert states(cells) == {CellState.DAMAGED}
    assert cells.damaged == GROUPS


def test_a_phase_that_begins_again_forgets_what_it_told() -> None:
    cells = WorkCells()
    cells.begin(0)
    cells.place(placed(Phase.VERIFY, 4, 4))
    cells.begin_phase(Phase.VERIFY)
    assert states(cells) == {CellState.EMPTY}
