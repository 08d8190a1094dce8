"""The dialogs, each open above a window of the demo; see `tests.ui.window_states`."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.message import Message, verbatim
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.planning.for_computer import ForComputer, Get
from app.stick.planning.options import Options
from tests.ui.apps_states import choose_one
from tests.ui.contents_states import contents
from tests.ui.drive_states import plugged_in
from tests.ui.receiving_states import RECEIVING_STATES
from tests.ui.sharing_states import SHARING_STATES
from tests.ui.window_state import WindowState
from tests.ui.works_states import works_dialogs
from tests.waiting import GUARD_MS
from ui.controllers.inspection import InspectionController
from ui.controllers.recovery import RemoteKeys
from ui.controllers.systems import SystemRow, SystemsController, SystemsState, SystemsView
from ui.dialogs.about import AboutDialog
from ui.dialogs.add_language import AddLanguageDialog
from ui.dialogs.add_remote import AddRemoteDialog
from ui.dialogs.computers import ComputersDialog
from ui.dialogs.help import HelpDialog
from ui.dialogs.keys import KeysDialog
from ui.dialogs.nobody_vouches import NobodyVouchesDialog
from ui.models.messages import from_notice
from ui.models.place import places_of
from ui.pages.apps.choice_notes import ChoiceNotesDialog
from ui.pages.apps.languages_and_graphics import LanguagesAndGraphicsDialog
from ui.pages.apps.manage_sets import ManageSetsDialog
from ui.pages.apps.save_set import SaveSetDialog
from ui.pages.apps.search_head import SearchHead
from ui.pages.apps.systems_dialog import SystemsDialog
from ui.pages.contents.app_facts import AppFactsDialog
from ui.pages.contents.apps_model import AppsModel
from ui.pages.contents.builders import BuildersDialog
from ui.pages.contents.contents_view import Part
from ui.pages.drive.erase_drive import EraseDialog
from ui.pages.drive.explanations import DetailsDialog, why_missing
from ui.pages.drive.rename_drive import RenameDialog
from ui.pages.settings.driver_dialog import DriverDialog
from ui.pages.settings.sets_dialog import SetsDialog
from ui.state.page_name import PageName
from ui.state.saved_choices import SavedChoices
from ui.widgets.fold import Fold
from ui.window.main_window import MainWindow

_LONG = GUARD_MS
_NOTICE = Notice(Severity.WARNING, Message("Name a drive or a directory."), verbatim("Name one."))
_FINGERPRINT = "0123456789" * 4
_DRIVERS = ("nvidia-550-54-14", "nvidia-535-183-01")


def opened(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def erasing(window: MainWindow, qtbot: QtBot) -> None:
    """Of a drive that cannot be erased from here."""
    (place,) = places_of(plugged_in(window)[0])
    dialog = EraseDialog(place, window.bridge, loops_are_removable=False, parent=window)
    opened(dialog)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=_LONG)


def renaming(window: MainWindow, _qtbot: QtBot) -> None:
    (place,) = places_of(plugged_in(window)[1])
    dialog = RenameDialog(place, window)
    opened(dialog)
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setText("a/b")


def drive_details(window: MainWindow, _qtbot: QtBot) -> None:
    (place,) = places_of(plugged_in(window)[0])
    DetailsDialog(place, window).open()


def drive_missing(window: MainWindow, _qtbot: QtBot) -> None:
    why_missing([_NOTICE], window).open()


def address(dialog: AddRemoteDialog) -> QLineEdit:
    """The first of its lines."""
    line = dialog.findChild(QLineEdit)
    assert line is not None
    return line


def asking_for_a_remote(window: MainWindow, _qtbot: QtBot) -> None:
    """By its bare address, which needs a key."""
    dialog = AddRemoteDialog(window.session, window.bridge, window)
    opened(dialog)
    address(dialog).setText("https://org.test/repo")


def refused_remote(window: MainWindow, qtbot: QtBot) -> None:
    """What is named is not there."""
    dialog = AddRemoteDialog(window.session, window.bridge, window)
    opened(dialog)
    address(dialog).setText("/org.test.flatpakrepo")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=_LONG)


def nobody_vouches(window: MainWindow, _qtbot: QtBot) -> None:
    opened(NobodyVouchesDialog(window.session.remotes[0], window))


def keys(window: MainWindow, _qtbot: QtBot) -> None:
    opened(KeysDialog([RemoteKeys("org.test", "https://org.test/repo", (_FINGERPRINT,))], window))


def languages_and_graphics(window: MainWindow, _qtbot: QtBot) -> None:
    opened(LanguagesAndGraphicsDialog(Options("x86_64"), ("en",), _DRIVERS, window))


def add_language(window: MainWindow, _qtbot: QtBot) -> None:
    opened(AddLanguageDialog(("en",), window))


def about(window: MainWindow, _qtbot: QtBot) -> None:
    """With what Satchel did."""
    dialog = AboutDialog(window.bridge, window)
    opened(dialog)
    for fold in dialog.findChildren(Fold):
        fold.set_open(True)


def help_(window: MainWindow, _qtbot: QtBot) -> None:
    opened(HelpDialog(window))


def drivers(window: MainWindow, qtbot: QtBot) -> None:
    """Something that is no version."""
    dialog = DriverDialog(("nvidia-550-120",), window)
    opened(dialog)
    dialog.findChildren(QLineEdit)[0].setText("org.test")
    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)


def sets_address(window: MainWindow, qtbot: QtBot) -> None:
    """Something that is no address."""
    dialog = SetsDialog("https://org.test/sets", window)
    opened(dialog)
    dialog.findChildren(QLineEdit)[0].setText("org.test")
    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)


def save_set(window: MainWindow, _qtbot: QtBot) -> None:
    """Under a name that there is already."""
    dialog = SaveSetDialog(("org.test",), window)
    opened(dialog)
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setText("org.test")


def no_saved_choices(window: MainWindow, _qtbot: QtBot) -> None:
    saved = SavedChoices(window.session, window.bridge, window)
    opened(ManageSetsDialog(saved, window))


def saved_choices(window: MainWindow, qtbot: QtBot) -> None:
    choose_one(window)
    saved = SavedChoices(window.session, window.bridge, window)
    with qtbot.waitSignal(saved.stored, timeout=_LONG):
        saved.save("org.test")
    saved.refresh()
    qtbot.waitUntil(lambda: bool(saved.entries.choices) and not saved.busy, timeout=_LONG)
    opened(ManageSetsDialog(saved, window))


def choice_notes(window: MainWindow, _qtbot: QtBot) -> None:
    opened(ChoiceNotesDialog("org.test", "org.test", [from_notice(_NOTICE)], window))


def computers(window: MainWindow, _qtbot: QtBot) -> None:
    """What three of them get: all, little, and something that is in the way."""
    choose_one(window)
    choice = window.session.choice
    (ref, *_) = choice.refs
    get = Get("org.test", ref.ref, True, True, ref.name, 300_000_000)
    library = Get("org.test", "runtime/org.test.Platform/x86_64/1", True, False)
    remark = Message("It has no flatpak: that has to be installed first, with its own software.")
    computers = (
        ForComputer("org.test.lab-1", 1_796_000_000, (get, library)),
        ForComputer("org.test.lab-2", 1_796_000_000, (library,)),
        ForComputer("org.test.lab-3", 0, (), (remark,)),
    )
    opened(ComputersDialog(replace(choice, computers=computers), window))


def systems(window: MainWindow, qtbot: QtBot) -> None:
    """Two of one source; of the demo's there are none."""
    window.open(PageName.APPS)
    head = window.page.findChild(SearchHead)
    assert head is not None
    head.systems_wanted.emit()
    dialog = window.page.findChild(SystemsDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.view.state is not SystemsState.LOOKING, timeout=_LONG)
    controller = dialog.findChild(SystemsController)
    assert controller is not None
    rows = tuple(SystemRow("org.test", "org.test", f"org.test.{name}") for name in "ab")
    controller.changed.emit(SystemsView(SystemsState.THERE, rows))


def builders(window: MainWindow, qtbot: QtBot) -> None:
    contents(Part.APPS)(window, qtbot)
    inspector = window.page.findChild(InspectionController)
    assert inspector is not None
    assert inspector.inspection is not None
    dialog = BuildersDialog(window)
    dialog.show_inspection(inspector.inspection, inspector.sizes, ("/org.test", "/org.test.More"))
    opened(dialog)


def app_facts(window: MainWindow, qtbot: QtBot) -> None:
    contents(Part.APPS)(window, qtbot)
    inspector = window.page.findChild(InspectionController)
    assert inspector is not None
    assert inspector.inspection is not None
    model = window.page.findChild(AppsModel)
    assert model is not None
    opened(AppFactsDialog(model.lines[0], inspector.inspection, window.session.pictures, window))


DIALOG_STATES: dict[str, WindowState] = {
    "erase a drive": erasing,
    "rename a drive": renaming,
    "a drive in detail": drive_details,
    "a drive is missing": drive_missing,
    "add a remote": asking_for_a_remote,
    "add a remote: refused": refused_remote,
    "keys": keys,
    "nobody vouches": nobody_vouches,
    "languages and graphics": languages_and_graphics,
    "add a language": add_language,
    "help": help_,
    "about": about,
    "graphics drivers": drivers,
    "address of sets": sets_address,
    "save as a set": save_set,
    "saved choices": saved_choices,
    "no saved choices": no_saved_choices,
    "notes on a choice": choice_notes,
    "what computers get": computers,
    "details for builders": builders,
    "an app on a drive": app_facts,
    "operating systems": systems,
    **works_dialogs(contents(Part.APPS)),
    **RECEIVING_STATES,
    **SHARING_STATES,
}
