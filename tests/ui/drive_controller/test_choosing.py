"""What the Drive page decides, without any widget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.drive.recognition import volume_key
from app.errors import DriveError
from app.message import Message
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.inspecting.overview import Overview
from tests.ui.controllers.values import outcome, plan
from tests.ui.drive_controller.person import JOB, Person, drive
from ui.controllers import place_overviews
from ui.controllers.drive_view import DriveState, LostTarget
from ui.state.session import Target


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
