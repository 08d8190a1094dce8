"""``satchel make --also``: real drives, real clients, and a hand on Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from tests.ostree.web import Exchange
from tests.stick.several.conftest import HELLO, Ports, School, exit_codes
from tests.stick.several.halted import halted

pytestmark = pytest.mark.thorough


def also(places: list[str]) -> list[str]:
    return [word for place in places for word in ("--also", place)]


def test_computers_install_from_each(school: School, ports: Ports) -> None:
    labels = ["FIRST", "SECOND", "THIRD"]
    for label, kind in zip(labels, ("ext4", "exfat", "exfat"), strict=True):
        ports.drive(label, kind, megabytes=64).appear()
    words: tuple[str | Path, ...] = (
        "FIRST",
        "org.test.Hello",
        *also(labels[1:]),
        "--remote",
        school.remote,
    )
    done = school.satchel("make", *words, "--json")
    assert exit_codes(done) == [0, 0, 0]
    for drive in done.finished["drives"]:
        school.install(Path(drive["target"]), HELLO)


def test_one_that_fills_up_in_the_middle(school: School, ports: Ports) -> None:
    places = []
    for label in ("GOOD", "FULL"):
        ports.drive(label, megabytes=24).appear()
        places.append(school.satchel("mount", label, "--json").json["mount_point"])
    once = threading.Lock()

    def fill(exchange: Exchange) -> None:
        if exchange.path.endswith(".filez") and once.acquire(blocking=False):
            _fill(Path(places[1], "film"))
        exchange.good()

    school.web.everything = fill
    words: tuple[str | Path, ...] = (
        "GOOD",
        "org.test.Hello",
        *also(["FULL"]),
        "--remote",
        school.remote,
    )
    done = school.satchel("make", *words, "--json", check=3)
    assert exit_codes(done) == [0, 3]
    assert done.finished["drives"][1]["error"]["cause"] == "full"
    school.install(Path(places[0]), HELLO)
    Path(places[1], "film").unlink()
    assert exit_codes(school.satchel("make", *words, "--json")) == [0, 0]
    school.install(Path(places[1]), HELLO)


def _fill(path: Path) -> None:
    """Somebody else puts something on the drive until nothing more has room."""
    with open(path, "wb") as file:
        free = os.statvfs(path).f_bfree * os.statvfs(path).f_frsize
        os.posix_fallocate(file.fileno(), 0, free)


@pytest.mark.parametrize("verb", ["make", "update"])
def test_ctrl_c_stops_all(school: School, verb: str) -> None:
    first, second = places = school.directories(2)
    remote = ("--remote", school.remote)
    if verb == "make":
        words: list[str | Path] = [first, "org.test.Hello", *also([str(second)])]
    else:
        school.make(places, "org.test.Hello")
        school.publish()
        words = [first, second]
    command: tuple[str | Path, ...] = (verb, *words, *remote, "--json")
    place = "app.stick.writing.job:stage_refs:1"
    with halted(place, *command, home=school.home, env={}) as halting:
        halting.signal(signal.SIGINT)
    assert halting.done.returncode == 130
    assert set(exit_codes(halting.done)) <= {0, 130}
    assert exit_codes(school.satchel(*command)) == [0, 0]
    for target in places:
        school.install(target, HELLO)
