"""Names of apps, sources and drives can be of any length: dialogs stay on the screen.

Nothing in them is cut off that cannot be read otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.drive.safety.guard import FileSystemIdentity
from app.flatpak.remotes.remote import Remote
from app.message import NOTHING, Message
from app.replacing import replace
from app.stick.cloning.place import OtherStickError
from app.stick.cloning.place import Place as CopyPlace
from app.stick.comparing.difference import Held, Side, compare
from app.stick.environment import Environment
from app.stick.inspecting.inspection import Inspection
from tests.ui.contents_states import contents
from tests.ui.widget_tree import cut_off, shown
from tests.waiting import GUARD_MS
from ui.controllers.comparing import ComparingView
from ui.controllers.copying import CopyingView, CopyRow
from ui.controllers.inspection import InspectionController
from ui.controllers.many_view import DriveRow, RowState
from ui.controllers.recovery import RemoteKeys
from ui.dialogs.keys import KeysDialog
from ui.dialogs.nobody_vouches import NobodyVouchesDialog
from ui.i18n.translation import translate
from ui.models.place import Place, PlaceKind
from ui.pages.contents.app_facts import AppFactsDialog
from ui.pages.contents.apps_model import AppsModel
from ui.pages.contents.compare_dialog import CompareDialog
from ui.pages.contents.contents_view import Part
from ui.pages.contents.copy_dialog import CopyDialog
from ui.pages.drive.erase_drive import EraseDialog
from ui.pages.drive.explanations import DetailsDialog, why_not
from ui.pages.drive.rename_drive import RenameDialog
from ui.pages.make.many_part import DriveDetails
from ui.widgets.dialog import Question
from ui.window.main_window import MainWindow

POINTS = 11.0
WIDEST = 700
"""Of a dialog in pixels of the design: more than any asks for."""
_GB = 10**9
APP = "An Exceedingly Long Name of an App for Lessons in Chemistry"
SOURCE = "Federal Office of Educational Software, Department for Rural Schools, Apps (all)"
DRIVE = "R&D_DRIVE_OF_THE_DEPARTMENT-FOR_RURAL_SCHOOLS_No_17_(blue_with_a_red_strap)"
_Made = QDialog | tuple[QDialog, Callable[[], None]]
"""A dialog, and what shows the rest in it once it is open."""


def _drive(number: int) -> Place:
    volume = Volume("/dev/sdx1", 17, "btrfs", DRIVE, "A-B", 8 * _GB, (Path("/nowhere"),))
    maker = "Manufacturer of Drives & Cards Incorporated Ultra Extreme Flash"
    drive = Drive(
        f"/dev/sdx{number}", number, "", maker, "S", "usb", 8 * _GB, True, False, NOTHING, (volume,)
    )
    return Place(PlaceKind.DRIVE, DRIVE, drive, volume, Path("/nowhere"))


def erasing(window: MainWindow) -> _Made:
    return EraseDialog(_drive(1), window.bridge, loops_are_removable=False, parent=window)


def renaming(window: MainWindow) -> _Made:
    place = _drive(1)
    assert place.volume is not None
    return RenameDialog(replace(place, volume=replace(place.volume, file_system="exfat")), window)


def details(window: MainWindow) -> _Made:
    return DetailsDialog(_drive(1), window)


def why(window: MainWindow) -> _Made:
    return why_not(replace(_drive(1), error=OtherStickError(Message("No."))), window)


def vouching(window: MainWindow) -> _Made:
    remote = Remote("apps", f"https://apps.{'school.' * 12}example/repo", title=SOURCE)
    return NobodyVouchesDialog(remote, window)


def keys(window: MainWindow) -> _Made:
    url = f"https://apps.{'school.' * 12}example/repo"
    return KeysDialog([RemoteKeys(SOURCE, url, ("0123456789" * 4,))], window)


def asking(window: MainWindow) -> _Made:
    return Question(f"Repair {DRIVE}?", f"{APP} is damaged.", "Repair", parent=window)


def failed(window: MainWindow) -> _Made:
    error = OtherStickError(Message("No."))
    return DriveDetails(DriveRow(1, DRIVE, SOURCE, state=RowState.FAILED, error=error), window)


def inspected(window: MainWindow) -> Inspection:
    inspector = window.page.findChild(InspectionController)
    assert inspector is not None
    assert inspector.inspection is not None
    return inspector.inspection


def copying(window: MainWindow) -> _Made:
    """To one of two drives."""
    inspection = inspected(window)
    space = replace(inspection.space, total=8 * _GB, free=7 * _GB)
    identity = FileSystemIdentity(0, 0, 0, "", "")
    room = CopyPlace(inspection.location, identity, space, 900, 2 * _GB)
    dialog = CopyDialog(window.session, window.bridge, window)
    rows = (
        CopyRow(_drive(1), Path("/a"), room),
        CopyRow(_drive(2), Path("/b"), error=OtherStickError(Message("No."))),
    )
    dialog.retitle(f"Copy {DRIVE} to another drive")
    return dialog, lambda: dialog.show_view(CopyingView(DRIVE, rows))


def comparing(window: MainWindow) -> _Made:
    keys = [("org.test", f"app/org.test.{name}/x86_64/stable") for name in "ABC"]
    names = dict.fromkeys(keys, APP)
    held = Held("a", 1, "1.0.20261130-with-a-very-long-version")
    first, second = dict.fromkeys(keys[:2], held), {keys[1]: Held("b", 2, "2.0"), keys[2]: held}
    difference = compare(Side(DRIVE, first, names), Side(DRIVE[::-1], second, names, frozenset()))
    dialog = CompareDialog(window.session, window.bridge, window)
    dialog.retitle(f"Compare {DRIVE}")
    view = ComparingView(DRIVE, (_drive(1), _drive(2)), _drive(1), difference)
    return dialog, lambda: dialog.show_view(view)


def facts(window: MainWindow) -> _Made:
    inspection = inspected(window)
    model = window.page.findChild(AppsModel)
    assert model is not None
    line = model.lines[0]
    named = replace(line, app=replace(line.app, name=APP, summary=SOURCE))
    return AppFactsDialog(named, inspection, window.session.pictures, window)


DIALOGS: dict[str, Callable[[MainWindow], _Made]] = {
    "erase": erasing,
    "rename": renaming,
    "details": details,
    "why not": why,
    "nobody vouches": vouching,
    "keys": keys,
    "a question": asking,
    "why it failed": failed,
    "copy": copying,
    "compare": comparing,
    "an app": facts,
}


@pytest.fixture(params=[1.0, 2.0], ids=["100 %", "200 %"])
def text(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    usual = qapp.font()
    font = QFont(usual)
    font.setPointSizeF(POINTS * request.param)
    qapp.setFont(font)
    yield request.param
    qapp.setFont(usual)


@pytest.mark.parametrize("language", ["en", "de_DE"])
def test_every_dialog_stays_on_the_screen_and_is_read_whole(
    open_window: Callable[..., MainWindow],
    demo: Environment,
    qapp: QApplication,
    qtbot: QtBot,
    text: float,
    language: str,
) -> None:
    translate(qapp, (language,))
    window = open_window(demo)
    contents(Part.APPS)(window, qtbot)
    for made in DIALOGS.values():
        opened = made(window)
        dialog, show = opened if isinstance(opened, tuple) else (opened, lambda: None)
        dialog.open()
        qtbot.waitUntil(lambda: not window.bridge.busy, timeout=GUARD_MS)
        show()

        def has_room(dialog: QDialog = dialog) -> None:
            assert not [*beyond(dialog, text), *cut_off(dialog), *hidden(dialog)]

        qtbot.waitUntil(has_room, timeout=GUARD_MS)
        dialog.reject()
        dialog.deleteLater()


def beyond(dialog: QDialog, text: float) -> Iterator[str]:
    if dialog.width() > WIDEST * text:
        yield f"{dialog.width()} wide"


def hidden(dialog: QDialog) -> Iterator[str]:
    """Buttons that do not say all, and do not tell it otherwise."""
    for widget in shown(dialog):
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if text and text not in widget.toolTip() and widget.width() < widget.sizeHint().width():
            yield text
