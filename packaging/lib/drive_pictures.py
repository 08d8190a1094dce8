"""The states of the Drive page that are worth a picture; see screenshots.py."""

from __future__ import annotations

import json
from collections.abc import Callable

from app.drive.drive import Drive, Volume
from app.message import NOTHING
from app.replacing import replace
from app.stick.memory.unfinished_jobs import UnfinishedJob, WantedRef
from ui.controllers.drive import DriveController
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_GB = 10**9


def _drive(letter: str, make: str, size: int, volume: tuple[str, str] | None) -> Drive:
    """``volume``: its kind of file system, and its name."""
    volumes = ()
    if volume is not None:
        kind, name = volume
        volumes = (Volume(f"/dev/sd{letter}1", ord(letter), kind, name, letter, size * _GB),)
    return Drive(
        f"/dev/sd{letter}", ord(letter) + 256, make, "USB drive", letter, "usb", size * _GB, True,
        False, NOTHING, volumes, sequence=ord(letter), port=f"1-{ord(letter) - 96}",
    )  # fmt: skip


def several(window: MainWindow) -> None:
    """Beside the demo's drive, with what can be in the way of others."""
    window.session.drives.drives = (
        _drive("b", "Norden", 8, ("exfat", "CLASSROOM")),
        _drive("c", "Norden", 8, ("exfat", "CLASSROOM")),
        _drive("d", "Pocketline", 32, ("crypto_LUKS", "PRIVATE")),
        _drive("e", "Pocketline", 4, None),
    )
    window.session.drives.changed.emit()


def empty(window: MainWindow) -> None:
    """Nothing is plugged in, and there is no made-up drive either."""
    session = window.session
    session.set_target(None)
    session.set_environment(replace(session.environment, demo_drive=None))
    session.drives.changed.emit()


def interrupted(
    done: Callable[[MainWindow], None], settle: Callable[[Callable[[], bool]], None]
) -> Callable[[MainWindow], None]:
    """A job can go on; ``done`` has brought one to its end."""

    def show(window: MainWindow) -> None:
        done(window)
        session = window.session
        environment = session.environment
        drive = environment.demo_drive
        assert drive is not None
        journal = {"version": 1, "stage": "fetching", "started": 1}
        path = drive / ".ostree/repo/extensions/satchel/journal.json"
        path.write_text(json.dumps(journal), encoding="utf-8")
        wanted = tuple(WantedRef(ref.ref, ref.remote, ref.name) for ref in session.choice.refs)
        more = f"app/org.satchel.Demo.Notes/{environment.arch}/stable"
        wanted = (*wanted, WantedRef(more, session.remotes[0].name, "Field Notes"))
        environment.unfinished.remember(str(drive), UnfinishedJob(wanted, 1, environment.arch))
        session.set_plan(None)
        session.set_choice(type(session.choice)((), session.default_options))
        window.open(PageName.DRIVE)
        controller = _controller(window)
        settle(lambda: controller.view.chosen is not None and controller.view.chosen.can_go_on)

    return show


def _controller(window: MainWindow) -> DriveController:
    controller = window.pages[PageName.DRIVE].findChild(DriveController)
    assert controller is not None
    return controller
