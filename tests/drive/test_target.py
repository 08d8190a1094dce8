"""TARGET is a directory or a drive, by any of its names; a drive is mounted if it is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.devices import Devices, Disk
from tests.satchel import Done, satchel
from tests.upstream import Upstream
from tests.volumes import mount, run


def mounted_at(disk: Disk) -> list[str]:
    """Where the drive or its first partition is mounted."""
    sources = {disk.device, f"{disk.device}p1", f"{disk.device}p2"}
    lines = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    return [line[1] for line in lines if line[0] in sources]


class Person:
    """Somebody at a computer with drives."""

    def __init__(self, directory: Path, devices: Devices, upstream: Upstream) -> None:
        self.home = directory / "home"
        self.home.mkdir()
        self.remote = self.home / "up.flatpakrepo"
        self.remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        self._environment = devices.environment

    def run(self, *arguments: str | Path, check: bool | int = True) -> Done:
        return satchel(*arguments, home=self.home, env=self._environment, check=check)

    def make(self, target: str | Path, *more: str, check: bool | int = True) -> Done:
        return self.run(
            "make", "--json", target, "org.test.Hello", "--remote", self.remote, *more, check=check
        )


@pytest.fixture
def person(tmp_path: Path, devices: Devices, default_upstream: Upstream) -> Person:
    return Person(tmp_path, devices, default_upstream)


def error(done: Done) -> str:
    return " ".join(done.stderr.split())


def label(number: int = 0) -> str:
    """One that no other test run uses at the same time."""
    return f"ST{os.getpid() % 100000}{number}"


# ---- A whole story


@pytest.mark.parametrize("kind", ["ext4", "exfat"])
def test_a_drive_by_its_label_from_mounting_to_pulling_out(
    person: Person, devices: Devices, kind: str
) -> None:
    disk = devices.disk(kind, label=label())
    disk.appear()
    assert mounted_at(disk) == []
    done = person.make(label(), "--eject")
    assert done.finished["ok"]
    assert done.finished["ejected"] == "safe-to-remove"
    told = [event["message"] for event in done.events if event["event"] == "notice"]
    (where,) = [text for text in told if "mounted at" in text]
    assert label() in where
    assert mounted_at(disk) == []

    # Any of its names will do, and afterwards it stays where it is.
    checked = person.run("verify", disk.device, "--json")
    assert checked.json["ok"]
    (point,) = mounted_at(disk)
    assert point in checked.stderr
    assert f"mounted at {point}" in error(checked)
    again = person.run("inspect", label().lower(), "--json")
    assert again.json["target"] == point
    assert "mounted at" not in again.stderr
    plan = person.run("plan", "--json", point, "org.test.Hello", "--remote", person.remote)
    assert plan.json["target"] == point


def test_format_and_then_make(person: Person, devices: Devices) -> None:
    """What format makes wastes nothing worth a word, and anybody's name for it will do."""
    disk = devices.disk("", megabytes=96)
    device = disk.appear()
    person.run("format", device, "--fs", "exfat", "--label", label(), "--yes")
    plan = person.run("plan", "--json", label(), "org.test.Hello", "--remote", person.remote)
    assert plan.json["file_system"]["advice"] is None
    assert plan.json["estimate"]["space"]["file_system"] == "exfat"
    assert person.make(device, "--eject").finished["ok"]
    assert mounted_at(disk) == []
    disk.detach()
    disk.appear()
    assert person.run("verify", label(), "--json").json["ok"]
    assert person.make(label()).finished["ok"]


def test_whatever_its_label_is_it_is_completed(person: Person, devices: Devices) -> None:
    number = os.getpid() % 100000
    name = f"a $(x{number}) 'b"
    disk = devices.disk("ext4", label=name)
    disk.appear()
    done = person.run("__complete", "bash", "satchel inspect a", " \t\n\"'@><=;|&(:")
    assert f"a\\ \\$\\(x{number}\\)\\ \\'b" in done.stdout.splitlines()
    done = person.run("__complete", "zsh", "satchel eject ", "")
    about = dict(line.split("\t", 1) for line in done.stdout.splitlines())
    assert disk.device in about[name]
    assert disk.device in about
    person.run("mount", name)
    assert mounted_at(disk)


def test_not_ejected_when_it_is_busy(person: Person, devices: Devices) -> None:
    disk = devices.disk("ext4", label=label())
    disk.appear()
    person.run("mount", label())
    (point,) = mounted_at(disk)
    with open(Path(point) / "open", "wb"):
        done = person.make(label(), "--eject", check=3)
        assert "Everything was written" in error(done)
        assert mounted_at(disk) == [point]
    assert person.run("verify", label(), "--json").json["ok"]


def test_what_cannot_be_ejected_is_said_before_anything_is_written(
    person: Person, tmp_path: Path
) -> None:
    (tmp_path / "directory").mkdir()
    done = person.make(tmp_path / "directory", "--eject", check=2)
    assert "--eject" in done.stderr
    assert list((tmp_path / "directory").iterdir()) == []


# ---- Which one


def test_two_drives_of_one_name(person: Person, devices: Devices) -> None:
    disks = [devices.disk("ext4", label=label()) for _ in range(2)]
    for disk in disks:
        disk.appear()
    said = error(person.make(label(), check=2))
    for disk in disks:
        assert disk.device in said
        assert mounted_at(disk) == []
    assert person.make(disks[1].device).finished["ok"]
    assert mounted_at(disks[0]) == []


def test_the_volume_with_the_stick(person: Person, devices: Devices) -> None:
    disk = devices.partitioned("ext4", "ext4", megabytes=120)
    said = error(person.make(disk.device, check=2))
    assert f"{disk.device}p1" in said
    assert f"{disk.device}p2" in said
    assert person.make(f"{disk.device}p2").finished["ok"]
    person.run("mount", f"{disk.device}p1")
    inspection = person.run("inspect", disk.device, "--json").json
    assert inspection["collections"]


def test_the_only_volume_that_can_be_mounted(person: Person, devices: Devices) -> None:
    disk = devices.partitioned("", "ext4", megabytes=120)
    assert person.make(disk.device).finished["ok"]


def test_a_drive_without_file_system(person: Person, devices: Devices) -> None:
    disk = devices.disk("")
    device = disk.appear()
    said = error(person.make(device, check=3))
    assert f"satchel format {device}" in said


@pytest.mark.parametrize("verb", ["verify", "inspect"])
def test_auto_among_several_lists_them(person: Person, devices: Devices, verb: str) -> None:
    """There may be others plugged into this computer; with two of ours it is never one."""
    disks = [devices.disk("ext4", label=label(number)) for number in range(2)]
    for disk in disks:
        disk.appear()
    for target in ((), ("auto",)):
        done = person.run(verb, *target, check=2)
        for disk in disks:
            assert disk.device in done.stderr


def test_a_directory_called_auto(person: Person) -> None:
    (person.home / "auto").mkdir()
    assert person.make("./auto").finished["ok"]
    assert person.run("verify", "./auto", "--json").json["ok"]


def test_nothing_of_that_name(person: Person) -> None:
    done = person.make("no-such-drive", check=3)
    assert "no directory and no drive called no-such-drive" in error(done)


# ---- Without what finds and mounts drives


def test_without_udisks_a_mounted_drive_will_do(
    person: Person, devices: Devices, tmp_path: Path
) -> None:
    disk = devices.disk("ext4", label=label())
    disk.appear()
    person._environment = {
        **devices.environment,
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/no-bus",
    }
    said = error(person.make(label(), check=3))
    assert "UDisks2" in said or "system bus" in said
    mount("ext4", disk.device, tmp_path / "mnt")
    try:
        assert person.make(disk.device).finished["ok"]
        assert person.run("verify", label(), "--json").json["ok"]
        assert person.run("verify", tmp_path / "mnt", "--json").json["ok"]
    finally:
        run("umount", tmp_path / "mnt")


# ---- More than one repository


@pytest.fixture
def two(person: Person, tmp_path: Path) -> Iterator[Callable[..., Done]]:
    """A drive with a second repository, as ``create-usb --destination-repo`` makes it."""
    drive = tmp_path / "drive"
    drive.mkdir()
    person.make(drive)
    person.make(drive, "--destination-repo", "second/repo")
    yield lambda verb, *more, check=True: person.run(verb, "--json", drive, *more, check=check)
    shutil.rmtree(drive)


def test_another_repository_is_told_of_and_can_be_named(
    two: Callable[..., Done],
) -> None:
    assert "--destination-repo second/repo" in error(two("inspect"))
    assert two("inspect").json["other_repositories"] == ["second/repo"]
    inspection = two("inspect", "--destination-repo", "second/repo").json
    assert inspection["repository"] == "second/repo"
    assert inspection["other_repositories"] == [".ostree/repo"]
    assert two("verify", "--destination-repo", "nowhere", check=1).json["ok"] is False
    assert two("inspect", "--destination-repo", "../x", check=2)
