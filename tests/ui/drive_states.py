"""The states of the Drive page; see `tests.ui.window_states`."""

from __future__ import annotations

import json
import shutil

from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.message import NOTHING, Message, verbatim
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.demo import APP
from app.stick.memory.unfinished_jobs import UnfinishedJob, WantedRef
from tests.ui.demo_stick import demo_stick
from tests.ui.window_state import WindowState
from tests.waiting import GUARD_MS
from ui.controllers.drive import DriveController
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_GB = 10**9
_LONG = GUARD_MS


def controller(window: MainWindow) -> DriveController:
    """Of the window's Drive page."""
    wanted = window.pages[PageName.DRIVE].findChild(DriveController)
    assert wanted is not None
    return wanted


def plugged_in(window: MainWindow) -> tuple[Drive, ...]:
    """Drives with everything that can be in the way; the demo looks for none itself."""
    card = Volume("/dev/sdb1", 17, "vfat", "org.test.Card", "A-B", 32 * _GB)
    cache = window.session.environment.cache
    cache.mkdir(parents=True, exist_ok=True)
    large = Volume(
        "/dev/sdc1", 33, "exfat", "org.test.Large", "C-D", 64 * _GB, (cache,), False, 40 * _GB,
        128 * 1024,
    )  # fmt: skip
    locked = Volume("/dev/sde1", 65, "crypto_LUKS", "org.test.Locked", "E-F", 8 * _GB)
    drives = (
        Drive("/dev/sdb", 16, "", "org.test", "", "usb", 32 * _GB, True, False, NOTHING, (card,)),
        Drive("/dev/sdc", 32, "", "org.test", "X", "usb", 64 * _GB, True, False, NOTHING, (large,)),
        Drive("/dev/sdd", 48, "", "org.test", "Y", "usb", 8 * _GB, True, True, NOTHING, ()),
        Drive("/dev/sde", 64, "", "org.test", "Z", "usb", 8 * _GB, True, False, NOTHING, (locked,)),
    )
    window.session.drives.drives = drives
    window.session.drives.changed.emit()
    return drives


def several(window: MainWindow, qtbot: QtBot) -> None:
    """Usable ones and others."""
    plugged_in(window)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=_LONG)


def cannot_be_opened(window: MainWindow, qtbot: QtBot) -> None:
    """What was chosen cannot be made ready."""
    drives = plugged_in(window)
    controls = controller(window)
    key = next(place.key for place in controls.view.places if place.drive == drives[0])
    controls.choose(key)
    qtbot.waitUntil(lambda: controls.view.operation is None, timeout=_LONG)


def interrupted(window: MainWindow, qtbot: QtBot) -> None:
    """A job of this computer can go on."""
    environment = window.session.environment
    drive = environment.demo_drive
    assert drive is not None
    shutil.copytree(demo_stick(), drive, dirs_exist_ok=True, symlinks=True)
    journal = {"version": 1, "stage": "fetching", "started": 1}
    path = drive / ".ostree/repo/extensions/satchel/journal.json"
    path.write_text(json.dumps(journal), encoding="utf-8")
    remote = window.session.remotes[0].name
    ref = WantedRef(f"app/{APP}/{environment.arch}/stable", remote, APP)
    environment.unfinished.remember(str(drive), UnfinishedJob((ref,), 1, environment.arch))
    controls = controller(window)
    controls.enter()
    qtbot.waitUntil(
        lambda: controls.view.chosen is not None and controls.view.chosen.can_go_on, timeout=_LONG
    )


def no_drive(window: MainWindow, _qtbot: QtBot) -> None:
    """Nothing to choose; what is missing is said."""
    drives = window.session.drives
    drives.notices = (
        Notice(Severity.WARNING, Message("Name a drive or a directory."), verbatim("Name one.")),
    )
    session = window.session
    session.set_target(None)
    session.set_environment(replace(session.environment, demo_drive=None))
    session.set_notice(window.tr("Stopping…"))
    drives.changed.emit()


DRIVE_STATES: dict[str, WindowState] = {
    "drive, several": several,
    "drive, cannot be opened": cannot_be_opened,
    "drive, interrupted": interrupted,
    "drive, something missing": no_drive,
}
