"""The same apps for several drives: which of them are chosen, without any widget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.drive.drive import Drive, Volume
from app.drive.udisks.mounting import Mounted
from app.errors import DriveError
from app.message import Message
from app.replacing import replace
from tests.ui.drive_controller.person import Person, drive
from ui.controllers import drive_work
from ui.controllers.drive_view import LostTarget


@pytest.fixture
def drives(person: Person, tmp_path: Path) -> tuple[Drive, ...]:
    """Three, mounted and plugged in, of which the first is chosen."""
    made = []
    for letter in "abc":
        root = tmp_path / letter
        root.mkdir()
        made.append(drive(letter, root))
    person.plug(*made)
    person.choose(made[0])
    return tuple(made)


def chosen(person: Person) -> list[str]:
    """As the session has it."""
    return [target.name for target in person.session.targets]


def test_a_tick_adds_a_drive_and_another_takes_it_away(
    person: Person, drives: tuple[Drive, ...]
) -> None:
    first, second, third = map(person.key, drives)
    person.controller.tick(third)
    person.controller.tick(second)
    assert chosen(person) == ["A", "C", "B"]
    assert person.session.target is person.session.targets[0]
    assert person.controller.complete

    person.controller.tick(first)
    assert chosen(person) == ["C", "B"]
    person.controller.tick(third)
    person.controller.tick(second)
    assert chosen(person) == ["B"], "the last one stays"


def test_a_click_chooses_one_alone(person: Person, drives: tuple[Drive, ...]) -> None:
    person.controller.choose_all()
    assert chosen(person) == ["A", "B", "C"]

    person.choose(drives[1])
    assert chosen(person) == ["B"]
    assert person.view.others == ()


def test_another_set_of_drives_takes_the_plan_back(
    person: Person, drives: tuple[Drive, ...]
) -> None:
    changes: list[str] = []
    person.session.target_changed.connect(lambda: changes.append("target"))
    person.session.targets_changed.connect(lambda: changes.append("targets"))
    person.controller.tick(person.key(drives[1]))
    assert changes == ["targets"]

    person.controller.tick(person.key(drives[0]))
    assert changes == ["targets", "targets", "target"]


def test_those_that_are_not_mounted_are_one_after_the_other(person: Person, tmp_path: Path) -> None:
    there, *others = drive("a", tmp_path), drive("b"), drive("c")
    person.plug(there, *others)
    person.choose(there)
    person.controller.choose_all()
    person.until_idle()
    assert person.mounted == ["/dev/sdb1"]
    assert not person.controller.complete

    second = drive("b", tmp_path / "b")
    person.looks_again(there, second, others[1])
    person.until_idle()
    assert person.mounted == ["/dev/sdb1", "/dev/sdc1"]
    person.looks_again(there, second, drive("c", tmp_path / "c"))
    assert chosen(person) == ["A", "B", "C"]
    assert person.controller.complete


def test_one_that_cannot_be_mounted_is_no_longer_chosen(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_volume: Volume) -> Mounted:
        raise DriveError(Message("No."))

    monkeypatch.setattr(drive_work, "mount", refuse)
    there, other = drive("a", tmp_path), drive("b")
    person.plug(there, other)
    person.choose(there)
    person.controller.tick(person.key(other))
    person.until_idle()
    person.looks_again(there, other)

    assert chosen(person) == ["A"]
    assert person.view.others == ()
    assert [place.trouble is not None for place in person.view.places] == [False, True]


@pytest.mark.parametrize("gone", [0, 1])
def test_one_that_is_pulled_out_is_told_and_the_others_stay(
    person: Person, drives: tuple[Drive, ...], gone: int
) -> None:
    person.controller.choose_all()
    person.plug(*(each for number, each in enumerate(drives) if number != gone))

    assert chosen(person) == [each for number, each in enumerate("ABC") if number != gone]
    [lost] = person.lost
    assert lost.name == "AB"[gone]
    assert not lost.plugged_in
    assert lost.others

    # Nobody waits for it.
    person.plug(*drives)
    assert "AB"[gone] not in chosen(person)


def test_one_that_another_program_lets_go_of(person: Person, drives: tuple[Drive, ...]) -> None:
    person.controller.choose_all()
    unmounted = replace(drives[1], volumes=(replace(drives[1].volumes[0], mount_points=()),))
    person.plug(drives[0], unmounted, drives[2])

    assert chosen(person) == ["A", "C"]
    assert person.lost == [LostTarget("B", plugged_in=True, others=1)]
    assert person.mounted == []


def test_while_somebody_tells_of_several_drives_nothing_else_is_chosen(
    person: Person, drives: tuple[Drive, ...]
) -> None:
    person.controller.choose_all()
    person.session.tells_of_drives = True
    person.controller.leave()
    person.plug(drives[2])

    assert chosen(person) == ["A", "B", "C"]
    assert person.lost == []


def test_the_same_for_others_lets_go_of_all(person: Person, drives: tuple[Drive, ...]) -> None:
    person.controller.choose_all()
    person.session.set_target(None)
    person.plug(drives[0])

    assert chosen(person) == []
    assert person.view.all_chosen == ()
    assert person.lost == []


def test_a_target_that_somebody_else_chose_is_the_only_one(
    start: Callable[..., Person], tmp_path: Path
) -> None:
    person = start()
    stick, other = drive("a", tmp_path), drive("b", tmp_path / "b")
    person.plug(stick, other)
    person.choose(stick)
    person.controller.tick(person.key(other))
    person.session.set_target(person.session.targets[0])
    assert person.view.others == ()
