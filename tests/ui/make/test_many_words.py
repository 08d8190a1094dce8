"""What is said of several drives together is what their rows say, one by one."""

from __future__ import annotations

import pytest

from app.drive.safety.guard import DriveGoneError
from app.errors import InterruptedByUser
from app.message import Message
from app.ostree.pull.answers import UnreachableError
from ui.controllers.many_view import DriveRow, ManyStatus, RowState
from ui.pages.make.many_words import details, sentence, state_line, state_word

GONE = DriveGoneError(Message("ONE is gone."))


def test_of_a_source_that_breaks_off_the_row_says_what_it_means() -> None:
    reason = UnreachableError(Message("{host} broke off: {reason}.", host="a", reason="Empty"))
    row = DriveRow(1, "ONE", state=RowState.FAILED, error=reason)
    assert state_line(row, paused=False) == "The source of the apps does not answer"
    assert any("Empty" in paragraph for paragraph in details(row))


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
