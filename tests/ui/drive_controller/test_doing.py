"""What is done to a drive: made ready, ejected, erased."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.drive.drive import Drive, Volume
from app.drive.space import Space
from app.drive.udisks.ejecting import Ejected, Removal
from app.drive.udisks.mounting import Mounted
from app.errors import DriveError
from app.message import Message
from app.replacing import replace
from app.stick.inspecting.overview import Overview
from tests.ui.drive_controller.person import GB, Person, drive
from ui.controllers import drive_work, place_overviews
from ui.controllers.drive_view import DriveState, Ejection


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

    monkeypatch.setattr(drive_work, "mount", refuse)
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
    monkeypatch.setattr(drive_work, "eject", lambda _drive: Ejected((), Removal.POWERED_OFF))
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

    monkeypatch.setattr(drive_work, "eject", refuse)
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
        return Overview(Space(root, "ext4", 4096, 6 * GB, 8 * GB, None, None, False))

    def eject(wanted: Drive) -> Ejected:
        ejected.append(wanted)
        return Ejected((), Removal.SAFE)

    monkeypatch.setattr(place_overviews, "read_overview", read)
    monkeypatch.setattr(drive_work, "eject", eject)
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
