"""``make --keep-going``: thirty drives with two ports."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.ostree.web import Exchange, Hangup
from tests.stick.extra_data.conftest import extra_upstream, maker, makers
from tests.stick.extra_data.makers import PART, Maker
from tests.stick.several.conftest import Ports, School
from tests.stick.several.running_line import RunningLine
from tests.terminal import Terminal
from tests.waiting import GUARD

__all__ = ["extra_upstream", "maker", "makers"]
"""Fixtures."""

HELLO = "org.test.Hello"


def test_each_drive_that_is_meant_is_made_as_it_comes(school: School, ports: Ports) -> None:
    line = school.line("auto", HELLO, "--label", "class-*", "--eject")
    line.until("waiting")
    first, private = ports.drive("CLASS-1"), ports.drive("MINE")
    first.appear()
    private.appear()
    assert line.until("passed")["reason"] == "not-meant"
    done = line.until("drive", drive="CLASS-1")
    assert done["ok"]
    assert done["verify"]["ok"]
    assert done["ejected"] == "safe-to-remove"
    first.detach()
    line.until("left", drive="CLASS-1")
    ports.drive("Class-2").appear()
    assert line.until("drive", drive="Class-2")["made"] == 2
    first.appear()
    again = line.until("passed", drive="CLASS-1")
    assert (again["reason"], again["ejected"]) == ("already", "safe-to-remove")
    last = line.stop()
    assert (last["made"], last["failed"], last["passed"]) == (2, 0, 2)
    assert last["ok"]
    assert len(school.fetched()) == len(set(school.fetched()))


@pytest.mark.thorough
def test_what_is_pulled_out_goes_on_when_it_comes_back(school: School, ports: Ports) -> None:
    disk = ports.drive("CLASS-1")
    pulled = threading.Event()

    def pull_out(exchange: Exchange) -> None:
        if exchange.path.endswith(".filez") and not pulled.is_set():
            pulled.set()
            disk.detach()
        exchange.good()

    school.web.everything = pull_out
    line = school.line("auto", HELLO, "--label", "CLASS-*")
    disk.appear()
    failed = line.until("drive", number=1)
    assert failed["exit_code"] == 3
    assert failed["error"]["cause"] == "pulled-out"
    disk.appear()
    done = line.until("drive", number=2)
    assert done["verify"]["ok"]
    last = line.stop(check=3)
    assert (last["made"], last["failed"]) == (1, 1)


@pytest.mark.slow
def test_what_makers_hand_out_comes_once(maker: Maker, tmp_path: Path) -> None:
    """Of two drives that are made at the same time, one waits for the other."""
    both = threading.Event()

    def hold(exchange: Exchange) -> None:
        assert both.wait(GUARD)
        exchange.good()

    maker.server.always[PART.uri] = hold
    second = tmp_path / "second"
    second.mkdir()
    line = RunningLine(
        maker.home, "make", maker.drive, "org.test.Extra", "--also", second, "--keep-going",
        "--label", "NONE", "--with-extra-data", "--no-verify", "--remote", maker.remote,
        env=maker.variables,
    )  # fmt: skip
    under_way: set[int] = set()
    while len(under_way) < 2:
        under_way.add(line.until("phase", phase="download")["number"])
    both.set()
    for _ in under_way:
        assert line.until("drive")["ok"]
    line.stop()
    line.close()
    assert maker.offsets(PART) == [0]


@pytest.mark.thorough
def test_a_choice_that_changes_counts_for_drives_that_come_later(
    school: School, ports: Ports, tmp_path: Path
) -> None:
    profile = tmp_path / "class.toml"
    profile.write_text('refs = ["org.test.Hello"]\n')
    line = school.line("auto", "--profile", profile, "--label", "*")
    ports.drive("FIRST").appear()
    first = line.until("drive")
    profile.write_text('refs = ["org.test.Hello", "org.test.Other"]\n')
    ports.drive("SECOND").appear()
    assert line.until("choice")["wanted"] == ["org.test.Hello", "org.test.Other"]
    second = line.until("drive")
    profile.write_text("refs = [\n")
    ports.drive("THIRD").appear()
    third = line.until("drive")
    line.stop(check=2)
    assert third["error"]["kind"] == "ProfileError"
    assert first["verify"]["ok"]
    assert second["verify"]["ok"]
    assert [school.apps(done["target"]) for done in (first, second)] == [
        {"org.test.Hello"},
        {"org.test.Hello", "org.test.Other"},
    ]


@pytest.mark.thorough
def test_somebody_at_a_terminal_is_told_of_a_choice_that_changes(
    school: School, ports: Ports, tmp_path: Path
) -> None:
    """Also where that was before the first drive; the same choice is not told again."""
    profile = tmp_path / "class.toml"
    profile.write_text('refs = ["org.test.Hello"]\n')
    words = ("--profile", profile, "--keep-going", "--label", "CLASS*", "--eject")
    line = ("make", "auto", *words, "--remote", school.remote)
    terminal = Terminal(school.home, *line, env=school.env)
    try:
        terminal.until("Plug in the next drive")
        profile.write_text('refs = ["org.test.Hello", "app/org.test.Other//stable"]\n')
        ports.drive("CLASS-1").appear()
        terminal.until("1 made")
        ports.drive("class-2", "exfat", megabytes=64).appear()
        terminal.until("2 made")
        terminal.type("\x04")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert "Each drive gets org.test.Hello;" in terminal.seen
    told = "from now on each drive gets org.test.Hello, org.test.Other."
    assert terminal.seen.count("from now on") == 1
    assert f"CLASS-1: {told}" in terminal.seen
    assert terminal.seen.count("It is safe to remove.") == 2


@pytest.mark.thorough
def test_drives_that_cannot_be_used_do_not_hold_up_the_others(school: School, ports: Ports) -> None:
    line = school.line("auto", HELLO, "--label", "*")
    ports.drive("SMALL", megabytes=3).appear()
    ports.drive("LOCKED").appear(read_only=True)
    blank = ports.drive(kind="")
    blank.appear()
    ports.drive("GOOD", "exfat", megabytes=64).appear()
    results: dict[str, object] = {}
    while len(results) < 4:
        told = line.until("drive", "passed")
        results[told["drive"]] = told.get("exit_code", told.get("reason"))
    # What is not formatted has no label.
    assert results == {"SMALL": 3, "LOCKED": 3, "GOOD": 0, blank.device: "not-meant"}
    last = line.stop(check=3)
    assert (last["made"], last["failed"]) == (1, 2)


@pytest.mark.thorough
def test_ctrl_c_stops_what_is_under_way(school: School, ports: Ports) -> None:
    begun = threading.Event()

    def slow(exchange: Exchange) -> None:
        if exchange.path.endswith(".filez"):
            begun.set()
            raise Hangup
        exchange.good()

    school.web.everything = slow
    line = school.line("auto", HELLO, "--label", "*")
    disk = ports.drive("CLASS-1")
    disk.appear()
    line.until("began")
    assert begun.wait(GUARD)
    last = line.stop(check=130)
    assert last["drives"][0]["exit_code"] == 130
    school.web.everything = None
    again = school.line("auto", HELLO, "--label", "*")
    assert again.until("drive")["verify"]["ok"]
    again.stop()


@pytest.mark.thorough
def test_a_named_drive_is_the_first(school: School, ports: Ports, tmp_path: Path) -> None:
    directory = tmp_path / "directory"
    directory.mkdir()
    line = school.line(directory, HELLO, "--label", "CLASS-*")
    assert line.until("drive")["target"] == str(directory)
    ports.drive("CLASS-1").appear()
    assert line.until("drive")["made"] == 2
    line.stop()


def test_without_anybody_to_ask_a_pattern_is_needed(school: School) -> None:
    done = school.satchel("make", "auto", HELLO, "--keep-going", "--json", check=2)
    assert "--label" in done.stderr
    done = school.satchel("make", "auto", HELLO, "--label", "CLASS-*", check=2)
    assert "--keep-going" in done.stderr


@pytest.mark.thorough
def test_what_cannot_be_had_is_told_before_a_drive_comes(school: School) -> None:
    words = ("make", "auto", "org.test.Missing", "--keep-going", "--label", "*", "--remote")
    done = school.satchel(*words, school.remote, check=False)
    assert done.returncode in {2, 4}
    assert "org.test.Missing" in done.stderr


@pytest.mark.thorough
def test_somebody_at_a_terminal_is_asked_about_each(school: School, ports: Ports) -> None:
    words = ("make", "auto", HELLO, "--keep-going", "--remote", school.remote)
    terminal = Terminal(school.home, *words, env=school.env)
    try:
        terminal.until("Plug in the next drive")
        ports.drive("FIRST").appear()
        terminal.until("it is empty. Write")
        terminal.type("n\n")
        terminal.until("FIRST: left alone, as you said")
        terminal.seen = ""
        ports.drive("SECOND").appear()
        terminal.until("it is empty. Write")
        terminal.type("\ny\n")
        terminal.until("1 made")
        third = ports.drive("THIRD")
        terminal.seen = ""
        third.appear()
        terminal.until("it is empty. Write")
        third.detach()
        terminal.until("THIRD: was pulled out before anything was written")
        terminal.type("y\n\x04")
        assert terminal.end() == 0
        assert "1 made, 0 failed, 2 left alone" in terminal.seen
    finally:
        terminal.close()


@pytest.mark.thorough
def test_all_that_are_there_and_further_ones(school: School, ports: Ports) -> None:
    ports.drive("FIRST").appear()
    ports.drive(kind="").appear()
    line = school.line("auto", HELLO, "--all-drives", "--yes", "--label", "SECOND")
    assert line.until("drive", drive="FIRST")["ok"]
    pulled = ports.drive("SECOND", "exfat", megabytes=64)
    taken = threading.Event()

    def pull_out(exchange: Exchange) -> None:
        if not taken.is_set():
            taken.set()
            pulled.detach()
        exchange.good()

    school.web.everything = pull_out
    pulled.appear()
    assert line.until("passed", drive="SECOND")["reason"] == "gone"
    pulled.appear()
    assert line.until("drive", drive="SECOND")["verify"]["ok"]
    line.stop()


@pytest.mark.thorough
def test_who_was_confirmed_is_not_asked_about_again(school: School, ports: Ports) -> None:
    """Neither when it was pulled out too early, nor later when there is something newer."""
    disk, other = ports.drive("SCHOOL"), ports.drive("SCHOOL")
    pulled = threading.Event()

    def pull_out(exchange: Exchange) -> None:
        if exchange.path.endswith(".filez") and not pulled.is_set():
            pulled.set()
            disk.detach()
        exchange.good()

    school.web.everything = pull_out
    words = ("make", "auto", HELLO, "--keep-going", "--remote", school.remote)
    terminal = Terminal(school.home, *words, env=school.env)
    try:
        terminal.until("Plug in the next drive")
        disk.appear()
        terminal.until("it is empty. Write")
        terminal.type("y\n")
        terminal.until("SCHOOL: pulled out")
        disk.appear()
        terminal.until("1 made")
        school.publish()
        other.appear()
        terminal.until(f"SCHOOL #3 ({other.device}): it is empty")
        terminal.type("n\n")
        terminal.until("SCHOOL #3: left alone, as you said")
        disk.detach()
        disk.appear()
        terminal.until("2 made")
        terminal.type("\x04")
        assert terminal.end() == 3
    finally:
        terminal.close()
    assert not [point for point in _mounts() if Path(other.device).name in point]


def _mounts() -> list[str]:
    return Path("/proc/mounts").read_text().splitlines()


@pytest.mark.thorough
def test_with_what_earlier_drives_left_in_the_cache(school: School, ports: Ports) -> None:
    [place] = school.directories(1)
    school.make([place], HELLO)
    school.web.close()
    line = school.line("auto", HELLO, "--label", "CLASS-*", "--offline")
    ports.drive("CLASS-1").appear()
    assert line.until("drive")["verify"]["ok"]
    line.stop()
