"""States of the page Contents; see `tests.ui.window_states`."""

from __future__ import annotations

import shutil

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.replacing import replace
from tests.stick.damage import flip_middle
from tests.ui.demo_stick import demo_stick
from tests.ui.upkeep_states import upkeep_states
from tests.ui.window_state import WindowState
from tests.ui.works_states import works_states
from tests.waiting import GUARD_MS
from ui.controllers.inspection import InspectionController
from ui.models.drive_apps import AppKind
from ui.pages.contents.apps_model import AppsModel, Upkeep
from ui.pages.contents.contents_view import Part
from ui.state.page_name import PageName
from ui.widgets.segments import Segments
from ui.window.main_window import MainWindow

_LONG = GUARD_MS


def contents(part: Part, *, damaged: bool = False) -> WindowState:
    """A drive with apps, looked at, and ``damaged``, once it is checked."""

    def show(window: MainWindow, qtbot: QtBot) -> None:
        drive = window.session.environment.demo_drive
        assert drive is not None
        shutil.copytree(demo_stick(), drive, dirs_exist_ok=True, symlinks=True)
        window.open(PageName.CONTENTS)
        inspector = window.page.findChild(InspectionController)
        segments = window.page.findChild(Segments)
        assert inspector is not None
        assert segments is not None
        segments.chosen.emit(part)
        qtbot.waitUntil(lambda: inspector.sizes is not None, timeout=_LONG)
        if damaged:
            largest = max(
                drive.glob(".ostree/repo/objects/*/*.filez"), key=lambda path: path.stat().st_size
            )
            flip_middle(largest)
            window.page.primary()
            qtbot.waitUntil(lambda: inspector.check.report is not None, timeout=_LONG)
        _with_neutral_names(inspector)

    return show


def _with_neutral_names(inspector: InspectionController) -> None:
    """Names that are the same in every language."""
    assert inspector.result is not None
    inspection = inspector.result.inspection
    assert inspection is not None
    collections = tuple(
        replace(
            collection,
            refs=tuple(
                replace(
                    ref,
                    name="org.test.App",
                    summary="",
                    signer="org.test.Maker",
                    languages=(),
                )
                for ref in collection.refs
            ),
        )
        for collection in inspection.collections
    )
    inspection = replace(inspection, collections=collections)
    inspector.result = replace(inspector.result, inspection=inspection)
    inspector.inspected.emit()
    QApplication.processEvents()


def unsigned_on_the_drive(window: MainWindow, qtbot: QtBot) -> None:
    """And as a file."""
    contents(Part.APPS)(window, qtbot)
    model = window.page.findChild(AppsModel)
    assert model is not None
    apps = [replace(line.app, unsigned=True, kind=AppKind.FILE) for line in model.lines]
    model.show_apps(apps, Upkeep(changeable=True))


CONTENTS_STATES: dict[str, WindowState] = {
    "contents: unsigned": unsigned_on_the_drive,
    "contents: apps": contents(Part.APPS),
    **upkeep_states(contents(Part.APPS)),
    "contents: space": contents(Part.SPACE),
    "contents: not checked": contents(Part.CHECK),
    "contents: damaged": contents(Part.CHECK, damaged=True),
    **works_states(contents(Part.CHECK, damaged=True)),
}
