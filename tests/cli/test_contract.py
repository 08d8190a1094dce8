"""What programs may rely on: one JSON value or a stream of events, and the exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

from tests.cli.made import HELLO, Made
from tests.satchel import command, environment, satchel

VERBS = ("demo", "drives", "remotes", "search", "plan", "make", "verify", "inspect")


# ---- JSON


def test_make_prints_events_and_finishes(made: Made) -> None:
    assert {event["event"] for event in made.events} == {
        "phase",
        "progress",
        "notice",
        "finished",
    } - ({"notice"} - {event["event"] for event in made.events})
    phases = [event["phase"] for event in made.events if event["event"] == "phase"]
    assert phases == ["summary", "trust", "download", "flush", "write", "flush", "verify"]
    assert [event["event"] for event in made.events].count("finished") == 1
    finished = made.events[-1]
    assert finished["event"] == "finished"
    assert finished["ok"] is True
    assert finished["verified"] is True
    assert finished["verify"]["ok"] is True
    for key in ("refs", "objects", "bytes", "seconds"):
        assert finished[key] > 0
    last: dict[str, dict[str, int]] = {}
    for event in made.events:
        if event["event"] == "progress":
            assert 0 <= event["objects"] <= max(event["objects"], event["objects_total"])
            last[event["phase"]] = event
    assert last["download"]["objects"] == last["download"]["objects_total"]
    assert last["download"]["bytes"] == last["download"]["bytes_total"]


def test_progress_comes_at_most_ten_times_a_second(made: Made, tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    started = time.monotonic()
    process = subprocess.Popen(
        command("make", drive, "org.test.Large", *made.remote, "--json"),
        env=environment(made.home),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    counts: dict[str, int] = defaultdict(int)
    ended: dict[str, float] = {}
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if "phase" in event:
                name = event["phase"]
                ended[name] = time.monotonic()
                counts[name] += event["event"] == "progress"
    assert process.returncode == 0
    for name, count in counts.items():
        # Whoever reads may come late, so a phase's own time is not known. One more for its end.
        assert count <= 10 * (ended[name] - started) + 2, name


def test_verify_is_one_value(made: Made) -> None:
    report = satchel("verify", made.drive, "--json", home=made.home).json
    assert {"ok", "findings", "refs", "objects", "bytes", "seconds", "keys"} <= set(report)
    assert report["ok"] is True
    assert report["refs"] == 7
    quick = satchel("verify", made.drive, "--json", "--quick", home=made.home).json
    assert set(quick) == set(report)


def test_verify_of_a_damaged_stick(made: Made, tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    shutil.copytree(made.drive, drive)
    victim = max((drive / ".ostree/repo/objects").rglob("*.filez"), key=lambda path: path.name)
    victim.write_bytes(b"damage")
    done = satchel("verify", drive, "--json", home=made.home, check=1)
    assert done.json["ok"] is False
    for finding in done.json["findings"]:
        assert set(finding) == {
            *("code", "severity", "subject", "message", "id", "args"),
            *("hint", "hint_id", "hint_args"),
        }
        assert finding["severity"] in {"error", "warning", "info"}
    assert "object-corrupt" in [finding["code"] for finding in done.json["findings"]]
    said = satchel("verify", drive, home=made.home, check=1).stdout
    assert "[object-corrupt]" in said
    assert "NOT sound" in said


def test_inspect_is_one_value(made: Made) -> None:
    inspection = satchel("inspect", made.drive, "--json", home=made.home).json
    assert {"collections", "space"} <= set(inspection)
    assert {"free", "total", "cluster", "file_system"} <= set(inspection["space"])
    (collection,) = inspection["collections"]
    assert {"id", "metadata", "upstream", "refs"} <= set(collection)
    assert collection["id"] == "org.test.Upstream"
    refs = {entry["ref"]: entry for entry in collection["refs"]}
    assert len(refs) == 6
    for entry in refs.values():
        assert re.fullmatch("[0-9a-f]{64}", entry["commit"])
        assert entry["timestamp"] > 1_700_000_000
        assert entry["reason"]
        assert entry["state"] == "current"
    assert refs[HELLO]["chosen"]
    said = satchel("inspect", made.drive, home=made.home).stdout
    assert HELLO in said
    assert "org.test.Upstream" in said


def test_the_others_are_one_value(made: Made) -> None:
    plan = satchel("plan", made.drive, "org.test.Hello", *made.remote, "--json", home=made.home)
    assert {"items", "collections", "estimate", "left_out", "notices"} <= set(plan.json)
    assert {"objects", "fetch", "write", "exact", "space"} <= set(plan.json["estimate"])
    assert plan.stderr == ""
    flathub, remembered = satchel("remotes", "--json", home=made.home).json
    assert flathub["name"] == "flathub"
    assert flathub["collection_id"] == "org.flathub.Stable"
    # A job was done with it.
    assert (remembered["source"], remembered["listed"]) == ("job", False)
    assert set(flathub) <= set(remembered)
    (hit,) = satchel("search", "hello", *made.remote, "--json", home=made.home).json
    assert hit["id"] == "org.test.Hello"
    assert hit["ref"] == HELLO
    assert satchel("search", "nothing-at-all", *made.remote, "--json", home=made.home).json == []


def test_json_may_stand_before_the_verb(made: Made) -> None:
    assert satchel("--json", "inspect", made.drive, home=made.home).json["collections"]


# ---- Exit statuses


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("verify", "DRIVE"), 0),
        (("plan", "DRIVE", "org.test.Nothing", "REMOTE"), 2),
        (("verify", "/nonexistent"), 3),
        (("inspect", "/etc/passwd"), 3),
        (("plan", "DRIVE", "org.test.Hello", "--remote", "http://[::1]:9/", "--allow-unsigned"), 4),
        (("plan", "DRIVE", "org.test.Hello", "--remote", "http://[::1]:9/"), 5),
        (("inspect", "EMPTY"), 6),
    ],
)  # fmt: skip
def test_exit_status(made: Made, tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    given: list[str | Path] = []
    for argument in arguments:
        given += made.remote if argument == "REMOTE" else [
            {"DRIVE": made.drive, "EMPTY": tmp_path}.get(argument, argument)
        ]  # fmt: skip
    done = satchel(*given, "--json", home=made.home, check=code, process=True)
    if code:
        error = done.json["error"]
        assert error["exit_code"] == code
        assert error["message"]
        assert 1 <= len(done.stderr.strip().splitlines()) <= 3


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--json",),
        ("bogus",),
        ("make",),
        ("make", "/tmp"),
        ("inspect", "/tmp", "/var"),
        ("verify", ""),
        ("search",),
        ("search", "x", "--limit", "-1"),
        ("search", "x", "--limit", "many"),
        ("search", "x", "--arch", "a/b"),
        ("search", "x", "--remote", "nosuch"),
        ("remotes", "extra"),
        ("demo", "extra"),
        ("plan", "/tmp", "org.test.Hello", "--bogus"),
        ("plan", "/tmp", "org.test.Hello", "--remote"),
        ("plan", "/tmp", "org.test.Hello", "--allow-un"),
        ("--bogus", "plan"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = satchel(*arguments, "--json", home=tmp_path, check=2)
    assert 1 <= len(done.stderr.splitlines()) <= 3, done.stderr
    assert done.stderr.startswith("satchel: ")
    assert done.json["error"]["message"] in done.stderr
    # Nothing was begun: no state, no cache.
    assert not (tmp_path / ".cache/satchel").exists()


@pytest.mark.parametrize("name", [b"\xff\xfe", b"a" * 5000, b"a/" * 3000, b"a\nb", b"x" * 120_000])
def test_targets_with_strange_names(made: Made, name: bytes) -> None:
    for verb in (("verify",), ("inspect",), ("plan", "org.test.Hello")):
        done = satchel(verb[0], name, *verb[1:], "--json", home=made.home, check=3)
        assert len(done.stderr) < 800
        assert done.json["error"]["exit_code"] == 3


def test_a_drive_with_a_strange_name(made: Made, tmp_path: Path) -> None:
    drive = os.fsencode(tmp_path) + b"/my \xff dr\xc3\xadve\n"
    shutil.copytree(made.drive, os.fsdecode(drive))
    for verb in ("verify", "inspect"):
        assert satchel(verb, drive, "--json", home=made.home).json
        satchel(verb, drive, home=made.home, env={"LC_ALL": "C"})
    satchel("make", drive, "org.test.Other", *made.remote, home=made.home)


def test_without_a_verb(tmp_path: Path) -> None:
    done = satchel(home=tmp_path, check=2, process=True)
    assert "no screen here to open a window on" in done.stderr
    assert "satchel --help" in done.stderr
    assert done.stdout == ""


# ---- Help and version


def test_help(tmp_path: Path) -> None:
    whole = satchel("--help", home=tmp_path).stdout
    for verb in VERBS:
        assert re.search(rf"^    {verb} +\w", whole, re.MULTILINE)
        said = satchel(verb, "--help", home=tmp_path).stdout
        assert "--json" in said
        assert max(map(len, said.splitlines())) <= 80
    assert "satchel demo" in whole


def test_version_imports_next_to_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable, "-c",
            "import sys; from app.cli.main import main; main(['--version']);"
            "print(*(name for name in ('pycurl', 'gnupg', 'isal', 'sqlite3', 'psutil', 'app.stick')"
            " if name in sys.modules))",
        ],
        env=environment(tmp_path), capture_output=True, text=True, check=True,
    )  # fmt: skip
    version, loaded = done.stdout.split("\n", 1)
    assert re.fullmatch(r"satchel \d+\.\d+\.\d+\S*", version)
    assert loaded.strip() == ""
    assert satchel("--version", home=tmp_path).stdout == f"{version}\n"


# ---- Readers that go away


def test_a_quick_look_says_what_it_did_not_look_at(made: Made) -> None:
    quick = satchel("verify", made.drive, "--quick", "--json", home=made.home).json
    assert quick["ok"]
    assert quick["unread"] == len(list((made.drive / ".ostree/repo/objects").glob("*/*.filez")))
    whole = satchel("verify", made.drive, "--json", home=made.home).json
    assert whole["unread"] == 0
    said = satchel("verify", made.drive, "--quick", home=made.home).stdout
    assert "Sound" not in said
    assert f"{quick['unread']:,} files were not read" in said
    assert "Sound" in satchel("verify", made.drive, home=made.home).stdout
