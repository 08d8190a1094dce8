"""The states of the window that every page has to bear being looked at in.

A state is a function that brings a window of the demo there. Add one for every state worth looking
at: `test_accessible` and `test_translated` go through all of them.
"""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.message import Message, verbatim
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.findings import Code, finding
from tests.ui.apps_states import APPS_STATES, choose_one
from tests.ui.contents_states import CONTENTS_STATES
from tests.ui.drive_states import DRIVE_STATES
from tests.ui.job_states import JOB_STATES, show_job
from tests.ui.many_states import MANY_STATES
from tests.ui.review_states import REVIEW_STATES, reviewing, reviewing_what_comes_off
from tests.ui.sharing_states import shared
from tests.ui.window_state import WindowState
from tests.waiting import GUARD_MS
from ui.controllers.job import JobStatus
from ui.controllers.settings import SettingsController
from ui.state.page_name import PageName
from ui.widgets.buttons import Link
from ui.widgets.fold import Fold
from ui.window.main_window import MainWindow

_LONG = GUARD_MS


def page(name: PageName) -> WindowState:
    """A page as it is when nothing has been chosen yet."""

    def show(window: MainWindow, _qtbot: QtBot) -> None:
        window.open(name)
        assert window.page.name == name

    return show


def made(window: MainWindow, qtbot: QtBot) -> None:
    """The job has ended, and its check found something."""
    reviewing(window, qtbot)
    window.page.primary()
    qtbot.waitUntil(lambda: window.session.outcome is not None, timeout=_LONG)
    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    missing = finding(
        Code.OBJECT_MISSING, "x", Message("The object {subject} is missing.", subject="x")
    )
    window.session.set_outcome(replace(outcome, check=replace(outcome.check, findings=(missing,))))


def making(status: JobStatus) -> WindowState:
    """A job that has come so far."""

    def show(window: MainWindow, qtbot: QtBot) -> None:
        choose_one(window)
        show_job(window, qtbot, status)

    return show


def ready(window: MainWindow, qtbot: QtBot) -> None:
    """The job has ended well, with something to know."""
    made(window, qtbot)
    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    old = finding(Code.END_OF_LIFE, "x", Message("No."))
    window.session.set_outcome(replace(outcome, check=replace(outcome.check, findings=(old,))))
    window.page.findChildren(Link)[-1].click()


def setting(window: MainWindow, qtbot: QtBot) -> None:
    """Something to know, everything unfolded, and a driver to be carried."""
    notice = Notice(
        Severity.WARNING, Message("Name a drive or a directory."), verbatim("Name one.")
    )
    known = window.session.known
    window.session.set_known(replace(known, notices=(notice,)))
    window.open(PageName.SETTINGS)
    controller = window.page.findChild(SettingsController)
    assert controller is not None
    controller.change("graphics", "nvidia")
    controller.change("gpus", ("nvidia-550-120",))
    for fold in window.page.findChildren(Fold):
        fold.set_open(True)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=_LONG)


def taken_off(window: MainWindow, qtbot: QtBot) -> None:
    """Nothing is left on the drive."""
    reviewing_what_comes_off(window, qtbot)
    window.page.primary()
    qtbot.waitUntil(lambda: window.session.outcome is not None, timeout=_LONG)


WINDOW_STATES: dict[str, WindowState] = {
    "drive": page(PageName.DRIVE),
    **DRIVE_STATES,
    "apps": page(PageName.APPS),
    **APPS_STATES,
    **REVIEW_STATES,
    **{name: making(status) for name, status in JOB_STATES.items()},
    **MANY_STATES,
    "make: ready": ready,
    "make: not ready": made,
    "make: taken off": taken_off,
    "contents": page(PageName.CONTENTS),
    **CONTENTS_STATES,
    "settings": page(PageName.SETTINGS),
    "settings: something to know": setting,
    "shared": shared,
}
