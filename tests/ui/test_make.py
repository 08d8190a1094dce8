"""Make: the whole job through the window, and everything that can get in its way."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.ui.jobs import choose, finish, said, write
from ui.pages.make import MakePage
from ui.widgets.work_map import State, WorkMap
from ui.window import MainWindow


def test_the_whole_job(window: MainWindow, qtbot: QtBot) -> None:
    choose(window)
    write(window, qtbot)
    finish(window, qtbot)

    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    assert outcome.check.ok
    assert "My drive is ready" in said(window)
    page = window.pages["make"]
    assert isinstance(page, MakePage)
    [picture] = page.findChildren(WorkMap)
    counts = picture.counts()
    assert counts[State.VERIFIED] > 0
    assert counts[State.DAMAGED] == counts[State.PLANNED] == counts[State.WRITTEN] == 0
