"""How long something still takes: the same numbers and words on every page."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.progress import Phase
from tests.ui.widget_tree import texts
from ui.controllers.job import JobState, JobStatus
from ui.controllers.made_drive import MadeStatus
from ui.controllers.many_view import DriveRow, RowState
from ui.controllers.progress import Progress
from ui.i18n.time_left import time_left, time_left_short
from ui.pages.contents.check_progress import CheckProgress
from ui.pages.make.face import face_of
from ui.pages.make.many_words import state_line
from ui.pages.make.words import pace_sentence
from ui.pages.make.work_words import work_words
from ui.state.works.work import WorkKind


@pytest.mark.parametrize(
    ("seconds", "long", "short"),
    [
        (10, "a few seconds left", "10 s left"),
        (30, "about 30 second(s) left", "30 s left"),
        (60, "about 1 minute(s) left", "1 min left"),
        (1800, "about 30 minute(s) left", "30 min left"),
        (3600, "about 1 hour(s) left", "1 h left"),
        (36000, "about 10 hour(s) left", "10 h left"),
    ],
)
def test_every_page_tells_it_in_the_same_words(
    qtbot: QtBot, seconds: float, long: str, short: str
) -> None:
    """`RemainingTime` tells no other numbers."""
    progress = Progress(0.38, 900, 3000, 800, 2000, 10.0, seconds)
    short = short.replace(" ", "\N{NO-BREAK SPACE}", 1)
    assert (time_left(seconds), time_left_short(seconds)) == (long, short)

    # Where there is room: Make and the check of Contents.
    assert pace_sentence(progress).lower().startswith(long)
    check = CheckProgress()
    qtbot.addWidget(check)
    check.begin()
    check.show()
    check.show_progress(progress)
    assert any(text.endswith(f"read, {long}") for _, text in texts(check))

    # Where there is little: the sidebar, and the rows of several drives.
    status = JobStatus(JobState.RUNNING, Phase.DOWNLOAD, progress=progress)
    words = work_words(WorkKind.WRITE, "CLASSROOM")
    assert face_of(status, MadeStatus(), words, "CLASSROOM", "").value == f"38 %, {short}"
    row = DriveRow(1, "CLASSROOM", state=RowState.WRITING, progress=progress)
    assert state_line(row, paused=False).endswith(f", {short}")
