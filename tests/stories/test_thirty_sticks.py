"""A teacher with two ports and a bag of new drives: five here."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devices import Devices, Disk
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.several.conftest import HELLO, Ports, School, fill
from tests.stories.readme import commands

DRIVES = 5
PORTS = 2


@pytest.fixture
def school(devices: Devices, tmp_path: Path, upstream_key: SigningKey) -> Iterator[School]:
    """Its computer knows the remote."""
    place = School(tmp_path, kept_upstream(tmp_path / "upstream", upstream_key, fill))
    place.env = devices.environment
    place.satchel("remotes", "add", place.remote)
    yield place
    place.close()


@pytest.mark.thorough
def test_all_of_them_with_the_commands_of_the_readme(school: School, devices: Devices) -> None:
    words = {"org.gnome.Maps": "org.test.Hello", "org.gnome.Sudoku": "org.test.Other"}
    save, line, update = commands("Thirty sticks", words)
    ports = Ports(devices)
    drives = {f"CLASS-{number}": ports.drive(f"CLASS-{number}") for number in range(1, DRIVES + 1)}
    school.satchel(*save[1:])
    _make_all(school, line[1:], drives)
    fetched = school.fetched()
    assert len(fetched) == len(set(fetched))

    school.publish()
    named = update[2:]
    assert len(named) == PORTS
    for name in named:
        drives[name].appear()
    done = school.satchel(*update[1:], "--json")
    for drive in done.finished["drives"]:
        assert drive["verify"]["ok"]
        school.install(Path(drive["target"]), HELLO)


def _make_all(school: School, words: list[str], drives: dict[str, Disk]) -> None:
    """A drive is pulled out when it is ejected, and the next one plugged in where it was."""
    line = school.running(*words)
    line.until("waiting")
    bag = deque(drives.values())
    for _ in range(PORTS):
        bag.popleft().appear()
    for number in range(1, DRIVES + 1):
        made = line.until("drive")
        assert made["error"] is None, made
        assert made["verify"]["ok"]
        assert made["ejected"]
        assert made["made"] == number
        drives[made["drive"]].detach()
        if bag:
            bag.popleft().appear()
    last = line.stop()
    assert (last["made"], last["failed"]) == (DRIVES, 0)
