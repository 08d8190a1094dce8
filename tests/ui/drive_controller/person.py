"""Somebody at the Drive page's controller, and the drives before them."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.message import NOTHING
from app.stick.memory.unfinished_jobs import UnfinishedJob, WantedRef
from ui.controllers.drive import DriveController
from ui.controllers.drive_view import DriveState, DriveView, Ejection, LostTarget, Operation
from ui.models.place import PlaceKey
from ui.state.session import Session
from ui.tasks.bridge import Bridge

GB = 10**9
LONG = 10_000


def drive(letter: str, *roots: Path, sequence: int = 1) -> Drive:
    """A drive with one file system; mounted at ``roots``."""
    volume = Volume(
        f"/dev/sd{letter}1", ord(letter), "ext4", letter.upper(), f"U-{letter}", 8 * GB, roots,
        False, 6 * GB if roots else None, 4096 if roots else None,
    )  # fmt: skip
    return Drive(
        f"/dev/sd{letter}", ord(letter), "", "Stick", "S%2", "usb", 8 * GB, True, False, NOTHING,
        (volume,), sequence=sequence,
    )  # fmt: skip


def do_not_look() -> None:
    """Nobody looks for drives."""


class Person:
    """Plugs in, chooses, and hears everything that the controller tells."""

    def __init__(self, session: Session, bridge: Bridge, qtbot: QtBot, mounted: list[str]) -> None:
        self.mounted = mounted
        self.session = session
        # The look that follows ends when a test says so.
        session.drives.refresh = do_not_look  # type: ignore[method-assign]
        self.bridge = bridge
        self.controller = DriveController(session, bridge, session)
        self.states: list[DriveState] = []
        self.lost: list[LostTarget] = []
        self.asked: list[Operation] = []
        self.ejected: list[Ejection] = []
        self.gone = 0
        self.controller.changed.connect(self._hear)
        self.controller.target_lost.connect(self.lost.append)
        self.controller.ejected.connect(self.ejected.append)
        self.controller.erase_wanted.connect(self.asked.append)
        self.controller.erase_drive_gone.connect(self._hear_it_is_gone)
        self.controller.enter()
        self._qtbot = qtbot

    def _hear(self, view: DriveView) -> None:
        assert view == self.view
        if not self.states or self.states[-1] is not view.state:
            self.states.append(view.state)

    def _hear_it_is_gone(self) -> None:
        self.gone += 1

    @property
    def view(self) -> DriveView:
        return self.controller.view

    def state(self) -> DriveState:
        return self.view.state

    def plug(self, *drives: Drive) -> None:
        """These are in now, and no others."""
        self.session.drives.drives = drives
        self.session.drives.changed.emit()

    def key(self, wanted: Drive) -> PlaceKey:
        return next(place.key for place in self.view.places if place.drive == wanted)

    def choose(self, wanted: Drive) -> None:
        self.controller.choose(self.key(wanted))

    def until(self, state: DriveState) -> None:
        self._qtbot.waitUntil(lambda: self.view.state is state, timeout=LONG)

    def until_idle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.bridge.busy, timeout=LONG)

    def looks_again(self, *drives: Drive) -> None:
        """The look that follows an operation has ended."""
        self.plug(*drives)
        self.session.drives.refreshed.emit()


JOB = UnfinishedJob((WantedRef("app/org.test.Maps/x86_64/stable", "up", "Maps"),), 1000, "x86_64")
