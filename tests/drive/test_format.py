"""Formatting: what comes out of it, and what is refused before anything is written."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.drive.choosing import find_drive
from app.drive.discovery.discover import list_drives
from app.drive.drive import Drive
from app.drive.safety.identity import DriveChangedError, InUseError
from app.drive.udisks.formatting import (
    FormatPlan,
    NotForFormatError,
    plan_format,
    run_format,
)
from app.drive.udisks.mkfs_options import check_label, mkfs_options
from app.drive.udisks.mounting import mount, unmount_drive
from app.drive.udisks.partitioning import Maker
from app.drive.udisks.usage import BusyError
from app.errors import DriveError, UsageError
from app.replacing import replace
from tests.devices import Devices, Disk

_GB = 10**9


@pytest.fixture(autouse=True)
def _bus(devices: Devices, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in devices.environment.items():
        monkeypatch.setenv(name, value)


def drive(device: str) -> Drive:
    return find_drive(device, list_drives(all_drives=True, loops_are_removable=True))


def plan(device: str, file_system: str = "ext4", label: str = "New") -> FormatPlan:
    return plan_format(drive(device), file_system, label, loops_are_removable=True)


def content(disk: Disk) -> str:
    with open(disk.path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.fixture
def disk(devices: Devices) -> Iterator[Disk]:
    """A plugged-in drive whose content must not change."""
    precious = devices.disk("ext4", label="PRECIOUS")
    precious.appear()
    before = content(precious)
    yield precious
    assert content(precious) == before


def test_ext4_for_many_small_files_and_for_everybody(devices: Devices) -> None:
    disk = devices.disk("exfat", label="OLD", megabytes=96)
    device = disk.appear()
    done = run_format(plan(device), owner=(1234, 1235))
    assert done.mount_point is not None
    status = done.mount_point.stat()
    assert stat.S_IMODE(status.st_mode) == 0o777
    assert (status.st_uid, status.st_gid) == (1234, 1235)
    space = os.statvfs(done.mount_point)
    assert space.f_frsize == 4096
    assert space.f_files * 8192 >= 90_000_000
    now = drive(device)
    (volume,) = now.volumes
    assert (volume.device, volume.file_system, volume.label) == (done.device, "ext4", "New")
    assert volume.device != device, "there is a partition table"
    unmount_drive(now)
    subprocess.run(["e2fsck", "-fn", volume.device], check=True, capture_output=True)
    about = subprocess.run(
        ["dumpe2fs", "-h", volume.device], check=True, capture_output=True, text=True
    ).stdout
    assert re.search(r"^Reserved block count: +0$", about, re.MULTILINE)


def test_exfat_with_small_clusters_where_windows_looks(devices: Devices) -> None:
    disk = devices.partitioned("ext4", "ext4", label="OLD")
    done = run_format(plan(disk.device, "exfat"))
    assert done.mount_point is not None
    (volume,) = drive(disk.device).volumes
    assert (volume.file_system, volume.label, volume.cluster) == ("exfat", "New", 4096)
    (done.mount_point / "file").write_text("content")
    unmount_drive(drive(disk.device))
    subprocess.run(["fsck.exfat", "-n", volume.device], check=True, capture_output=True)
    table = subprocess.run(
        ["sfdisk", "--dump", disk.device], check=True, capture_output=True, text=True
    ).stdout
    assert "label: dos" in table
    assert "type=7" in table


def test_with_the_tools_defaults_it_says_so_and_still_lets_everybody_write(
    devices: Devices,
) -> None:
    """As for a user who is not root, where UDisks2 is older than 2.10."""
    device = devices.disk(megabytes=96).appear()
    done = run_format(replace(plan(device), maker=Maker.DEFAULTS))
    assert done.mount_point is not None
    assert stat.S_IMODE(done.mount_point.stat().st_mode) == 0o777
    unmount_drive(drive(device))


def test_a_mounted_drive_is_unmounted_first(devices: Devices) -> None:
    device = devices.disk("ext4", label="OLD").appear()
    place = mount(drive(device).volumes[0]).path
    chosen = plan(device, "exfat")
    done = run_format(chosen)
    assert not place.is_mount()
    assert done.mount_point is not None
    unmount_drive(drive(device))


def test_a_busy_drive_is_left_alone(devices: Devices) -> None:
    device = devices.disk("ext4", label="OLD").appear()
    place = mount(drive(device).volumes[0]).path
    (place / "file").write_text("content")
    with open(place / "file"), pytest.raises(BusyError, match="file open"):
        run_format(plan(device))
    assert (place / "file").read_text() == "content"


def test_what_another_namespace_has_mounted_is_left_alone(disk: Disk, tmp_path: Path) -> None:
    with subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", 'mount -o ro,noload "$0" "$1" && echo ready && read end',
         disk.device, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        with pytest.raises(InUseError, match="in use"):
            run_format(plan(disk.device))
        other.communicate(b"\n")


def test_another_drive_at_the_same_place_is_left_alone(devices: Devices, disk: Disk) -> None:
    first = devices.disk("ext4", label="PRECIOUS")
    disk.detach()
    device = first.appear()
    chosen = plan(device)
    first.detach()
    assert disk.appear() == device, "the drives have the same node and size"
    with pytest.raises(DriveChangedError):
        run_format(chosen)


def test_the_same_drive_plugged_in_again_has_to_be_chosen_again(disk: Disk) -> None:
    chosen = plan(disk.device)
    disk.detach()
    disk.appear()
    with pytest.raises(DriveChangedError):
        run_format(chosen)


def test_a_drive_that_has_gone(disk: Disk) -> None:
    chosen = plan(disk.device)
    disk.detach()
    with pytest.raises(DriveError):
        run_format(chosen)


@pytest.mark.parametrize(
    "change",
    [
        lambda drive: replace(drive, size=drive.size + 512),
        lambda drive: replace(drive, number=drive.number + 1),
        lambda drive: replace(drive, serial="other"),
        lambda drive: replace(drive, model="other"),
        lambda drive: replace(drive, device="/dev/null"),
        lambda drive: replace(drive, device="/dev/nothing"),
    ],
    ids=["size", "number", "serial", "model", "no-disk", "no-node"],
)
def test_what_is_not_as_it_was_shown_is_refused(
    change: Callable[[Drive], Drive], disk: Disk
) -> None:
    with pytest.raises(DriveChangedError):
        run_format(plan_format(change(drive(disk.device)), "ext4", "New", loops_are_removable=True))


@pytest.mark.parametrize(
    "change",
    [
        lambda drive: replace(drive, system="this computer runs from it"),
        lambda drive: replace(drive, removable=False),
        lambda drive: replace(drive, read_only=True),
        lambda drive: replace(drive, size=0),
    ],
    ids=["system", "built-in", "write-protected", "no-medium"],
)
def test_some_drives_are_never_formatted(change: Callable[[Drive], Drive], disk: Disk) -> None:
    with pytest.raises(NotForFormatError):
        plan_format(change(drive(disk.device)), "ext4", "New", loops_are_removable=True)


def test_a_drive_that_becomes_the_computers_own_meanwhile(disk: Disk, tmp_path: Path) -> None:
    chosen = plan(disk.device)
    subprocess.run(["mount", "-o", "ro,noload", disk.device, tmp_path], check=True)
    try:
        with pytest.raises(NotForFormatError, match="mounted at"):
            run_format(chosen)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_loop_devices_are_drives_for_tests_only(disk: Disk) -> None:
    with pytest.raises(NotForFormatError, match="carried away"):
        plan_format(drive(disk.device), "ext4", "New")


def test_a_write_protected_drive(devices: Devices) -> None:
    device = devices.disk("ext4").appear(read_only=True)
    with pytest.raises(NotForFormatError, match="write-protected"):
        plan(device)


@pytest.mark.parametrize(
    ("file_system", "label"),
    [
        ("ext4", ""),
        ("ext4", "sixteen letters!"),
        ("ext4", "-n"),
        ("exfat", ""),
        ("exfat", "Ünïcödé 123"),
        ("exfat", "データ"),
    ],
)
def test_labels_that_fit(file_system: str, label: str) -> None:
    check_label(file_system, label)


@pytest.mark.parametrize(
    ("file_system", "label"),
    [
        ("ext4", "seventeen letters"),
        ("ext4", "äöüäöüäöü"),
        ("ext4", "a/b"),
        ("ext4", "new\nline"),
        ("ext4", " space"),
        ("ext4", "\udcff"),
        ("exfat", "twelve chars"),
        ("exfat", "😀😀😀😀😀😀"),
        ("exfat", "a:b"),
        ("exfat", "\x1b[31m"),
        ("ntfs", "New"),
    ],
)
def test_labels_that_do_not_fit(file_system: str, label: str) -> None:
    with pytest.raises(UsageError):
        check_label(file_system, label)


def test_a_label_that_looks_like_an_option(devices: Devices) -> None:
    device = devices.disk().appear()
    for file_system in ("ext4", "exfat"):
        run_format(plan(device, file_system, "-n 'x' $y"[:6]))
        assert drive(device).volumes[0].label == "-n 'x'"
    unmount_drive(drive(device))


@pytest.mark.parametrize(
    ("size", "cluster", "table"),
    [
        (32 * _GB, 4, "dos"),
        (64 * 2**30, 4, "dos"),
        (128 * _GB, 8, "dos"),
        (256 * _GB, 16, "dos"),
        (2000 * _GB, 32, "dos"),
        (4000 * _GB, 32, "gpt"),
    ],
)
def test_exfat_clusters_grow_with_the_drive(size: int, cluster: int, table: str) -> None:
    chosen = mkfs_options("exfat", "", size)
    assert chosen.cluster == cluster * 1024
    assert f"{cluster} KB" in " ".join(map(str, chosen.reasons))
    assert chosen.table == table
    assert mkfs_options("ext4", "", size).table == table
