"""What the Drive page decides, without any widget."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.drive.recognition import volume_key
from app.drive.space import Space
from app.drive.udisks.ejecting import Ejected, Removal
from app.drive.udisks.mounting import Mounted
from app.errors import DriveError
from app.message import NOTHING, Message
from app.stick.environment import Environment
from app.stick.inspecting.overview import Overview
from app.stick.memory.unfinished_jobs import UnfinishedJob, WantedRef
from tests.ui.controllers.values import outcome, plan
from ui.controllers import drive as controller_module
from ui.controllers import place_overviews
from ui.controllers.drive import DriveController
from ui.controllers.drive_view import DriveState, DriveView, Ejection, LostTarget, Operation
from ui.models.place import PlaceKey
from ui.state.session import Session, Target
from ui.tasks.bridge import Bridge

_GB = 10**9
_LONG = 10_000


def drive(letter: str, *roots: Path, sequence: int = 1) -> Drive:
    """A drive with one file system; mounted at ``roots``."""
    volume = Volume(
        f"/dev/sd{letter}1", ord(letter), "ext4", letter.upper(), f"U-{letter}", 8 * _GB, roots,
        False, 6 * _GB if roots else None, 4096 if roots else None,
    )  # fmt: skip
    return Drive(
        f"/dev/sd{letter}", ord(letter), "", "Stick", "S%2", "usb", 8 * _GB, True, False, NOTHING,
        (volume,), sequence=sequence,
    )  # fmt: skip


def _do_not_look() -> None:
    """Nobody looks for drives."""


class Person:
    """Plugs in, chooses, and hears everything that the controller tells."""

    def __init__(self, session: Session, bridge: Bridge, qtbot: QtBot, mounted: list[str]) -> None:
        self.mounted = mounted
        self.session = session
        # The look that follows ends when a test says so.
        session.drives.refresh = _do_not_look  # type: ignore[method-assign]
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
        self._qtbot.waitUntil(lambda: self.view.state is state, timeout=_LONG)

    def until_idle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.bridge.busy, timeout=_LONG)

    def looks_again(self, *drives: Drive) -> None:
        """The look that follows an operation has ended."""
        self.plug(*drives)
        self.session.drives.refreshed.emit()


JOB = UnfinishedJob((WantedRef("app/org.test.Maps/x86_64/stable", "up", "Maps"),), 1000, "x86_64")


@pytest.fixture(autouse=True)
def mounted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The devices that were mounted."""
    devices: list[str] = []

    def mount(volume: Volume) -> Mounted:
        devices.append(volume.device)
        return Mounted(Path("/media"), already=False, read_only=False)

    monkeypatch.setattr(controller_module, "mount", mount)
    return devices


@pytest.fixture(autouse=True)
def overview(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places are read at once, and hold nothing."""

    def read(root: Path, *_: object) -> Overview:
        return Overview(Space(root, "ext4", 4096, 6 * _GB, 8 * _GB, None, None, False))

    monkeypatch.setattr(place_overviews, "read_overview", read)


@pytest.fixture
def start(
    environment: Environment, qtbot: QtBot, mounted: list[str]
) -> Iterator[Callable[..., Person]]:
    people: list[Person] = []

    def opened(**changes: object) -> Person:
        session = Session(replace(environment, **changes))  # type: ignore[arg-type]
        people.append(Person(session, Bridge(session), qtbot, mounted))
        # By then it is known which jobs are unfinished.
        people[-1].until_idle()
        return people[-1]

    yield opened
    for person in people:
        person.bridge.close()
        person.session.deleteLater()


@pytest.fixture
def person(start: Callable[..., Person]) -> Person:
    return start()


def test_it_looks_and_then_there_is_no_drive_or_a_choice(person: Person, tmp_path: Path) -> None:
    drives = person.session.drives
    drives.looking = True
    drives.changed.emit()
    assert person.state() is DriveState.LOOKING

    drives.looking = False
    person.plug()
    assert person.state() is DriveState.NO_DRIVE
    assert person.view.chosen is None

    person.plug(drive("a", tmp_path), drive("b", tmp_path))
    assert person.state() is DriveState.CHOOSING
    assert person.session.target is None
    assert not person.controller.complete


def test_why_drives_cannot_be_looked_for_is_told(person: Person) -> None:
    person.session.drives.problem = DriveError(Message("No udev."), Message("Start it."))
    person.plug()

    assert person.state() is DriveState.NO_DRIVE
    assert person.view.problem is person.session.drives.problem


def test_what_is_chosen_is_the_target(person: Person, tmp_path: Path) -> None:
    stick = drive("a", tmp_path)
    person.plug(stick)
    person.session.set_notice("before")
    person.choose(stick)

    assert person.state() is DriveState.CHOSEN
    assert person.session.target == Target(tmp_path, "A", stick, stick.volumes[0])
    assert person.session.notice == ""
    assert person.controller.complete
    person.until_idle()
    assert person.view.chosen is not None
    assert person.view.chosen.overview is not None


def test_why_a_place_cannot_be_read_is_told_with_it(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Overview:
        raise DriveError(Message("It cannot be read."), Message("Pull it out."))

    monkeypatch.setattr(place_overviews, "read_overview", fail)
    stick = drive("a", tmp_path)
    person.plug(stick)
    person.choose(stick)
    person.until_idle()

    assert person.view.chosen is not None
    assert isinstance(person.view.chosen.error, DriveError)
    assert not person.controller.complete


def test_a_drive_that_is_pulled_out_is_chosen_again_when_it_is_back(
    person: Person, tmp_path: Path
) -> None:
    stick, other = drive("a", tmp_path), drive("b", tmp_path)
    person.plug(stick, other)
    person.choose(stick)
    person.plug(other)

    assert person.state() is DriveState.UNPLUGGED
    assert person.lost == [LostTarget("A", plugged_in=False)]
    assert person.session.target is None
    assert person.view.chosen is None
    person.session.set_notice("It was pulled out.")

    # In another port, with another name and number.
    back = replace(drive("a", tmp_path, sequence=2), device="/dev/sdq", number=77)
    person.plug(other, back)
    assert person.state() is DriveState.CHOSEN
    assert person.session.target is not None
    assert person.session.target.drive == back
    assert person.session.notice == ""


def test_another_one_in_its_place_is_not_taken_for_it(person: Person, tmp_path: Path) -> None:
    person.plug(drive("a", tmp_path))
    person.plug()
    stranger = drive("a", tmp_path, sequence=2)
    person.plug(replace(stranger, volumes=(replace(stranger.volumes[0], uuid="U-z"),)))
    assert person.state() is DriveState.UNPLUGGED
    assert person.session.target is None


def test_a_person_who_chooses_another_no_longer_waits_for_the_first(
    person: Person, tmp_path: Path
) -> None:
    stick, other = drive("a", tmp_path), drive("b", tmp_path)
    person.plug(stick, other)
    person.choose(stick)
    person.plug(other)
    person.choose(other)
    person.plug(other, drive("a", tmp_path, sequence=2))

    assert person.session.target is not None
    assert person.session.target.drive == other


def made(person: Person) -> None:
    """The job for what is chosen has ended well, and its result is looked at."""
    person.controller.leave()
    person.session.set_plan(plan())
    person.session.approve()
    person.session.set_outcome(outcome())


def test_after_its_job_an_ejected_drive_is_left_alone_and_the_next_one_chosen(
    person: Person, tmp_path: Path
) -> None:
    person.plug(drive("a", tmp_path))
    made(person)
    # Ejected where the result is shown.
    person.plug(drive("a"))
    assert person.session.target is not None
    person.session.set_target(None)
    person.controller.enter()
    assert person.mounted == []
    assert person.view.chosen is None
    assert person.lost == []

    person.plug(drive("b", tmp_path))
    assert person.session.target is not None
    assert person.session.target.name == "B"


def test_a_drive_that_is_pulled_out_after_its_job_is_not_waited_for(
    person: Person, tmp_path: Path
) -> None:
    person.plug(drive("a", tmp_path))
    made(person)
    person.plug()
    person.controller.enter()
    assert person.state() is DriveState.NO_DRIVE
    assert person.lost == []
    person.plug(drive("b", tmp_path))
    assert person.state() is DriveState.CHOSEN


def test_the_only_drive_that_can_be_used_is_chosen(person: Person, tmp_path: Path) -> None:
    empty = replace(drive("b"), volumes=())
    person.plug(empty, replace(drive("c"), read_only=True), drive("a", tmp_path))

    assert person.state() is DriveState.CHOSEN
    assert person.session.target is not None
    assert person.session.target.name == "A"
    # A second one does not change that.
    person.plug(empty, drive("a", tmp_path), drive("d", tmp_path))
    assert person.session.target.name == "A"


def test_of_several_the_one_with_an_unfinished_job_is_chosen(
    start: Callable[..., Person], environment: Environment, tmp_path: Path
) -> None:
    environment.unfinished.remember(volume_key(drive("b").volumes[0]), JOB)
    person = start()
    person.plug(drive("a", tmp_path), drive("b", tmp_path))

    assert person.session.target is not None
    assert person.session.target.name == "B"
    assert [place.name for place in person.view.places] == ["B", "A"]


def test_while_a_job_runs_or_its_result_is_looked_at_nothing_is_chosen(
    person: Person, tmp_path: Path
) -> None:
    may_end = threading.Event()
    person.controller.leave()
    person.bridge.run(lambda _report, _cancel: may_end.wait(), guarded=True)
    try:
        person.plug(drive("a", tmp_path))
        assert person.session.target is None
    finally:
        may_end.set()
    person.until_idle()
    assert person.session.target is not None


def test_what_the_desktop_unmounts_is_the_target_again_once_it_is_mounted(
    person: Person, tmp_path: Path
) -> None:
    person.plug(drive("a", tmp_path))
    person.choose(drive("a", tmp_path))
    person.plug(drive("a"))

    assert person.state() is DriveState.CHOSEN
    assert person.lost == [LostTarget("A", plugged_in=True)]
    assert person.session.target is None

    assert person.mounted == []
    person.plug(drive("a", tmp_path))
    assert person.session.target is not None


def test_what_another_program_let_go_of_is_mounted_again_when_it_is_chosen_again(
    person: Person, tmp_path: Path
) -> None:
    person.plug(drive("a", tmp_path))
    person.plug(drive("a"))
    person.choose(drive("a"))
    person.until(DriveState.SETTLING)
    assert person.mounted == ["/dev/sda1"]


def test_choosing_another_place_says_nothing_about_the_first(
    person: Person, tmp_path: Path
) -> None:
    mounted, other = drive("a", tmp_path), drive("b")
    person.plug(mounted, other)
    person.choose(mounted)
    person.choose(other)

    assert person.session.target is None
    assert person.lost == []


def test_a_target_that_somebody_else_chose_is_the_chosen_place(
    person: Person, tmp_path: Path
) -> None:
    person.session.set_target(Target(tmp_path, "media"))

    assert person.state() is DriveState.CHOSEN
    assert [place.root for place in person.view.places] == [tmp_path]

    person.session.set_target(None)
    assert person.state() is DriveState.CHOOSING


def test_a_folder_is_chosen_as_soon_as_it_is_named(person: Person, tmp_path: Path) -> None:
    person.controller.choose_folder(tmp_path)
    person.controller.choose_folder(tmp_path)

    assert len(person.view.places) == 1
    assert person.session.target == Target(tmp_path, tmp_path.name)


def test_the_demo_drive_is_chosen_from_the_beginning(
    start: Callable[..., Person], tmp_path: Path
) -> None:
    person = start(demo_drive=tmp_path)

    assert person.state() is DriveState.CHOSEN
    assert person.session.target is not None
    assert person.session.target.root == tmp_path


def test_what_is_chosen_is_mounted_without_a_word(person: Person, tmp_path: Path) -> None:
    person.states.clear()
    person.plug(drive("a"))
    person.until(DriveState.SETTLING)
    assert person.view.operation is not None
    assert person.session.target is None

    person.looks_again(drive("a", tmp_path))
    assert person.states == [
        DriveState.WAITING, DriveState.MOUNTING, DriveState.SETTLING, DriveState.CHOSEN
    ]  # fmt: skip
    assert person.view.operation is None
    assert person.session.target is not None
    assert person.mounted == ["/dev/sda1"]


def test_why_it_cannot_be_mounted_is_told_and_not_tried_again_by_itself(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = DriveError(Message("It cannot be mounted."))
    tried: list[str] = []

    def refuse(volume: Volume) -> Mounted:
        tried.append(volume.device)
        raise problem

    monkeypatch.setattr(controller_module, "mount", refuse)
    person.plug(drive("a"))
    person.until(DriveState.SETTLING)
    person.looks_again(drive("a"))

    assert person.state() is DriveState.CHOSEN
    assert person.view.chosen is not None
    assert person.view.chosen.trouble is problem
    person.plug(drive("a"))
    person.until_idle()
    assert tried == ["/dev/sda1"]

    person.choose(drive("a"))
    person.until(DriveState.SETTLING)
    assert len(tried) == 2


def test_ejecting_lets_go_of_the_target_and_tells_how_the_drive_rests(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controller_module, "eject", lambda _drive: Ejected((), Removal.POWERED_OFF))
    stick = drive("a", tmp_path)
    person.plug(stick)
    person.until_idle()
    person.controller.eject(person.key(stick))
    assert person.session.target is None
    person.until(DriveState.SETTLING)
    person.looks_again(drive("a"))

    # It is not taken again as long as it is plugged in.
    assert person.state() is DriveState.CHOOSING
    assert person.ejected == [Ejection("A", Removal.POWERED_OFF)]
    assert person.lost == []
    assert person.mounted == []
    person.plug()
    person.plug(drive("a", tmp_path, sequence=2))
    assert person.state() is DriveState.CHOSEN


def test_what_cannot_be_done_is_told_and_the_drive_stays_chosen(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = DriveError(Message("It is in use."), Message("Close the file."))

    def refuse(_drive: Drive) -> Ejected:
        raise problem

    monkeypatch.setattr(controller_module, "eject", refuse)
    stick = drive("a", tmp_path)
    person.plug(stick)
    person.choose(stick)
    person.controller.eject(person.key(stick))
    person.until(DriveState.SETTLING)
    person.looks_again(stick)

    assert person.state() is DriveState.CHOSEN
    assert person.view.chosen is not None
    assert person.view.chosen.trouble is problem
    assert person.session.target is not None
    person.choose(stick)
    assert person.view.chosen.trouble is None


def test_nothing_is_done_while_somebody_reads_from_the_drive(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, may_end = threading.Event(), threading.Event()
    ejected: list[Drive] = []

    def read(root: Path, *_: object) -> Overview:
        reading.set()
        may_end.wait()
        return Overview(Space(root, "ext4", 4096, 6 * _GB, 8 * _GB, None, None, False))

    def eject(wanted: Drive) -> Ejected:
        ejected.append(wanted)
        return Ejected((), Removal.SAFE)

    monkeypatch.setattr(place_overviews, "read_overview", read)
    monkeypatch.setattr(controller_module, "eject", eject)
    stick = drive("a", tmp_path)
    person.plug(stick)
    person.choose(stick)
    reading.wait()
    try:
        person.controller.eject(person.key(stick))
        assert person.state() is DriveState.WAITING
        # One thing after the other.
        person.controller.erase(person.key(stick))
        assert person.state() is DriveState.WAITING
    finally:
        may_end.set()
    person.until(DriveState.SETTLING)
    assert ejected == [stick]
    assert person.asked == []


def test_erasing_asks_and_what_was_erased_is_chosen(person: Person, tmp_path: Path) -> None:
    stick = drive("a", tmp_path)
    person.plug(stick)
    person.choose(stick)
    person.until_idle()
    person.controller.erase(person.key(stick))
    person.until(DriveState.ERASING)
    (operation,) = person.asked
    assert operation.drive == stick
    assert operation.place.overview is not None
    # Its volume goes while it is formatted.
    person.plug(replace(stick, volumes=()))
    assert person.state() is DriveState.ERASING
    assert person.gone == 0

    person.controller.end_erase(tmp_path / "new")
    formatted = drive("a", tmp_path / "new")
    person.looks_again(formatted)
    assert person.state() is DriveState.CHOSEN
    assert person.session.target is not None
    assert person.session.target.root == tmp_path / "new"


def test_what_review_wished_erased_is_asked_about_once(person: Person, tmp_path: Path) -> None:
    stick = drive("a", tmp_path)
    person.plug(stick)
    person.choose(stick)
    person.until_idle()
    person.controller.leave()
    person.session.erase_is_wished = True
    person.controller.enter()
    person.until(DriveState.ERASING)
    assert [operation.drive for operation in person.asked] == [stick]
    assert not person.session.erase_is_wished


def test_a_drive_that_goes_while_it_is_asked_about(person: Person, tmp_path: Path) -> None:
    stick = drive("a", tmp_path)
    person.plug(stick)
    person.choose(stick)
    person.controller.erase(person.key(stick))
    person.until(DriveState.ERASING)
    person.plug()
    assert person.gone == 1

    person.controller.end_erase(None)
    person.looks_again()
    assert person.state() is DriveState.NO_DRIVE


def test_while_a_job_runs_elsewhere_the_target_stays(person: Person, tmp_path: Path) -> None:
    stick = drive("a", tmp_path)
    person.plug(stick)
    person.choose(stick)
    person.until_idle()
    may_end = threading.Event()
    person.controller.leave()
    person.bridge.run(lambda _report, _cancel: may_end.wait(), guarded=True)
    try:
        person.plug()
        assert person.session.target is not None
        assert person.lost == []
    finally:
        may_end.set()
    person.until_idle()
    person.controller.enter()
    person.plug()
    assert person.session.target is None
