"""Drives come, go, are mounted and unmounted: each is told once it has happened, without asking."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.drive.drive import Drive, Volume
from app.drive.monitor import DriveChange, DriveEvent, DriveMonitor, differences
from app.drive.udisks.mounting import mount, unmount
from app.message import NOTHING
from app.replacing import replace
from tests.devices import Devices, Disk
from tests.volumes import mount as mount_by_hand
from tests.volumes import run
from tests.waiting import GUARD

DEADLINE = GUARD


class Watched:
    """A monitor and all that it told."""

    def __init__(self, monitor: DriveMonitor) -> None:
        self.monitor = monitor
        self.events: list[DriveEvent] = []

    def until(self, event: DriveChange, disk: Disk) -> DriveEvent:
        """Wait for an event of a drive; the others before it are forgotten."""
        return self.until_that(lambda change: change.event is event and is_of(change, disk))

    def known(self, disk: Disk) -> Drive:
        """Wait until it is there with a file system."""
        return self.until_that(
            lambda change: (
                is_of(change, disk) and any(each.file_system for each in change.drive.volumes)
            )
        ).drive

    def until_that(self, wanted: Callable[[DriveEvent], bool]) -> DriveEvent:
        deadline = time.monotonic() + DEADLINE
        while True:
            while self.events:
                event = self.events.pop(0)
                if wanted(event):
                    return event
            left = deadline - time.monotonic()
            assert select.select([self.monitor], [], [], max(left, 0))[0], "nothing was told"
            self.events += self.monitor.read()

    def has(self, disk: Disk) -> bool:
        return disk.sequence in {drive.sequence for drive in self.monitor.drives}


def is_of(event: DriveEvent, disk: Disk) -> bool:
    """Nodes are used again, also by other test runs on this computer."""
    return event.drive.sequence == disk.sequence


@pytest.fixture
def watched(devices: Devices) -> Iterator[Watched]:
    assert devices.environment
    with DriveMonitor(loops_are_removable=True) as monitor:
        yield Watched(monitor)


def test_a_drive_comes_is_mounted_unmounted_and_goes(devices: Devices, watched: Watched) -> None:
    disk = devices.disk("ext4", label="STICK")
    device = disk.appear()
    drive = watched.known(disk)
    assert drive.device == device
    assert drive.volumes[0].label == "STICK"

    place = mount(drive.volumes[0]).path
    event = watched.until(DriveChange.MOUNTED, disk)
    assert event.volume is not None
    assert event.volume.mount_points == (place,)
    assert event.volume.free
    assert event.drive.volumes == (event.volume,)

    unmount(event.volume)
    event = watched.until(DriveChange.UNMOUNTED, disk)
    assert event.volume is not None
    assert event.volume.mount_points == ()

    disk.detach()
    assert watched.until(DriveChange.REMOVED, disk).drive.device == device
    assert not watched.has(disk)


def test_each_of_several_partitions(devices: Devices, watched: Watched) -> None:
    disk = devices.partitioned("ext4", "exfat", label="ONE")
    drive = watched.until_that(
        lambda change: (
            is_of(change, disk)
            and [volume.file_system for volume in change.drive.volumes] == ["ext4", "exfat"]
        )
    ).drive
    for volume in drive.volumes:
        mount(volume)
        event = watched.until(DriveChange.MOUNTED, disk)
        assert event.volume is not None
        assert event.volume.device == volume.device


def test_those_that_are_there_already(devices: Devices) -> None:
    disk = devices.disk("ext4")
    disk.appear()
    with DriveMonitor(loops_are_removable=True) as monitor:
        assert Watched(monitor).has(disk)
        assert not any(is_of(change, disk) for change in monitor.read())


def test_mounts_are_told_without_udisks(
    devices: Devices, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk = devices.disk("ext4")
    device = disk.appear()
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    with DriveMonitor(loops_are_removable=True) as monitor:
        watched = Watched(monitor)
        mount_by_hand("ext4", device, tmp_path / "there")
        # It is this computer's now, and yet it has not gone.
        assert watched.until(DriveChange.MOUNTED, disk).drive.system
        assert watched.has(disk)
        run("umount", tmp_path / "there")
        assert not watched.until(DriveChange.UNMOUNTED, disk).drive.system


def test_a_mount_is_not_lost_to_those_who_only_look(
    devices: Devices, watched: Watched, tmp_path: Path
) -> None:
    disk = devices.disk("ext4")
    device = disk.appear()
    watched.known(disk)
    mount_by_hand("ext4", device, tmp_path / "there")
    assert select.select([watched.monitor], [], [], DEADLINE)[0]
    # As event loops do that have something more urgent.
    for _ in range(3):
        assert select.select([watched.monitor], [], [], 0)[0]
    watched.until(DriveChange.MOUNTED, disk)


def test_a_drive_exchanged_between_two_looks_is_another(devices: Devices, watched: Watched) -> None:
    first, second = devices.disk("ext4", label="SAME"), devices.disk("ext4", label="SAME")
    first.appear()
    watched.known(first)
    first.detach()
    second.appear()
    assert watched.until(DriveChange.REMOVED, first)
    assert watched.known(second).volumes[0].label == "SAME"


def test_a_new_label_is_a_change(devices: Devices, watched: Watched) -> None:
    disk = devices.disk("ext4", label="OLD")
    device = disk.appear()
    watched.known(disk)
    run("e2label", device, "NEW")
    event = watched.until_that(
        lambda change: (
            is_of(change, disk) and [each.label for each in change.drive.volumes] == ["NEW"]
        )
    )
    assert event.event is DriveChange.CHANGED


def test_pulled_out_while_mounted(devices: Devices, watched: Watched) -> None:
    disk = devices.disk("exfat")
    disk.appear()
    mount(watched.known(disk).volumes[0])
    watched.until(DriveChange.MOUNTED, disk)
    disk.detach()
    watched.until(DriveChange.REMOVED, disk)


def test_it_waits_until_something_happens(devices: Devices, watched: Watched) -> None:
    devices.disk("ext4").appear()
    poll = select.poll()
    poll.register(watched.monitor, select.POLLIN)
    deadline = time.monotonic() + DEADLINE
    while poll.poll(100):
        watched.monitor.read()
        assert time.monotonic() < deadline, "it is readable all the time"


def test_closed_it_leaves_nothing(devices: Devices) -> None:
    assert devices.environment
    process = psutil.Process()
    before = process.num_fds(), threading.active_count()
    monitor = DriveMonitor(loops_are_removable=True)
    descriptor = monitor.fileno()
    monitor.close()
    assert (process.num_fds(), threading.active_count()) == before
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(descriptor)


# ---- what is told, on values

VOLUME = Volume("/dev/sdx1", 1, "ext4", "L", "U", 100)
DRIVE = Drive("/dev/sdx", 2, "V", "M", "S", "usb", 200, True, False, NOTHING, (VOLUME,), 7)
MOUNTED = replace(VOLUME, mount_points=(Path("/media/x"),), free=10, cluster=4096)


def told(before: Drive | None, after: Drive | None) -> list[DriveChange]:
    return [
        difference.event
        for difference in differences([before] if before else [], [after] if after else [])
    ]


def test_what_is_told() -> None:
    mounted = replace(DRIVE, volumes=(MOUNTED,))
    assert told(DRIVE, DRIVE) == []
    assert told(None, DRIVE) == [DriveChange.ADDED]
    assert told(mounted, None) == [DriveChange.REMOVED]
    assert told(DRIVE, mounted) == [DriveChange.MOUNTED]
    assert told(mounted, DRIVE) == [DriveChange.UNMOUNTED]
    assert told(DRIVE, replace(DRIVE, sequence=8)) == [DriveChange.REMOVED, DriveChange.ADDED]


def test_free_space_changes_all_the_time_and_is_not_told() -> None:
    fuller = replace(DRIVE, volumes=(replace(MOUNTED, free=5),))
    assert told(replace(DRIVE, volumes=(MOUNTED,)), fuller) == []


def test_mounted_somewhere_else_is_both() -> None:
    moved = replace(MOUNTED, mount_points=(Path("/media/y"),))
    assert told(replace(DRIVE, volumes=(MOUNTED,)), replace(DRIVE, volumes=(moved,))) == [
        DriveChange.UNMOUNTED,
        DriveChange.MOUNTED,
    ]


def test_a_mount_that_becomes_read_only_is_a_change() -> None:
    failed = replace(MOUNTED, read_only=True)
    assert told(replace(DRIVE, volumes=(MOUNTED,)), replace(DRIVE, volumes=(failed,))) == [
        DriveChange.CHANGED
    ]


def test_a_medium_taken_out_is_a_change() -> None:
    assert told(DRIVE, replace(DRIVE, size=0, volumes=())) == [DriveChange.CHANGED]
