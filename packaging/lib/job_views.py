"""Pictures of a job on its way: as if it had come so far; nothing is written."""

from __future__ import annotations

from app.drive.safety.guard import DriveGoneError
from app.fs.files import DriveFullError
from app.message import Message
from app.ostree.pull.answers import OfflineError
from app.progress import AppPlace, AppProgress, AppsAdvanced, Phase
from app.replacing import replace
from app.stick.writing.portions import portions
from ui.controllers.failures import Written
from ui.controllers.job import JobController, JobState, JobStatus
from ui.controllers.progress import Progress
from ui.controllers.shortage import Shortage
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_MB = 10**6
_GETTING = JobStatus(
    JobState.RUNNING,
    Phase.DOWNLOAD,
    progress=Progress(0.38, 9000, 30_000, 800 * _MB, 2100 * _MB, 6.2 * _MB, 180.0),
)
NO_INTERNET = OfflineError(
    Message("There is no internet connection: {host} cannot be reached.", host="example.org")
)

JOB_VIEWS: dict[str, JobStatus] = {
    "make": _GETTING,
    "make-check": replace(_GETTING, phase=Phase.VERIFY),
    "make-no-internet": replace(
        _GETTING,
        state=JobState.OFFLINE,
        wait=12,
        error=NO_INTERNET,
    ),
    "make-pulled-out": replace(
        _GETTING,
        state=JobState.UNPLUGGED,
        error=DriveGoneError(Message("What is at {root} was unplugged or exchanged.", root="/")),
    ),
    "make-full": replace(
        _GETTING,
        state=JobState.FAILED,
        written=Written.PARTS,
        shortage=Shortage(others=90 * _MB, lacking=45 * _MB),
        error=DriveFullError(
            Message(
                "The disk is full: no room is left while {doing}.",
                doing=Message("writing the repository"),
            )
        ),
    ),
}


def show_job(window: MainWindow, status: JobStatus) -> None:
    """For the plan on Review."""
    plan = window.session.plan
    job = window.pages[PageName.MAKE].findChild(JobController)
    assert plan is not None
    assert job is not None
    job.start = lambda: None  # type: ignore[method-assign]
    window.session.approve()
    window.open(PageName.MAKE)
    job.started.emit(window.session.work, True)
    apps = [portion for portion in portions(plan) if portion.ref]
    half, checked = len(apps) // 2, status.phase is Phase.VERIFY
    job.apps_advanced.emit(
        AppsAdvanced(
            tuple(
                AppProgress(
                    app.ref,
                    app.total * 6 // 10
                    if number == half and not checked
                    else app.total * (checked or number < half),
                    app.total,
                    checked or number < half,
                )
                for number, app in enumerate(apps)
            )
        )
    )
    progress = status.progress
    assert progress is not None
    now = None if checked else AppPlace(apps[half].ref, half + 1, len(apps))
    job.status_changed.emit(replace(status, progress=replace(progress, app=now)))
