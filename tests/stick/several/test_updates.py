"""``satchel update`` of several drives: side by side, downloaded once, each its own result."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.ostree.web import Exchange
from tests.satchel import Done
from tests.stick.several.conftest import HELLO, Ports, School, exit_codes


def update(school: School, *places: str | Path, check: bool | int = True) -> Done:
    return school.satchel("update", *places, "--remote", school.remote, "--json", check=check)


@pytest.mark.slow
def test_all_get_the_newest_of_one_download(school: School) -> None:
    first, second, third = school.directories(3)
    school.make([first, second], "org.test.Hello")
    school.make([third], "org.test.Other")
    school.publish()
    before = len(school.fetched())
    done = update(school, first, second, third, school.directory, check=6)
    drives = done.finished["drives"]
    assert [drive["exit_code"] for drive in drives] == [0, 0, 0, 6]
    assert [drive["changed"] for drive in drives[:2]] == [True, True]
    assert all(drive["verify"]["ok"] for drive in drives[:2])
    assert [app["ref"] for app in drives[0]["apps"]] == [HELLO]
    assert [drive["target"] for drive in drives[:3]] == [str(first), str(second), str(third)]
    news = school.fetched()[before:]
    assert news
    assert len(news) == len(set(news))


@pytest.mark.thorough
def test_a_preview_writes_nothing(school: School) -> None:
    places = school.directories(2)
    school.make(places, "org.test.Hello")
    school.publish()
    before = [(place / ".ostree/repo/summary").read_bytes() for place in places]
    told = school.satchel("update", *places, "--remote", school.remote, "--dry-run")
    assert told.stdout.count("Newer on") == 2
    assert [(place / ".ostree/repo/summary").read_bytes() for place in places] == before


@pytest.mark.thorough
def test_real_drives_that_fail_do_not_hold_up_the_others(school: School, ports: Ports) -> None:
    disks = {
        "GOOD": ports.drive("GOOD", "exfat", megabytes=64),
        "SMALL": ports.drive("SMALL", megabytes=5),
        "LOCKED": ports.drive("LOCKED"),
        "PULLED": ports.drive("PULLED"),
    }
    for disk in disks.values():
        disk.appear()
    also = [word for name in list(disks)[1:] for word in ("--also", name)]
    school.satchel("make", "GOOD", "org.test.Hello", *also, "--remote", school.remote)
    school.satchel("eject", "LOCKED")
    disks["LOCKED"].detach()
    disks["LOCKED"].appear(read_only=True)
    school.publish()
    once = threading.Lock()

    def pull_out(exchange: Exchange) -> None:
        content = exchange.method == "GET" and exchange.path.endswith(".filez")
        if content and once.acquire(blocking=False):
            disks["PULLED"].detach()
        exchange.good()

    school.web.everything = pull_out
    done = update(school, *disks, check=3)
    assert exit_codes(done) == [0, 3, 3, 3]
    good, small, _, pulled = done.finished["drives"]
    assert good["verify"]["ok"]
    assert small["error"]["kind"] == "DoesNotFitError"
    assert pulled["error"]["cause"] == "pulled-out"
    disks["PULLED"].appear()
    school.web.everything = None
    again = update(school, "PULLED", "GOOD")
    assert exit_codes(again) == [0, 0]
    assert again.finished["drives"][0]["changed"]
    for drive in again.finished["drives"]:
        school.install(Path(drive["target"]), HELLO)
