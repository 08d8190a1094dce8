"""The same apps on several real drives, and on one after the other as they are plugged in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.replacing import replace
from app.stick.demo import APP
from app.stick.environment import Environment
from app.stick.planning.options import Options
from tests.devices import Devices, Disk
from tests.servers import HostileServer
from tests.ui.drive.plugged import Plugged
from tests.ui.jobs import said, until_said
from tests.ui.make.jobs import HELLO, Gate, knowing
from tests.ui.test_clicks import Hand
from tests.ui.user_actions import LONG, everything_said, find_control
from tests.upstream import Upstream, host_arch
from ui.controllers.many import ManyController
from ui.controllers.many_view import DriveRow, RowState
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_MB = 10**6
_MOST_MEMORY = 500 * _MB


class Several:
    """A person with a hand full of drives."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        window.resize(1280, 800)
        self.window = window
        self.plugged = Plugged(window, qtbot)
        self.hand = Hand(window, qtbot)
        many = window.pages[PageName.MAKE].findChild(ManyController)
        assert many is not None
        self.many = many
        self._qtbot = qtbot

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def plug_in(self, *disks: Disk) -> None:
        for disk in disks:
            disk.appear()
        self.until(lambda: len(self.window.session.drives.drives) >= len(disks))

    def click(self, name: str) -> None:
        """Once it is where it stays."""
        self.until(lambda: self._is_on_top(name))
        self.hand.click(name)

    def _is_on_top(self, name: str) -> bool:
        with contextlib.suppress(AssertionError):
            button = find_control(self.window, QAbstractButton, name)
            at = self.window.childAt(button.mapTo(self.window, button.rect().center()))
            return at is not None and (at is button or button.isAncestorOf(at))
        return False

    def choose(self, ref: str, name: str) -> None:
        session = self.window.session
        remote = session.remotes[0].name
        session.set_choice(Choice((ChosenRef(ref, remote, name),), Options(host_arch())))

    def row(self, name: str) -> DriveRow:
        return next(row for row in self.many.status.rows if row.name == name)

    def state(self, name: str) -> RowState | None:
        return next((row.state for row in self.many.status.rows if row.name == name), None)

    def until_state(self, name: str, *states: RowState) -> None:
        self.until(lambda: self.state(name) in states)


def fill_up(disk: Disk, plugged: Plugged) -> None:
    """But for a little."""
    place = plugged.until_place(disk, lambda place: place.root and place.free)
    assert place.root is not None
    assert place.free is not None
    (place.root / "film").write_bytes(bytes(place.free - 200_000))


@pytest.mark.thorough
def test_one_is_too_small_one_is_pulled_out_and_comes_back(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    devices: Devices,
    own_upstream: Upstream,
    hostile: Callable[[Path], HostileServer],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    assert devices.environment
    server = hostile(own_upstream.path)
    remote = knowing(tmp_path, own_upstream, server.url)
    network = replace(environment.network, first_pause=0.001)
    window = open_window(
        replace(environment, built_in=(remote,), default_network=network), loops_are_removable=True
    )
    person = Several(window, qtbot)
    one, two, small = (devices.disk("ext4", label=name) for name in ("ONE", "TWO", "SMALL"))
    person.plug_in(one, two, small)
    person.until(lambda: len(window.session.drives.drives) == 3)
    person.click("Fill all 3 with the same apps")
    person.until(lambda: len(window.session.targets) == 3)
    fill_up(small, person.plugged)
    person.choose(HELLO, "Hello")
    person.click("Review")
    until_said(window, qtbot, "SMALL is too small.")
    assert not window.page.primary_enabled
    gate = Gate(server)
    person.click("Leave it out")
    person.until(lambda: len(window.session.plans) == 2 and window.page.primary_enabled)
    person.click(window.page.primary_text)
    person.until(lambda: gate.waiting > 0)

    two.detach()
    gate.open = True
    person.until_state("TWO", RowState.UNPLUGGED)
    person.until_state("ONE", RowState.READY)
    assert "Plug it in again, it goes on" in said(window)
    assert window.page.sentence == "1 are ready, 1 pulled out."
    person.until(lambda: not window.bridge.guarded)

    two.appear()
    person.until_state("TWO", RowState.READY)
    assert window.page.name is PageName.MAKE
    person.click("Eject all")
    person.until_state("ONE", RowState.EJECTED)
    person.until_state("TWO", RowState.EJECTED)
    assert small.device not in {str(row.about) for row in person.many.status.rows}
    files = [path for path in server.paths() if path.endswith(".filez")]
    # Each was downloaded once, but for the few that just came by the job of what was pulled out.
    assert len(files) < 1.5 * len(set(files))


@pytest.mark.thorough
def test_the_next_drives_get_the_same_as_they_are_plugged_in(
    open_window: Callable[..., MainWindow],
    demo: Environment,
    devices: Devices,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    assert devices.environment
    first, second, never = (devices.disk("ext4", label=name) for name in ("ONE", "TWO", "NEVER"))
    third, fourth = (with_folder(devices, name, tmp_path / "content") for name in ("THREE", "FOUR"))
    window = open_window(replace(demo, demo_drive=None, loops_are_removable=True))
    person = Several(window, qtbot)
    person.plug_in(first, never)
    person.plugged.until_place(first, lambda place: place.volume)
    person.plugged.click(first)
    person.until(lambda: window.session.target is not None)
    person.choose(f"app/{APP}/{host_arch()}/stable", "Atlas")
    person.click("Review")
    person.click("Write to ONE")
    person.until(lambda: window.session.outcome is not None)

    person.click("Keep going with the next drive")
    person.until_state("ONE", RowState.EJECTED)
    assert person.many.status.made == 1
    first.detach()
    second.appear()
    person.until_state("TWO", RowState.EJECTED)
    assert person.many.status.made == 2
    assert person.row("TWO").number == 1, "it takes the row of the one that was pulled out"

    third.appear()
    until_said(window, qtbot, "THREE has")
    assert person.state("THREE") is RowState.ASKING
    person.click("Use it")
    person.until_state("THREE", RowState.EJECTED)
    fourth.appear()
    person.until_state("FOUR", RowState.ASKING)
    person.click("Not this one")
    person.until_state("FOUR", RowState.DECLINED)
    assert "3" in everything_said(window.page)

    # What has all of it already is left alone; what was there from the beginning, too.
    first.appear()
    person.until_state("ONE", RowState.ALREADY)
    assert person.state("NEVER") is None
    window.open(PageName.SETTINGS)
    assert not person.many.status.keeps_going
    second.detach()
    second.appear()
    person.until(lambda: not window.bridge.busy)
    window.open(PageName.MAKE)
    assert person.state("TWO") is None


def with_folder(devices: Devices, label: str, content: Path) -> Disk:
    """A drive on which somebody has put something."""
    (content / "Photos").mkdir(parents=True, exist_ok=True)
    disk = devices.disk()
    disk.fill("ext4", "-d", str(content), label=label)
    return disk


@pytest.mark.thorough
def test_twenty_at_once(
    open_window: Callable[..., MainWindow], demo: Environment, devices: Devices, qtbot: QtBot
) -> None:
    assert devices.environment
    window = open_window(replace(demo, demo_drive=None, loops_are_removable=True))
    person = Several(window, qtbot)
    disks = [devices.disk("ext4", label=f"STICK{number}", megabytes=32) for number in range(20)]
    person.plug_in(*disks)
    person.until(lambda: len(window.session.drives.drives) == 20)
    person.click("Fill all 20 with the same apps")
    person.until(lambda: len(window.session.targets) == 20)
    person.choose(f"app/{APP}/{host_arch()}/stable", "Atlas")
    person.click("Review")
    person.until(lambda: len(window.session.plans) == 20 and window.page.primary_enabled)
    person.click(window.page.primary_text)
    most = 0

    def ended() -> bool:
        nonlocal most
        most = max(most, memory())
        return bool(person.many.status.rows) and not person.many.status.under_way

    person.until(ended)
    assert [row.state for row in person.many.status.rows] == [RowState.READY] * 20
    assert most < _MOST_MEMORY, f"{most / _MB:.0f} MB"


def memory() -> int:
    """Bytes that the window and all its processes take, what they share counted once."""
    this = psutil.Process()
    total = 0
    for process in (this, *this.children(recursive=True)):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total
