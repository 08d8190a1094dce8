"""States of the Make page that a job passes through, or may get stuck in."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.drive.safety.guard import DriveGoneError
from app.errors import InterruptedByUser, SatchelError, TrustError
from app.fs.files import DriveFullError
from app.message import Message, verbatim
from app.ostree.pull.answers import OfflineError
from app.progress import AppPlace, AppProgress, AppsAdvanced, Phase
from app.replacing import replace
from app.stick.demo import APP
from tests.waiting import GUARD_MS
from ui.controllers.failures import Written
from ui.controllers.job import JobController, JobState, JobStatus
from ui.controllers.progress import Progress
from ui.controllers.shortage import Shortage
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_MB = 10**6
_REF = f"app/{APP}/x86_64/stable"
_FETCHING = JobStatus(
    JobState.RUNNING,
    Phase.DOWNLOAD,
    progress=Progress(
        0.38, 900, 3000, 800 * _MB, 2100 * _MB, 6.2 * _MB, 180.0, app=AppPlace(_REF, 2, 3)
    ),
)
_APPS = AppsAdvanced(
    tuple(
        AppProgress(f"app/org.test.{name}/x86_64/stable", done * _MB, 320 * _MB, done == 320)
        for name, done in (("A", 320), ("B", 176), ("C", 0))
    )
)
_NAME = Message("Name a drive or a directory.")


def _broken(error: SatchelError, state: JobState = JobState.FAILED) -> JobStatus:
    return replace(_FETCHING, state=state, error=error, written=Written.PARTS, wait=12)


JOB_STATES: dict[str, JobStatus] = {
    "make: getting": _FETCHING,
    "make: nothing comes": replace(
        _FETCHING, progress=Progress(0.38, 900, 3000, 800 * _MB, 2100 * _MB, still=20.0)
    ),
    "make: paused": replace(_FETCHING, state=JobState.PAUSED, paused=True),
    "make: saving": replace(_FETCHING, phase=Phase.FLUSH),
    "make: checking": replace(_FETCHING, phase=Phase.VERIFY),
    "make: no internet": _broken(OfflineError(_NAME), JobState.OFFLINE),
    "make: pulled out": _broken(DriveGoneError(_NAME), JobState.UNPLUGGED),
    "make: full": replace(
        _broken(DriveFullError(_NAME)), shortage=Shortage(others=90 * _MB, lacking=45 * _MB)
    ),
    "make: not trusted": _broken(TrustError(_NAME, verbatim("Name one."))),
    "make: stopped": _broken(InterruptedByUser(_NAME)),
}


def show_job(window: MainWindow, qtbot: QtBot, status: JobStatus) -> None:
    """As if a job for what is chosen had come so far; nothing is written."""
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: window.session.plan is not None, timeout=GUARD_MS)
    job = window.pages[PageName.MAKE].findChild(JobController)
    assert job is not None
    job.start = lambda: None  # type: ignore[method-assign]
    window.session.approve()
    window.open(PageName.MAKE)
    job.started.emit(window.session.work, True)
    job.apps_advanced.emit(_APPS)
    job.status_changed.emit(status)
