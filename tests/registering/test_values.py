"""What has come and gone, what is newer, and what people are told: values in, values out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.client.registering.announcing import announcement
from app.client.registering.judging import Judged, Obstacle
from app.client.registering.mounted import Mounted, changes, mounted_volumes
from app.client.registering.registrar import Finished
from app.drive.drive import Drive, Volume
from app.message import NOTHING
from app.replacing import replace

VOLUME = Volume("/dev/sdb1", 17, "ext4", "STICK", "", 1, (Path("/media/a"), Path("/media/b")))
DRIVE = Drive("/dev/sdb", 16, "", "", "", "usb", 1, True, False, NOTHING, (VOLUME,), 5)
STICK = Mounted(Path("/media/a"), "STICK", 17, 5)


def test_volumes_that_are_mounted() -> None:
    other = replace(VOLUME, mount_points=(), number=18)
    unnamed = replace(VOLUME, label="", number=19, mount_points=(Path("/media/c"),))

    there = mounted_volumes([replace(DRIVE, volumes=(VOLUME, other, unnamed))])

    assert there == (STICK, Mounted(Path("/media/c"), "/dev/sdb", 19, 5))


def test_a_drive_that_was_plugged_in_again_is_another() -> None:
    again = replace(STICK, sequence=6)

    todo = changes({STICK}, (again,))

    assert todo.come == (again,)
    assert todo.gone == {STICK}
    assert changes({STICK}, (STICK,)).come == ()


def told(*judged: Judged, language: str = "en") -> tuple[str, str]:
    finished = Finished(
        STICK,
        tuple(each for each in judged if each.obstacle is None),
        tuple(each for each in judged if each.obstacle is not None),
    )
    said = announcement(finished, (language,))
    return said.title, said.text


def judged(apps: int, newer: int = 0, obstacle: Obstacle | None = None) -> Judged:
    return Judged(Path("/media/a/.ostree/repo"), apps, newer, obstacle)


def test_how_many_apps_and_how_many_newer() -> None:
    assert told(judged(14, 3)) == (
        "STICK: 14 apps, 3 newer than yours",
        "Checked. They can be installed without internet now.",
    )
    assert told(judged(1), language="de_AT") == (
        "STICK: 1 App",
        "Geprüft. Jetzt lässt sie sich ohne Internet installieren.",
    )
    assert told(judged(10, 1), judged(4, 2), language="de")[0] == (
        "STICK: 14 Apps, 3 neuer als Ihre"
    )


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("obstacle", Obstacle)
def test_why_it_is_not_used(obstacle: Obstacle, language: str) -> None:
    title, text = told(judged(2, obstacle=obstacle), language=language)

    assert title.startswith("STICK: ")
    assert text.endswith(".")
