"""The cells of a picture of the work: as far as the bar, by the same bytes."""

from __future__ import annotations

import pytest

from app.progress import Advanced, Phase
from ui.models.work_cells import CellState, WorkCells

TOTAL = 64 * 1024 * 256


def done(phase: Phase, share: float, damaged: int = 0, total: int = TOTAL) -> Advanced:
    """Far more files than bytes are done: it must not matter."""
    return Advanced(phase, 95, 100, int(share * total), total, damaged=damaged)


def states(cells: WorkCells) -> set[CellState]:
    return {state for state, count in cells.counts().items() if count}


@pytest.mark.parametrize(("total", "number"), [(0, 16), (10**6, 16), (10**7, 128), (10**12, 256)])
def test_no_cell_is_for_hardly_anything(total: int, number: int) -> None:
    cells = WorkCells()
    cells.advance(done(Phase.DOWNLOAD, 0, total=total))
    assert len(cells.cells) == number


def test_the_picture_is_as_far_as_the_bar() -> None:
    cells = WorkCells()
    cells.advance(done(Phase.DOWNLOAD, 0.0625))
    assert cells.counts()[CellState.WRITTEN] == 16
    assert cells.counts()[CellState.PLANNED] == 240


def test_from_planned_to_verified() -> None:
    cells = WorkCells()
    assert states(cells) == {CellState.EMPTY}
    cells.advance(done(Phase.DOWNLOAD, 0.25 / 256))
    assert cells.cells[0] == (CellState.PLANNED, 0.25)
    cells.advance(done(Phase.DOWNLOAD, 1))
    assert states(cells) == {CellState.WRITTEN}
    cells.advance(done(Phase.VERIFY, 0.5 / 256))
    assert cells.cells[0] == (CellState.WRITTEN, 0.5)
    cells.advance(done(Phase.VERIFY, 1))
    assert states(cells) == {CellState.VERIFIED}


def test_damage_is_where_it_was_found_and_counted_in_objects() -> None:
    cells = WorkCells()
    cells.advance(done(Phase.VERIFY, 0.5, damaged=3))
    cells.advance(done(Phase.VERIFY, 1.0, damaged=3))
    assert [
        place for place, (state, _) in enumerate(cells.cells) if state is CellState.DAMAGED
    ] == [128]
    assert cells.damaged == 3
    cells.advance(done(Phase.VERIFY, 1.0, damaged=4))
    assert cells.cells[-1][0] is CellState.DAMAGED


def test_a_check_that_begins_again_forgets_what_it_told() -> None:
    cells = WorkCells()
    cells.advance(done(Phase.DOWNLOAD, 1))
    cells.advance(done(Phase.VERIFY, 1, damaged=1))
    cells.begin_phase(Phase.VERIFY)
    assert states(cells) == {CellState.WRITTEN}
    assert not cells.damaged
