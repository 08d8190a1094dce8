"""A drive that is repaired: what that would do, while it is done, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

import contents_pictures
from settling import settle

from app.progress import Phase
from ui.controllers.job import JobController, JobState, JobStatus
from ui.controllers.progress import Progress
from ui.state.page_name import PageName
from ui.state.works.work import WorkKind
from ui.window.main_window import MainWindow

_MB = 10**6


def damaged(window: MainWindow) -> None:
    """The check has found something, and it is known what a repair would do."""
    contents_pictures.damaged(window)
    settle(lambda: not window.bridge.busy)


def repaired(window: MainWindow) -> None:
    damaged(window)
    window.page.primary()
    settle(lambda: window.session.outcome is not None)


def repairing(window: MainWindow) -> None:
    """As if it had come so far."""
    damaged(window)
    job = window.pages[PageName.MAKE].findChild(JobController)
    assert job is not None
    job.start = lambda: None  # type: ignore[method-assign]
    window.page.primary()
    job.started.emit(window.session.work, True)
    job.status_changed.emit(
        JobStatus(
            JobState.RUNNING,
            Phase.COPY,
            progress=Progress(0.38, 12, 30, 5 * _MB, 14 * _MB, 6.2 * _MB, 18.0),
            kind=WorkKind.REPAIR,
        )
    )


MENDING_STATES: dict[str, Callable[[MainWindow], None]] = {
    "contents-damaged": damaged,
    "repairing": repairing,
    "repaired": repaired,
}
