"""What Make says of a drive that has no room left, and of one that cannot take a file."""

from __future__ import annotations

import pytest

from app.drive.space import Space
from app.errors import SatchelError
from app.fs.files import DriveFullError
from app.message import Message
from app.stick.planning.estimate import FileTooLargeError
from tests.ui.controllers.values import space
from ui.controllers.job import JobState, JobStatus
from ui.controllers.made_drive import MadeStatus
from ui.controllers.many_view import DriveRow, RowState
from ui.controllers.shortage import Shortage
from ui.pages.make.face import face_of
from ui.pages.make.many_words import state_line
from ui.pages.make.words import message_of
from ui.pages.make.work_words import work_words
from ui.state.works.work import WorkKind

pytestmark = pytest.mark.usefixtures("qapp")

MB = 10**6
FULL = DriveFullError(Message("The disk is full."))


def failed(error: SatchelError, shortage: Shortage | None = None) -> JobStatus:
    return JobStatus(JobState.FAILED, error=error, shortage=shortage)


@pytest.mark.parametrize(
    ("shortage", "said"),
    [
        (
            Shortage(90 * MB, 45 * MB),
            "Something else has written 90\N{NO-BREAK SPACE}MB to it. "
            "45\N{NO-BREAK SPACE}MB more are needed: make room on it, or leave apps out.",
        ),
        (
            Shortage(0, 45 * MB),
            "45\N{NO-BREAK SPACE}MB more are needed: make room on it, or leave apps out.",
        ),
        (None, "Make room on it, or leave apps out. What is written stays."),
    ],
)
def test_a_full_drive_tells_who_took_the_room_and_how_much_is_missing(
    shortage: Shortage | None, said: str
) -> None:
    message = message_of(failed(FULL, shortage), "CLASSROOM")
    assert message is not None
    assert (message.headline, message.meaning) == ("CLASSROOM is full.", said)


def test_a_file_that_is_too_large_for_its_file_system_does_not_make_a_drive_full() -> None:
    fat = Space(space().mount_point, "vfat", 4096, 10**9, 10**9, None, 4 * 10**9, False)
    error = FileTooLargeError.of("app/org.test.App/x86_64/stable", Message("a file of 5 GB"), fat)
    message = message_of(failed(error), "CLASSROOM")
    assert message is not None
    assert "full" not in message.headline
    assert "a file of 5 GB" in message.headline
    words = work_words(WorkKind.WRITE, "CLASSROOM")
    assert face_of(failed(error), MadeStatus(), words, "CLASSROOM", "").primary != "Look again"
    row = DriveRow(1, "CLASSROOM", state=RowState.FAILED, error=error)
    assert "a file of 5 GB" in state_line(row, paused=False)
