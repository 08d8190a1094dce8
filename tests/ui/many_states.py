"""The states of Review and Make where several drives get the same apps; see `window_states`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.drive.safety.guard import DriveGoneError
from app.errors import DriveError
from app.message import Message
from app.ostree.pull.answers import OfflineError
from app.replacing import replace
from tests.ui.many import choose_several
from tests.ui.window_state import WindowState
from tests.waiting import GUARD_MS
from ui.controllers.failures import Written
from ui.controllers.many import ManyController
from ui.controllers.many_view import DriveRow, ManyStatus, RowState
from ui.controllers.planned_drives import made_of
from ui.controllers.planning import PlanController, PlanState, PlanStatus
from ui.controllers.progress import Progress
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_MB = 10**6
_NAME = Message("Name a drive or a directory.")


def row(number: int, state: RowState, share: float | None = None) -> DriveRow:
    """Of a drive that is so far."""
    progress = None
    if share is not None:
        progress = Progress(share, 9, 30, round(share * 2100) * _MB, 2100 * _MB, 6 * _MB, 120.0)
    return DriveRow(number, "org.test.Drive", "org.test", state=state, progress=progress)


_GONE = replace(
    row(3, RowState.UNPLUGGED, 0.5), error=DriveGoneError(_NAME), there=False, written=Written.PARTS
)
_FAILED = replace(row(4, RowState.FAILED, 0.3), error=DriveError(_NAME), written=Written.PARTS)
_ASKED = replace(row(5, RowState.ASKING), entries=("org.test/", "org.test"))

MANY_STATUSES: dict[str, ManyStatus] = {
    "make: several": ManyStatus(
        (
            row(1, RowState.EJECTED),
            row(2, RowState.WRITING, 0.38),
            _GONE,
            _FAILED,
            _ASKED,
            row(6, RowState.CHECKING, 0.84),
            row(7, RowState.ALREADY),
        ),
        keeps_going=True,
        made=14,
    ),
    "make: several, paused": ManyStatus((row(1, RowState.WRITING, 0.38),), paused=True),
    "make: several, ended": ManyStatus((row(1, RowState.READY), _FAILED), made=1),
    "make: several, no internet": ManyStatus(
        (replace(row(1, RowState.OFFLINE, 0.4), error=OfflineError(_NAME)),), wait=12
    ),
    "make: several copies": ManyStatus(
        (row(1, RowState.READY), row(2, RowState.WRITING, 0.5)), source="org.test.Drive", apps=2
    ),
    "make: several, the next": ManyStatus((row(1, RowState.EJECTED),), keeps_going=True, made=1),
}


def _directories(window: MainWindow, *names: str) -> list[Path]:
    cache = window.session.environment.cache
    cache.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=cache))
    roots = [scratch / name for name in names]
    for root in roots:
        root.mkdir()
    return roots


def reviewing(window: MainWindow, qtbot: QtBot) -> None:
    """One of them is too small."""
    session = window.session
    choose_several(session, *_directories(window, "org.test.One", "org.test.Two"))
    chosen = replace(session.choice.refs[0], name="org.test.App")
    session.set_choice(replace(session.choice, refs=(chosen,)))
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: len(session.plans) == 2, timeout=GUARD_MS)
    controller = window.page.findChild(PlanController)
    assert controller is not None
    made = controller.status.made
    assert made is not None
    first, last = made.drives
    assert last.plan is not None
    estimate = last.plan.estimate
    small = replace(estimate, space=replace(estimate.space, free=estimate.least // 2))
    last = replace(last, plan=replace(last.plan, estimate=small))
    controller.status = PlanStatus(PlanState.READY, made_of((first, last)))
    controller.status_changed.emit(controller.status)


def making(status: ManyStatus) -> WindowState:
    """As if they had come so far; nothing is written."""

    def show(window: MainWindow, qtbot: QtBot) -> None:
        session = window.session
        choose_several(session, *_directories(window, "org.test.One", "org.test.Two"))
        window.open(PageName.REVIEW)
        qtbot.waitUntil(lambda: len(session.plans) == 2, timeout=GUARD_MS)
        many = window.pages[PageName.MAKE].findChild(ManyController)
        assert many is not None
        many.enter = lambda: None  # type: ignore[method-assign]
        session.approve()
        many.status_changed.emit(status)
        window.open(PageName.MAKE)

    return show


MANY_STATES: dict[str, WindowState] = {
    "review: several": reviewing,
    **{name: making(status) for name, status in MANY_STATUSES.items()},
}
