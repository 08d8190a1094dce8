"""Drives that are made up, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.drive.drive import Volume
from app.drive.space import Space
from app.drive.udisks.mounting import Mounted
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.inspecting.overview import Overview
from tests.ui.drive_controller.person import GB, Person
from ui.controllers import drive_work, place_overviews
from ui.state.session import Session
from ui.tasks.bridge import Bridge


@pytest.fixture(autouse=True)
def mounted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The devices that were mounted."""
    devices: list[str] = []

    def mount(volume: Volume) -> Mounted:
        devices.append(volume.device)
        return Mounted(Path("/media"), already=False, read_only=False)

    monkeypatch.setattr(drive_work, "mount", mount)
    return devices


@pytest.fixture(autouse=True)
def overview(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places are read at once, and hold nothing."""

    def read(root: Path, *_: object) -> Overview:
        return Overview(Space(root, "ext4", 4096, 6 * GB, 8 * GB, None, None, False))

    monkeypatch.setattr(place_overviews, "read_overview", read)


@pytest.fixture
def start(
    environment: Environment, qtbot: QtBot, mounted: list[str]
) -> Iterator[Callable[..., Person]]:
    people: list[Person] = []

    def opened(**changes: object) -> Person:
        session = Session(replace(environment, **changes))
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
