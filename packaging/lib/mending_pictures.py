"""A drive that is repaired, copied, compared: before it is done, meanwhile, and afterwards."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import contents_pictures
from settling import settle

from app.drive.drive import Drive
from app.drive.safety.guard import FileSystemIdentity
from app.fs.files import DriveFullError
from app.message import NOTHING, Message, Size
from app.progress import Phase
from app.replacing import replace
from app.stick.cloning.place import OtherStickError
from app.stick.cloning.place import Place as CopyPlace
from app.stick.comparing.difference import Held, Key, Side, compare
from app.stick.inspecting.inspection import Inspection
from ui.controllers.comparing import ComparingView
from ui.controllers.copying import CopyingView, CopyRow
from ui.controllers.failures import Written
from ui.controllers.inspection import InspectionController
from ui.controllers.job import JobController, JobState, JobStatus
from ui.controllers.progress import Progress
from ui.i18n.filling import filled
from ui.models.drive_apps import apps_of
from ui.models.place import Place, PlaceKind
from ui.pages.contents.compare_dialog import CompareDialog
from ui.pages.contents.contents_view import Part
from ui.pages.contents.copy_dialog import CopyDialog
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.state.works.copy import CopyWork
from ui.state.works.work import WorkKind, WorkOutcome
from ui.widgets.check_box import CheckBox
from ui.widgets.segments import Segments
from ui.window.main_window import MainWindow

_MB = 10**6
_GB = 10**9


def damaged(window: MainWindow) -> None:
    """The check has found something of two apps, and it is known what a repair would do."""
    contents_pictures.done(window)
    drive = window.session.environment.demo_drive
    assert drive is not None
    own = [path for path in drive.glob(".ostree/repo/objects/*/*.filez") if _is_an_apps(path)]
    own[0].unlink()
    own[1].write_bytes(own[1].read_bytes()[:-1])
    window.open(PageName.CONTENTS)
    inspector = window.page.findChild(InspectionController)
    segments = window.page.findChild(Segments)
    assert inspector is not None
    assert segments is not None
    settle(lambda: inspector.sizes is not None)
    inspector.start_check()
    segments.chosen.emit(Part.CHECK)
    settle(lambda: inspector.check.ended)
    settle(lambda: not window.bridge.busy)


def _is_an_apps(path: Path) -> bool:
    """Whether it is the program of one of the demo's apps."""
    data = path.read_bytes()
    content = zlib.decompress(data[8 + int.from_bytes(data[:4], "big") :] or b"\3\0", -15)
    return b": hello" in content


def nameless(window: MainWindow) -> None:
    """The repair of its file system has left the repository another name."""
    _lose_name(window, "FSCK0000.000")


def nameless_twice(window: MainWindow) -> None:
    """Of two, nobody knows which was meant."""
    _lose_name(window, "FSCK0000.000", "FSCK0001.000")


def naming_again(window: MainWindow) -> None:
    """Before it gets its own name again."""
    nameless(window)
    window.page.primary()


def unreadable(window: MainWindow) -> None:
    """The file without which nothing else is read is gone."""
    contents_pictures.done(window)
    drive = window.session.environment.demo_drive
    assert drive is not None
    (drive / ".ostree/repo/config").unlink()
    _look_at_what_cannot_be_read(window)


def mending_unseen(window: MainWindow) -> None:
    """Nobody can look before at what there is to mend."""
    unreadable(window)
    window.page.primary()


def _lose_name(window: MainWindow, *names: str) -> None:
    contents_pictures.done(window)
    drive = window.session.environment.demo_drive
    assert drive is not None
    whole = drive / ".ostree"
    for name in names:
        shutil.copytree(whole, drive / name, symlinks=True)
    shutil.rmtree(whole)
    _look_at_what_cannot_be_read(window)


def _look_at_what_cannot_be_read(window: MainWindow) -> None:
    window.open(PageName.CONTENTS)
    inspector = window.page.findChild(InspectionController)
    assert inspector is not None
    settle(lambda: inspector.error is not None)
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


def offering_copies(window: MainWindow) -> None:
    """Where it could be copied: drives with room, one with other apps, one that is too small."""
    contents_pictures.contents(Part.APPS)(window)
    dialog = CopyDialog(window.session, window.bridge, window)
    dialog.open()
    inspector = window.page.findChild(InspectionController)
    assert inspector is not None
    inspection = inspector.inspection
    assert inspection is not None
    space = replace(inspection.space, total=8 * _GB, free=7 * _GB)
    where = CopyPlace(
        inspection.location, FileSystemIdentity(0, 0, 0, "", ""), space, 900, 2100 * _MB
    )
    small, other, tiny, more = (
        Place(
            PlaceKind.DRIVE,
            name,
            Drive(f"/dev/{name}", number, "", maker, "", "usb", size, True, False, NOTHING, ()),
        )
        for number, (name, maker, size) in enumerate(
            (
                ("SMALL", "Intenso", 8 * _GB),
                ("LAB", "SanDisk", 16 * _GB),
                ("OLD", "Sony", _GB),
                ("LIBRARY", "Norden", 8 * _GB),
            )
        )
    )
    full = DriveFullError(
        Message(
            "The copy needs {needed} on {root}, but only {free} of {total} are free.",
            needed=Size(2100 * _MB),
            root="/media/OLD",
            free=Size(900 * _MB),
            total=Size(_GB),
        )
    )
    rows = (
        CopyRow(small, Path("/media/SMALL"), where),
        CopyRow(more, Path("/media/LIBRARY"), where),
        CopyRow(other, Path("/media/LAB"), error=OtherStickError(Message("It has another."))),
        CopyRow(tiny, Path("/media/OLD"), error=full),
    )
    dialog.show_view(CopyingView("CLASSROOM", rows))
    dialog.retitle(filled(dialog.tr("Copy %1 to another drive"), "CLASSROOM"))
    for tick in dialog.findChildren(CheckBox):
        if tick.isVisible():
            tick.click()


def copying(window: MainWindow) -> None:
    """As if it had come so far."""
    contents_pictures.contents(Part.APPS)(window)
    _show_copy(window)
    job = window.pages[PageName.MAKE].findChild(JobController)
    assert job is not None
    job.status_changed.emit(
        JobStatus(
            JobState.RUNNING,
            Phase.COPY,
            progress=Progress(0.38, 9000, 30_000, 800 * _MB, 2100 * _MB, 62 * _MB, 21.0),
            written=Written.PARTS,
            kind=WorkKind.COPY,
        )
    )


def copied(window: MainWindow) -> None:
    contents_pictures.contents(Part.APPS)(window)
    work = _show_copy(window)
    check = window.session.checks.of(_inspection(window).stamp)
    window.session.set_outcome(
        WorkOutcome(check, objects=30_000, bytes=2100 * _MB, seconds=52.0, free=5_300 * _MB)
    )
    assert work.apps


def _show_copy(window: MainWindow) -> CopyWork:
    inspection = _inspection(window)
    apps = tuple((app.ref, app.name) for app in apps_of(inspection, None))
    root = inspection.location.root
    work = CopyWork(root, inspection.location.repository_path, "CLASSROOM", root, apps)
    job = window.pages[PageName.MAKE].findChild(JobController)
    assert job is not None
    job.start = lambda: None  # type: ignore[method-assign]
    window.session.set_target(Target(root, "SMALL"))
    window.session.begin(work)
    window.open(PageName.MAKE)
    job.started.emit(work, True)
    return work


def _inspection(window: MainWindow) -> Inspection:
    inspector = window.pages[PageName.CONTENTS].findChild(InspectionController)
    assert inspector is not None
    inspection = inspector.inspection
    assert inspection is not None
    return inspection


def comparing(window: MainWindow) -> None:
    """With a drive that has other apps, and other versions."""
    contents_pictures.contents(Part.APPS)(window)
    apps = apps_of(_inspection(window), None)
    first: dict[Key, Held] = {}
    second: dict[Key, Held] = {}
    for number, app in enumerate(apps):
        key = "org.test", app.ref
        held = Held("a", 1, app.version)
        if number % 5:
            first[key] = replace(held, whole=number != 3)
        if number % 4:
            second[key] = Held("b", 2, "9.1") if number == 2 else held
    names = {("org.test", app.ref): app.name for app in apps}
    dialog = CompareDialog(window.session, window.bridge, window)
    dialog.open()
    small = Place(PlaceKind.FOLDER, "SMALL", root=Path("/media/SMALL"))
    difference = compare(Side("CLASSROOM", first, names), Side("SMALL", second, names))
    dialog.show_view(ComparingView("CLASSROOM", (small,), small, difference))
    dialog.retitle(filled(dialog.tr("Compare %1"), "CLASSROOM"))


def comparing_the_same(window: MainWindow) -> None:
    contents_pictures.contents(Part.APPS)(window)
    dialog = CompareDialog(window.session, window.bridge, window)
    dialog.open()
    held = {("org.test", app.ref): Held("a", 1) for app in apps_of(_inspection(window), None)}
    small = Place(PlaceKind.FOLDER, "SMALL", root=Path("/media/SMALL"))
    difference = compare(Side("CLASSROOM", held), Side("SMALL", held))
    dialog.show_view(ComparingView("CLASSROOM", (small,), small, difference))
    dialog.retitle(filled(dialog.tr("Compare %1"), "CLASSROOM"))


MENDING_STATES: dict[str, Callable[[MainWindow], None]] = {
    "contents-damaged": damaged,
    "contents-nameless": nameless,
    "contents-nameless-twice": nameless_twice,
    "contents-nameless-asking": naming_again,
    "contents-unreadable": unreadable,
    "contents-unreadable-asking": mending_unseen,
    "repairing": repairing,
    "repaired": repaired,
    "copy": offering_copies,
    "copying": copying,
    "copied": copied,
    "compare": comparing,
    "compare-same": comparing_the_same,
}
