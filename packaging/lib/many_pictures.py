"""Several drives that get the same apps, in every state; see screenshots.py."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import contents_pictures
import drive_pictures
from settling import settle

from app.drive.safety.guard import DriveGoneError
from app.errors import DriveError
from app.message import Message
from app.replacing import replace
from ui.controllers.drive import DriveController
from ui.controllers.failures import Written
from ui.controllers.made_drive import MadeDriveController
from ui.controllers.many import ManyController
from ui.controllers.many_view import DriveRow, ManyStatus, RowState
from ui.controllers.planned_drives import made_of
from ui.controllers.planning import PlanController, PlanState, PlanStatus
from ui.controllers.progress import Progress
from ui.state.page_name import PageName
from ui.state.session import DrivePlan, Target
from ui.window.main_window import MainWindow

_MB = 10**6
_ALL = 2100 * _MB


def _row(number: int, state: RowState, share: float | None = None, left: float = 0) -> DriveRow:
    progress = None
    if share is not None:
        progress = Progress(share, 900, 3000, round(share * _ALL), _ALL, 6.2 * _MB, left)
    about = f"Norden USB drive, 8\N{NO-BREAK SPACE}GB, port 1-{number}"
    return DriveRow(number, "CLASSROOM", about, state=state, progress=progress)


_FAILED = replace(
    _row(6, RowState.FAILED, 0.3),
    name="NO NAME",
    about="Pocketline USB drive, 4\N{NO-BREAK SPACE}GB, port 1-6",
    error=DriveError(Message("The drive cannot be written to any more: input/output error.")),
    written=Written.PARTS,
)
_ROWS = (
    _row(1, RowState.EJECTED),
    _row(2, RowState.EJECTED),
    _row(3, RowState.CHECKING, 0.84, 30),
    _row(4, RowState.WRITING, 0.61, 120),
    _row(5, RowState.WRITING, 0.38, 300),
    _FAILED,
)
_ASKED = replace(_row(3, RowState.ASKING), name="NONAME", entries=("Photos/", "Music/", "School/"))
_PULLED_OUT = replace(
    _row(2, RowState.UNPLUGGED, 0.5),
    error=DriveGoneError(Message("The drive at {root} was unplugged or exchanged.", root="/")),
    there=False,
)

MANY_VIEWS: dict[str, ManyStatus] = {
    "make-many": ManyStatus(_ROWS, keeps_going=True, made=14),
    "make-many-paused": ManyStatus(_ROWS, paused=True),
    "make-many-asking": ManyStatus(
        (
            _row(1, RowState.EJECTED),
            _PULLED_OUT,
            _ASKED,
            _row(4, RowState.LOOKING),
            _row(5, RowState.ALREADY),
            replace(_row(6, RowState.DECLINED), name="HOLIDAY"),
        ),
        keeps_going=True,
        made=14,
    ),
    "make-many-ended": ManyStatus(
        (_row(1, RowState.READY), _row(2, RowState.READY), replace(_FAILED, number=3)), made=2
    ),
    "copying-many": ManyStatus(
        (_row(1, RowState.EJECTED), _row(2, RowState.CHECKING, 0.84, 30), _FAILED),
        source="LIBRARY",
        apps=10,
    ),
    "make-many-no-internet": ManyStatus(
        (_row(1, RowState.READY), _row(2, RowState.OFFLINE, 0.4)), wait=12
    ),
}


def chosen(window: MainWindow) -> None:
    """All that can be used."""
    drive_pictures.several(window)
    drives = window.session.drives
    shown = []
    for drive in drives.drives:
        volumes = drive.volumes
        if volumes and volumes[0].file_system == "exfat":
            root = _directory(window)
            free = volumes[0].size * 9 // 10
            volumes = (replace(volumes[0], mount_points=(root,), free=free, cluster=4096),)
        shown.append(replace(drive, volumes=volumes))
    drives.drives = tuple(shown)
    drives.changed.emit()
    controller = window.pages[PageName.DRIVE].findChild(DriveController)
    assert controller is not None
    controller.choose_all()


def _directory(window: MainWindow) -> Path:
    """An empty one, which goes with the demo."""
    cache = window.session.environment.cache
    cache.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=cache))


def reviewing(window: MainWindow) -> None:
    """Two drives, and one that is too small."""
    contents_pictures.reviewing(window)
    session = window.session
    scratch = _directory(window)
    roots = [scratch / name for name in ("CLASSROOM", "LIBRARY", "SMALL")]
    for root in roots:
        root.mkdir()
    session.set_targets(tuple(Target(root, root.name) for root in roots))
    settle(lambda: len(session.plans) == len(roots))
    controller = window.page.findChild(PlanController)
    assert controller is not None
    assert controller.status.made is not None
    *drives, last = controller.status.made.drives
    assert last.plan is not None
    estimate = last.plan.estimate
    small = replace(estimate, space=replace(estimate.space, free=estimate.least // 2))
    last = replace(last, plan=replace(last.plan, estimate=small))
    controller.status = PlanStatus(PlanState.READY, made_of((*drives, last)))
    controller.status_changed.emit(controller.status)


def made_alone(window: MainWindow) -> None:
    """A drive that can be ejected, or that others can follow."""
    contents_pictures.done(window)
    result = window.page.findChild(MadeDriveController)
    assert result is not None
    result.status_changed.emit(replace(result.status, can_eject=True))


def making(status: ManyStatus) -> Callable[[MainWindow], None]:
    """As if it had come so far; nothing is written."""

    def show(window: MainWindow) -> None:
        contents_pictures.reviewing(window)
        many = window.pages[PageName.MAKE].findChild(ManyController)
        assert many is not None
        plan, target = window.session.plan, window.session.target
        assert plan is not None
        assert target is not None
        many.enter = lambda: None  # type: ignore[method-assign]
        window.session.set_plans(plan, (DrivePlan(target, plan),))
        window.session.approve()
        many.status_changed.emit(status)
        window.open(PageName.MAKE)

    return show
