"""``satchel clone``: the very same repository on other drives, or a word why not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.drive.space import measure
from app.replacing import replace
from app.stick.cloning import place
from tests.satchel import command, environment, satchel
from tests.stick.damage import (
    HELLO,
    LOCALE,
    Stick,
    copy_stick,
    delete,
    flip_middle,
    verify,
)
from tests.stick.makers import make
from tests.upstream import Upstream

TRUST = "--trust-drive-keys"


@pytest.fixture
def target(tmp_path: Path) -> Stick:
    drive = tmp_path / "target"
    drive.mkdir()
    return Stick(drive)


def contents(root: Path) -> dict[str, bytes]:
    """All files but the page, which names the drive, and the lock."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name not in (".lock", "START-HERE.html")
    }


def test_every_byte_is_copied_and_checked(good: Path, target: Stick, stranger: Path) -> None:
    done = satchel("clone", good, target.root, TRUST, "--json", home=stranger)
    assert contents(target.root) == contents(good)
    [drive] = done.finished["drives"]
    assert drive["verified"] is True
    assert drive["verify"]["ok"] is True
    assert drive["objects"] > 0
    [told] = [event for event in done.events if event["event"] == "drive"]
    assert told == {"event": "drive", **drive}
    moved = [event for event in done.events if event["event"] == "progress"]
    assert {event.get("target") for event in moved} >= {str(target.root)}
    assert "target" in (target.root / "satchel/START-HERE.html").read_text()


def test_what_nobody_here_knows_is_copied_and_said_to_be_unvouched(
    good: Path, target: Stick, stranger: Path
) -> None:
    done = satchel("clone", good, target.root, home=stranger, check=1)
    assert contents(target.root) == contents(good)
    assert "NOT vouched for" in done.stdout


def test_again_copies_nothing_and_a_newer_one_what_is_new(
    good: Path, newer: Path, target: Stick, stranger: Path
) -> None:
    first, second, third = (
        satchel("clone", source, target.root, TRUST, "--json", home=stranger)
        for source in (good, good, newer)
    )
    whole, nothing, some = (
        done.finished["drives"][0]["objects"] for done in (first, second, third)
    )
    assert nothing == 0
    assert 0 < some < whole
    assert verify(target, stranger) - {("orphan-objects", "objects")} == verify(
        Stick(newer), stranger
    )


@pytest.mark.parametrize("kind", ["filez", pytest.param("dirtree", marks=pytest.mark.thorough)])
def test_a_damaged_stick_is_named_and_not_copied(
    kind: str, stick: Stick, target: Stick, stranger: Path
) -> None:
    flip_middle(stick.path(stick.object(kind)))
    done = satchel("clone", stick.root, target.root, TRUST, home=stranger, check=6)
    assert "is damaged, so it is not copied" in done.stderr
    assert "org.test.Hello" in done.stderr
    assert "satchel repair" in done.stderr
    assert not target.summary.exists()
    assert not list((target.repo / "refs/mirrors").glob("*"))


@pytest.mark.parametrize("what", ["signatures", "summary", "kit", "journal"])
def test_nor_is_one_whose_lists_are(what: str, stick: Stick, target: Stick, stranger: Path) -> None:
    match what:
        case "signatures":
            delete(stick.signatures(HELLO))
        case "summary":
            delete(stick.summary)
        case "kit":
            (stick.root / "satchel/install.sh").write_text("rm -rf /\n")
        case "journal":
            (stick.satchel / "journal.json").write_text("{}")
    satchel("clone", stick.root, target.root, TRUST, home=stranger, check=6)
    assert not list(target.root.iterdir())


def test_another_stick_is_left_alone(
    good: Path, warned: Path, stranger: Path, tmp_path: Path
) -> None:
    other = copy_stick(warned, tmp_path / "other")
    before = contents(other.root)
    done = satchel("clone", good, other.root, TRUST, home=stranger, check=2)
    assert "has another stick already" in done.stderr
    assert contents(other.root) == before


@pytest.mark.thorough
def test_a_drive_that_fails_does_not_hold_up_the_others(
    good: Path, warned: Path, target: Stick, stranger: Path, tmp_path: Path
) -> None:
    other = copy_stick(warned, tmp_path / "other")
    done = satchel("clone", good, other.root, target.root, TRUST, "--json", home=stranger, check=2)
    drives = {drive["target"]: drive for drive in done.finished["drives"]}
    assert done.finished["ok"] is False
    assert drives[str(other.root)]["exit_code"] == 2
    assert drives[str(other.root)]["error"]["message"]
    assert drives[str(target.root)]["ok"] is True


def test_not_to_itself(stick: Stick, stranger: Path) -> None:
    satchel("clone", stick.root, stick.root, TRUST, home=stranger, check=2)


@pytest.mark.parametrize("verb", ["clone", "make"])
@pytest.mark.parametrize("part", ["satchel", ".ostree/repo/tmp"])
def test_not_into_what_is_on_a_stick(verb: str, part: str, stick: Stick, stranger: Path) -> None:
    words = (stick.root,) if verb == "clone" else ()
    apps = ("org.test.Hello",) if verb == "make" else ()
    before = sorted(stick.root.rglob("*"))
    done = satchel(verb, *words, stick.root / part, *apps, home=stranger, check=2)
    assert f"is a part of what is on {stick.root}" in done.stderr
    assert sorted(stick.root.rglob("*")) == before


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"free": 5000}, "are free"),
        ({"free_files": 3}, "room for only 3 more"),
        ({"max_file": 100, "file_system": "vfat"}, "holds none over"),
    ],
)
def test_what_does_not_fit_is_told_before(
    limits: dict[str, Any],
    said: str,
    good: Path,
    target: Stick,
    stranger: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(place, "measure", lambda *given: replace(measure(*given), **limits))
    done = satchel("clone", good, target.root, TRUST, home=stranger, check=3)
    assert said in done.stderr
    assert not list(target.root.iterdir())


def test_left_out_languages_stay_left_out(stick: Stick, target: Stick, stranger: Path) -> None:
    delete(stick.path(stick.tree(LOCALE)["/files/de"]))
    stick.partial(LOCALE).touch()
    before = verify(stick, stranger)
    assert ("language-missing", LOCALE) in before
    satchel("clone", stick.root, target.root, TRUST, home=stranger)
    assert verify(target, stranger) == before - {("orphan-objects", "objects")}
    assert target.partial(LOCALE).exists()


def test_left_out_runtimes_stay_left_out(
    upstream: Upstream, target: Stick, stranger: Path, tmp_path: Path
) -> None:
    """Who made it for computers that have them wanted it so; nothing is damaged."""
    make(upstream, tmp_path / "stick", "org.test.Other", "--no-runtime", home=tmp_path / "home")
    done = satchel("clone", tmp_path / "stick", target.root, TRUST, home=stranger)
    assert "Warning [runtime-missing]" in done.stdout
    assert contents(target.root) == contents(tmp_path / "stick")


@pytest.mark.thorough
def test_what_computers_wrote_down_is_copied_too(
    stick: Stick, target: Stick, stranger: Path
) -> None:
    needs = stick.root / "satchel/needs"
    needs.mkdir()
    (needs / "room-1.json").write_text("{}")
    satchel("clone", stick.root, target.root, TRUST, home=stranger)
    assert (target.root / "satchel/needs/room-1.json").read_text() == "{}"


@pytest.mark.thorough
def test_what_is_in_the_way_is_moved_aside(good: Path, target: Stick, stranger: Path) -> None:
    (target.root / ".ostree").write_text("somebody's")
    done = satchel("clone", good, target.root, TRUST, home=stranger)
    assert "satchel-moved-aside" in done.stderr
    assert [path.read_text() for path in (target.root / "satchel-moved-aside").iterdir()] == [
        "somebody's"
    ]


@pytest.mark.thorough
def test_a_repository_at_another_place(
    upstream: Upstream, target: Stick, stranger: Path, tmp_path: Path
) -> None:
    remote = tmp_path / "up.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    drive = tmp_path / "drive"
    drive.mkdir()
    place = ("--destination-repo", "apps/repo")
    satchel("make", drive, "org.test.Other", "--remote", remote, *place, home=stranger)
    satchel("clone", drive, target.root, TRUST, home=stranger)
    assert (target.root / "apps/repo/summary").exists()
    assert (target.root / ".ostree/repos.d").exists()


@pytest.mark.kills
@pytest.mark.thorough
@pytest.mark.parametrize("milliseconds", range(350, 1250, 30))
def test_killed_at_any_moment(
    milliseconds: int, newer: Path, good: Path, stranger: Path, tmp_path: Path
) -> None:
    """What was there before can be installed, and the next run goes on."""
    target = copy_stick(good, tmp_path / "target")
    process = subprocess.Popen(
        command("clone", newer, target.root, TRUST),
        env=environment(stranger),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(milliseconds / 1000)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    errors = {code for code, _ in verify(target, stranger)} - {
        *("journal-left", "orphan-objects", "upstream-newer", "upstream-older", "related-missing")
    }
    assert not errors & {"summary-missing", "object-missing", "commit-missing", "ref-dangling"}
    satchel("clone", newer, target.root, TRUST, home=stranger)
    assert contents(target.root).keys() >= contents(newer).keys()
    shutil.rmtree(target.root)
