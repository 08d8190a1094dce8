"""Which place the Contents page looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.drive.drive import Drive, Volume
from app.message import NOTHING
from tests.ui.controllers.values import GB
from ui.controllers.viewed_place import ViewedPlaceController
from ui.state.session import Session, Target


def drive(letter: str, *roots: Path) -> Drive:
    name = f"/dev/sd{letter}"
    volume = Volume(f"{name}1", ord(letter), "ext4", letter.upper(), "A-B", GB, roots)
    return Drive(name, ord(letter), "", "Stick", "", "usb", GB, True, False, NOTHING, (volume,))


def plug(session: Session, *drives: Drive) -> None:
    session.drives.drives = drives
    session.drives.changed.emit()


@pytest.fixture
def viewed(session: Session) -> ViewedPlaceController:
    return ViewedPlaceController(session, session)


def names(viewed: ViewedPlaceController) -> list[str]:
    return [place.name for place in viewed.places]


def test_the_first_drive_is_looked_at(viewed: ViewedPlaceController, session: Session) -> None:
    assert viewed.place is None
    plug(session, drive("a"), drive("b"))
    assert names(viewed) == ["A", "B"]
    assert viewed.place is viewed.places[0]


def test_what_was_pulled_out_is_told_and_nothing_takes_its_place(
    viewed: ViewedPlaceController, session: Session
) -> None:
    plug(session, drive("a"), drive("b"))
    viewed.choose(1)
    plug(session, drive("a"))
    assert viewed.unplugged == "B"
    assert viewed.place is None
    viewed.choose(0)
    assert not viewed.unplugged
    assert viewed.place is not None


def test_it_follows_the_target(viewed: ViewedPlaceController, session: Session) -> None:
    mounted = drive("b", Path("/media/B"))
    plug(session, drive("a"), mounted)
    session.set_target(Target(Path("/media/B"), "B", mounted, mounted.volumes[0]))
    assert viewed.place is viewed.places[1]


def test_a_folder_that_is_the_target_can_be_looked_at(
    viewed: ViewedPlaceController, session: Session
) -> None:
    session.set_target(Target(Path("/home/me/apps"), "apps"))
    assert names(viewed) == ["apps"]
    session.set_target(Target(Path("/home/me/apps"), "apps"))
    assert names(viewed) == ["apps"]


def test_a_folder_is_opened_once(viewed: ViewedPlaceController) -> None:
    chosen: list[bool] = []
    viewed.chosen.connect(lambda: chosen.append(True))
    viewed.open_folder(Path("/srv"))
    viewed.open_folder(Path("/srv"))
    assert names(viewed) == ["srv"]
    assert len(chosen) == 2


def test_what_is_looked_at_becomes_the_target(
    viewed: ViewedPlaceController, session: Session
) -> None:
    plug(session, drive("a"))
    viewed.take_as_target()
    assert session.target is None
    plug(session, drive("a", Path("/media/A")))
    viewed.take_as_target()
    target = session.target
    assert target is not None
    assert target.root == Path("/media/A")
    viewed.take_as_target()
    assert session.target is target


def test_what_comes_back_is_looked_at_again(
    viewed: ViewedPlaceController, session: Session
) -> None:
    plug(session, drive("a"))
    plug(session)
    plug(session, drive("c"))
    assert viewed.place is viewed.places[0]
    assert not viewed.unplugged
