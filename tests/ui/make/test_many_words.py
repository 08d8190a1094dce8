"""What is said of several drives together is what their rows say, one by one."""

from __future__ import annotations

import pytest

from app.drive.safety.guard import DriveGoneError
from app.errors import InterruptedByUser
from app.message import Message
from ui.controllers.many_view import DriveRow, ManyStatus, RowState
from ui.pages.make.many_words import sentence, state_word

GONE = DriveGoneError(Message("ONE is gone."))


@pytest.mark.parametrize(
    ("row", "word", "summed"),
    [
        (DriveRow(1, "ONE", state=RowState.FAILED, error=GONE), "Failed", "1 failed."),
        (DriveRow(1, "ONE", state=RowState.UNPLUGGED, error=GONE), "Pulled out", "1 pulled out."),
        (
            DriveRow(1, "ONE", state=RowState.FAILED, error=InterruptedByUser(Message("Stop."))),
            "Stopped",
            "1 stopped.",
        ),
    ],
)
def test_a_drive_that_is_not_done(row: DriveRow, word: str, summed: str) -> None:
    assert state_word(row, paused=False) == word
    assert sentence(ManyStatus((row,))) == summed
