"""Several drives in one run: downloaded once, and each its own success or failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.ostree.web import Exchange, Web
from tests.satchel import Done, satchel
from tests.stick.conftest import fill
from tests.upstream import Upstream

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Person:
    """Somebody with a remote, and directories for drives."""

    directory: Path
    upstream: Upstream
    web: Web

    def drives(self, count: int) -> list[Path]:
        drives = [self.directory / f"drive-{number}" for number in range(count)]
        for drive in drives:
            drive.mkdir(exist_ok=True)
        return drives

    def make(self, drives: list[Path], *further: str, check: bool | int = True) -> Done:
        home = self.directory / "home"
        home.mkdir(exist_ok=True)
        remote = self.directory / "school.flatpakrepo"
        remote.write_text(self.upstream.flatpakrepo(self.web.url))
        also = [word for drive in drives[1:] for word in ("--also", str(drive))]
        return satchel(
            *("make", str(drives[0]), "org.test.Hello", *also, *further, "--json", "--remote"),
            remote,
            home=home,
            check=check,
        )

    def asked(self) -> Counter[str]:
        """How often each file of the upstream was asked for."""
        return Counter(path for path in self.web.paths() if path.endswith(("filez", "dirtree")))


@pytest.fixture
def person(tmp_path: Path, upstream_key: SigningKey) -> Iterator[Person]:
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill)
    web = Web(upstream.path)
    yield Person(tmp_path, upstream, web)
    web.close()


def test_three_drives_get_the_same_of_one_download(person: Person) -> None:
    drives = person.drives(3)
    done = person.make(drives)
    assert [drive["target"] for drive in done.finished["drives"]] == [
        str(drive) for drive in drives
    ]
    assert all(drive["ok"] and drive["verify"]["ok"] for drive in done.finished["drives"])
    assert max(person.asked().values()) == 1
    told = {event["target"] for event in done.events if event["event"] == "progress"}
    assert told == {str(drive) for drive in drives}
    objects = [
        {
            path.relative_to(drive): path.read_bytes()
            for path in drive.glob(".ostree/repo/objects/*/*")
        }
        for drive in drives
    ]
    assert objects[0] == objects[1] == objects[2]


def _pack_otherwise(path: Path) -> None:
    """The same file, as another program has deflated it."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:4], "big")
    if data[start:]:
        packer = zlib.compressobj(0, zlib.DEFLATED, -15)
        content = zlib.decompress(data[start:], -15)
        path.write_bytes(data[:start] + packer.compress(content) + packer.flush())


@pytest.mark.thorough
def test_checksums_are_those_of_what_is_on_each_drive(person: Person) -> None:
    old, new = person.drives(2)
    person.make([old])
    for path in old.glob(".ostree/repo/objects/*/*.filez"):
        _pack_otherwise(path)
    shutil.rmtree(old / "satchel/checksums")
    person.make([new, old], "--no-verify")
    for drive in (old, new):
        sums = sorted((drive / "satchel/checksums").iterdir())
        assert sums
        objects = drive / ".ostree/repo/objects"
        subprocess.run(["sha256sum", "--quiet", "-c", *sums], cwd=objects, check=True)
    done = person.make([new, old])
    assert all(drive["verify"]["ok"] for drive in done.finished["drives"])


def test_a_drive_that_cannot_be_written_does_not_hold_up_the_others(person: Person) -> None:
    drives = person.drives(3)
    config = drives[1] / ".ostree/repo/config"
    config.parent.mkdir(parents=True)
    config.write_text("[core]\nrepo_version=1\nmode=bare\n")
    done = person.make(drives, check=6)
    assert [drive["exit_code"] for drive in done.finished["drives"]] == [0, 6, 0]
    assert [drive["target"] for drive in done.finished["drives"]] == list(map(str, drives))
    assert "bare" in done.finished["drives"][1]["error"]["message"]


@pytest.mark.thorough
def test_one_drive_named_twice_is_refused(person: Person) -> None:
    drive = person.drives(1)[0]
    link = person.directory / "link"
    link.symlink_to(drive)
    done = person.make([drive, link], check=2)
    assert "are the same" in done.said
    assert os.listdir(drive) == []


@pytest.mark.thorough
def test_what_is_not_offered_is_said_once(person: Person) -> None:
    done = person.make(person.drives(2), "org.test.Missing", check=False)
    assert done.returncode in {2, 4}
    assert done.stderr.count("org.test.Missing") == 1


@pytest.mark.thorough
def test_an_object_that_upstream_lacks_fails_each_drive(person: Person) -> None:
    def missing(exchange: Exchange) -> None:
        if exchange.path.endswith(".filez"):
            exchange.send("404 Not Found", b"no")
        else:
            exchange.good()

    person.web.everything = missing
    done = person.make(person.drives(2), check=4)
    assert [drive["exit_code"] for drive in done.finished["drives"]] == [4, 4]


def _events(done: Done, name: str) -> list[dict[str, Any]]:
    return [event for event in done.events if event["event"] == name]


def test_what_they_take_together_is_told_to_programs_as_well(person: Person) -> None:
    """And it is said once that upstream is looked at. By then nobody knows what the drives share,
    so that is a guess, and no more than once."""
    drives = person.drives(3)
    done = person.make(drives, "--no-verify")
    [together] = _events(done, "together")
    fetched = [each["bytes"] - each["kept"] for each in done.finished["drives"]]
    assert together["once"]
    assert not together["here"]
    alone = satchel(
        *("plan", person.drives(4)[3], "org.test.Hello", "--json", "--remote"),
        person.directory / "school.flatpakrepo",
        home=person.directory / "other",
    ).json["estimate"]["fetch"]
    assert sum(fetched) <= together["download"] <= alone
    phases = [event["phase"] for event in _events(done, "phase") if "target" not in event]
    assert phases == ["summary"]


@pytest.mark.thorough
def test_what_a_lock_decides_is_counted_with_what_is_kept(person: Person) -> None:
    """Several drives hand it on by way of the cache, so what is in there need not come."""
    person.make(person.drives(1), "--no-verify")
    lock, home = person.directory / "lock.json", person.directory / "home"
    remote = ("--remote", person.directory / "school.flatpakrepo")
    satchel("lock", "-o", lock, "org.test.Hello", *remote, home=home)
    first, second = person.drives(3)[1:]
    person.web.asked.clear()
    words = ("make", first, "--also", second, "--locked", lock, "--no-verify", *remote)
    done = satchel(*words, "--json", home=home)
    assert not person.asked()
    assert all(each["bytes"] for each in done.finished["drives"])
    [together] = _events(done, "together")
    assert (together["download"], together["here"]) == (0, True)
