"""States of what is done to a drive with apps: repaired, copied, compared."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive
from app.drive.safety.guard import FileSystemIdentity
from app.errors import DriveError
from app.message import NOTHING, Message
from app.progress import Phase
from app.replacing import replace
from app.stick.cloning.place import OtherStickError
from app.stick.cloning.place import Place as CopyPlace
from app.stick.comparing.difference import Held, Side, compare
from app.stick.inspecting.inspection import Inspection
from app.stick.mending.request import RepairRequest
from app.stick.writing.outcome import Replaced
from tests.ui.window_state import WindowState
from tests.waiting import GUARD_MS
from ui.controllers.comparing import ComparingView
from ui.controllers.copying import CopyingView, CopyRow
from ui.controllers.failures import Written
from ui.controllers.inspection import InspectionController
from ui.controllers.job import JobController, JobState, JobStatus
from ui.controllers.mending import MendingController
from ui.controllers.progress import Progress
from ui.models.place import Place, PlaceKind
from ui.pages.contents.compare_dialog import CompareDialog
from ui.pages.contents.copy_dialog import CopyDialog
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.state.works.copy import CopyWork
from ui.state.works.repair import RepairWork
from ui.state.works.work import Work, WorkKind, WorkOutcome
from ui.window.main_window import MainWindow

_GB = 10**9
_MB = 10**6
_APP = "app/org.test.App/x86_64/stable"
_APPS = ((_APP, "org.test.App"),)
_NAME = Message("Name a drive or a directory.")
_FAR = Progress(0.38, 12, 30, 5 * _MB, 14 * _MB, 6.2 * _MB, 18.0)


def _work(window: MainWindow, kind: WorkKind) -> Work:
    drive = window.session.environment.demo_drive
    assert drive is not None
    window.session.set_target(Target(drive, "org.test.Drive"))
    if kind is WorkKind.REPAIR:
        return RepairWork(RepairRequest(drive), _APPS)
    return CopyWork(drive, ".ostree/repo", "org.test.More", drive, _APPS)


def _under_way(kind: WorkKind, phase: Phase, written: Written) -> WindowState:
    """Come so far; nothing is written."""

    def show(window: MainWindow, _qtbot: QtBot) -> None:
        job = window.pages[PageName.MAKE].findChild(JobController)
        assert job is not None
        job.start = lambda: None  # type: ignore[method-assign]
        work = _work(window, kind)
        window.session.begin(work)
        window.open(PageName.MAKE)
        job.started.emit(work, True)
        status = JobStatus(JobState.RUNNING, phase, written=written, progress=_FAR, kind=kind)
        job.status_changed.emit(status)

    return show


def _ended(kind: WorkKind, outcome: WorkOutcome) -> WindowState:
    def show(window: MainWindow, qtbot: QtBot) -> None:
        _under_way(kind, Phase.VERIFY, Written.ALL)(window, qtbot)
        window.session.set_outcome(outcome)

    return show


def _not_repairable(damaged: WindowState) -> WindowState:
    """Of what a check found, as if nobody had it any more."""

    def show(window: MainWindow, qtbot: QtBot) -> None:
        damaged(window, qtbot)
        mending = window.page.findChild(MendingController)
        assert mending is not None
        qtbot.waitUntil(lambda: not mending.outlook.looking, timeout=GUARD_MS)

    return show


def works_states(damaged: WindowState) -> dict[str, WindowState]:
    """``damaged`` shows what a check of a drive found."""
    replaced = Replaced(3, 14 * _MB, (_APP,), 1)
    return {
        "contents: repair foreseen": _not_repairable(damaged),
        "make: looking for damage": _under_way(WorkKind.REPAIR, Phase.VERIFY, Written.NOTHING),
        "make: repairing": _under_way(WorkKind.REPAIR, Phase.COPY, Written.PARTS),
        "make: repaired": _ended(
            WorkKind.REPAIR, WorkOutcome(replaced=replaced, free=5 * _GB, said=(_NAME,))
        ),
        "make: copying": _under_way(WorkKind.COPY, Phase.COPY, Written.PARTS),
        "make: copied": _ended(
            WorkKind.COPY, WorkOutcome(objects=9, bytes=2 * _GB, seconds=70.0, free=5 * _GB)
        ),
    }


def _opened(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _copying(contents: WindowState) -> WindowState:
    """Those that it can be copied to, and others that it cannot."""

    def show(window: MainWindow, qtbot: QtBot) -> None:
        contents(window, qtbot)
        inspection = _inspection(window)
        space = replace(inspection.space, total=8 * _GB, free=7 * _GB)
        identity = FileSystemIdentity(0, 0, 0, "", "")
        room = CopyPlace(inspection.location, identity, space, 900, 2 * _GB)
        small, other, tiny = (_place(name, number) for number, name in enumerate("ABC"))
        dialog = CopyDialog(window.session, window.bridge, window)
        _opened(dialog)
        rows = (
            CopyRow(small, Path("/a"), room),
            CopyRow(other, Path("/b"), error=OtherStickError(_NAME)),
            CopyRow(tiny, Path("/c"), error=DriveError(_NAME)),
        )
        dialog.show_view(CopyingView("org.test.Drive", rows))

    return show


def _place(name: str, number: int) -> Place:
    label = f"org.test.{name}"
    drive = Drive(f"/dev/sd{name}", number, "", label, "", "usb", 8 * _GB, True, False, NOTHING, ())
    return Place(PlaceKind.DRIVE, label, drive)


def _comparing(contents: WindowState) -> WindowState:
    """In every way in which an app may differ."""

    def show(window: MainWindow, qtbot: QtBot) -> None:
        contents(window, qtbot)
        held = Held("a", 1, "1.0")
        keys = [("org.test", f"app/org.test.{name}/x86_64/stable") for name in "ABCDEFG"]
        a, b, c, d, e, f, g = keys
        names = {key: key[1].split("/")[1] for key in keys}
        first = dict.fromkeys((a, b, c, d, e, g), held)
        second = {
            b: replace(held, whole=False),
            c: Held("b", 2, "2.0"),
            d: Held("b", 0, "0.9"),
            e: Held("b", 1),
            f: held,
        }
        other = Side("org.test.More", second, names, frozenset())
        difference = compare(Side("org.test.Drive", first, names), other)
        dialog = CompareDialog(window.session, window.bridge, window)
        _opened(dialog)
        dialog.show_view(ComparingView("org.test.Drive", (_place("A", 1),), None, difference))

    return show


def _inspection(window: MainWindow) -> Inspection:
    inspector = window.page.findChild(InspectionController)
    assert inspector is not None
    assert inspector.inspection is not None
    return inspector.inspection


def works_dialogs(contents: WindowState) -> dict[str, WindowState]:
    """``contents`` shows what is on a drive."""
    return {"copy to another drive": _copying(contents), "compare": _comparing(contents)}
