"""Mount, unmount and eject by UDisks2, with real drives."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.drive.choosing import (
    AmbiguousDriveError,
    NoFileSystemError,
    NoSuchDriveError,
    find_drive,
    find_volume,
)
from app.drive.discovery.discover import list_drives
from app.drive.drive import Drive
from app.drive.mounts import mounts
from app.drive.udisks.ejecting import Removal, eject
from app.drive.udisks.mounting import CannotMountError, Mounted, mount, unmount, unmount_drive
from app.drive.udisks.usage import BusyError, usages
from app.drive.udisks_objects import GoneError
from app.replacing import replace
from tests.devices import Devices

# Python's own mmap keeps the file open as well.
_MAP = (
    "import ctypes, os; file = os.open('held', 0); map = ctypes.CDLL(None).mmap; "
    "map.restype = ctypes.c_void_p; map(None, 4096, 1, 2, file, 0); os.close(file); os.chdir('/')"
)
_CHILD = "import sys; {}; print('ready', flush=True); sys.stdin.read()"


@pytest.fixture(autouse=True)
def _bus(devices: Devices, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in devices.environment.items():
        monkeypatch.setenv(name, value)


def plugged() -> tuple[Drive, ...]:
    return list_drives(all_drives=True, loops_are_removable=True)


def drive(device: str) -> Drive:
    return find_drive(device, plugged())


def mounted(device: str) -> Mounted:
    return mount(find_volume(device, plugged())[1])


@contextmanager
def process(code: str, cwd: Path | None = None) -> Iterator[int]:
    """Python code in a process that stays until the end of the block."""
    with subprocess.Popen(
        ["python3", "-c", _CHILD.format(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=cwd,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        yield child.pid


@pytest.mark.parametrize("kind", ["ext4", "exfat"])
def test_mount_write_unmount(kind: str, devices: Devices) -> None:
    device = devices.disk(kind, label="STICK").appear()
    first = mounted(device)
    assert first.path.is_mount()
    assert (first.already, first.read_only) == (False, False)
    (first.path / "hello").write_text("hello")
    assert mounted(device) == Mounted(first.path, already=True, read_only=False)
    volume = drive(device).volumes[0]
    assert volume.mount_points == (first.path,)
    assert unmount(volume) == (first.path,)
    assert not first.path.is_mount()
    assert unmount(volume) == ()
    assert (mounted(device).path / "hello").read_text() == "hello"
    assert eject(drive(device)).unmounted == (first.path,)


def test_a_file_system_mounted_twice_is_unmounted_twice(devices: Devices) -> None:
    device = devices.disk("ext4", label="TWICE").appear()
    first = mounted(device).path
    second = Path("/media") / f"satchel-test-{os.getpid()}"
    second.mkdir(parents=True)
    try:
        subprocess.run(["mount", device, second], check=True)
        assert set(unmount_drive(drive(device))) == {first, second}
        assert not [mount for mount in mounts() if mount.source == device]
    finally:
        second.rmdir()


def test_a_write_protected_drive_is_mounted_for_reading(devices: Devices) -> None:
    device = devices.disk("ext4", label="LOCKED").appear(read_only=True)
    assert mounted(device).read_only


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("file = open('held')", "has {path}/held open"),
        ("import os; os.remove('held'); os.chdir('/')", None),
        ("pass", "works in {path}"),
        ("import os; fd = os.open('.', 0); os.chdir('/')", "has {path} open"),
        (_MAP, "uses {path}/held"),
    ],
    ids=["file", "nothing", "directory", "open-directory", "mapped"],
)
def test_a_busy_drive_names_who_holds_it(code: str, words: str | None, devices: Devices) -> None:
    device = devices.disk("ext4", label="BUSY").appear()
    path = mounted(device).path
    (path / "held").write_text("held")
    with process(code, cwd=path) as pid:
        if words is None:
            assert unmount_drive(drive(device)) == (path,)
            return
        for action in (unmount_drive, eject):
            with pytest.raises(BusyError) as caught:
                action(drive(device))
            assert words.format(path=path) in str(caught.value.message)
            assert f"python3 (process {pid})" in str(caught.value.message)
        assert path.is_mount()
    assert unmount_drive(drive(device)) == (path,)


def test_a_drive_with_an_image_in_use_on_it_is_busy(devices: Devices) -> None:
    device = devices.disk("ext4", label="OUTER").appear()
    path = mounted(device).path
    image = path / "inner.img"
    with open(image, "wb") as file:
        file.truncate(1_000_000)
    inner = subprocess.run(
        ["losetup", "--find", "--show", image], check=True, capture_output=True, text=True
    ).stdout.strip()
    try:
        assert [usage.name for usage in usages(path)] == [inner]
        with pytest.raises(BusyError, match=f"{inner} is a drive made of"):
            eject(drive(device))
    finally:
        subprocess.run(["losetup", "--detach", inner], check=True)


def test_eject_takes_all_partitions(devices: Devices) -> None:
    disk = devices.partitioned("ext4", "exfat", label="FIRST")
    parts = [volume.device for volume in drive(disk.device).volumes]
    places = {mounted(part).path for part in parts}
    assert len(places) == 2
    done = eject(drive(disk.device))
    assert set(done.unmounted) == places
    # A loop device has no power to switch off.
    assert done.removal is Removal.SAFE


def test_what_cannot_be_mounted_says_why(devices: Devices) -> None:
    disk = devices.partitioned("ext4", "", label="GOOD")
    first, second = drive(disk.device).volumes
    with pytest.raises(CannotMountError, match="no file system"):
        mount(second)
    swap = devices.disk()
    subprocess.run(["mkswap", swap.path], check=True, capture_output=True)
    device = swap.appear()
    with pytest.raises(CannotMountError, match="kind swap"):
        mounted(device)
    with open(first.device, "r+b") as node:
        node.seek(4096)
        node.write(b"\0" * 1_000_000)
    with pytest.raises(CannotMountError, match="could not be mounted"):
        mount(first)


def test_a_file_system_unknown_to_this_kernel(devices: Devices) -> None:
    if "\tvfat\n" in Path("/proc/filesystems").read_text():
        device = devices.disk("vfat", label="FAT").appear()
        assert mounted(device).path.is_mount()
        return
    device = devices.disk("vfat", label="FAT").appear()
    with pytest.raises(CannotMountError, match="cannot mount vfat"):
        mounted(device)


def test_a_drive_that_was_pulled_out(devices: Devices) -> None:
    disk = devices.disk("ext4", label="AWAY")
    before = drive(disk.appear())
    disk.detach()
    with pytest.raises((GoneError, CannotMountError)):
        # The node of a loop device stays when its file goes.
        mount(before.volumes[0])
    gone = replace(before, number=os.makedev(511, 1))
    for action in (eject, unmount_drive):
        with pytest.raises(GoneError):
            action(gone)


def test_drives_are_found_by_device_label_and_mount_point(devices: Devices) -> None:
    disk = devices.partitioned("ext4", "ext4", label="Name")
    chosen = drive(disk.device)
    part = chosen.volumes[0]
    link = f"/dev/disk/by-uuid/{part.uuid}"
    for text in (disk.device, part.device, "Name", "NAME", part.uuid, link):
        assert find_drive(text, plugged()) == chosen, text
    assert find_volume("Name", plugged()) == (chosen, part)
    with pytest.raises(AmbiguousDriveError, match="more than one file system") as caught:
        find_volume(disk.device, plugged())
    assert part.device in str(caught.value.hint)
    path = mount(part).path
    assert find_volume(f"{path}/", plugged())[1].device == part.device
    unmount(part)


def test_a_name_that_two_drives_have(devices: Devices) -> None:
    nodes = [devices.disk("ext4", label="SAME").appear() for _ in range(2)]
    with pytest.raises(AmbiguousDriveError) as caught:
        find_drive("SAME", plugged())
    for node in nodes:
        assert node in str(caught.value.hint)
    # What is spelt exactly so is meant.
    third = devices.disk("ext4", label="same").appear()
    assert find_drive("same", plugged()).device == third


def test_a_name_that_no_drive_has(devices: Devices) -> None:
    device = devices.disk("", label="").appear()
    for text in ("nothing", "/dev/nothing", "/dev/null", "/", "x" * 5000, "a\0b"):
        with pytest.raises(NoSuchDriveError) as caught:
            find_drive(text, [drive(device)])
        assert device in str(caught.value.hint)
    with pytest.raises(NoFileSystemError):
        find_volume(device, plugged())
