"""Which drives there are and what is on them: real block devices, as udev and UDisks2 see them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from app.drive.discovery.discover import list_drives
from app.drive.drive import Drive
from app.drive.medium import is_removable
from app.drive.safety.obstacles import drive_obstacles, volume_obstacles
from app.drive.udisks.mounting import mount
from tests.devices import Devices
from tests.satchel import command, environment
from tests.volumes import mount as mount_by_hand
from tests.volumes import run


def the(device: str, *, all_drives: bool = False) -> Drive:
    return {
        drive.device: drive
        for drive in list_drives(all_drives=all_drives, loops_are_removable=True)
    }[device]


@pytest.mark.parametrize("kind", ["ext4", "exfat", "vfat"])
def test_a_drive_with_one_file_system(devices: Devices, kind: str) -> None:
    disk = devices.disk(kind, label="STICK")
    drive = the(disk.appear())
    assert (drive.bus, drive.removable, drive.read_only) == ("loop", True, False)
    assert not drive.system
    assert drive.size == 48_000_000 // 512 * 512
    assert drive.number == os.stat(drive.device).st_rdev
    (volume,) = drive.volumes
    assert (volume.file_system, volume.label) == (kind, "STICK")
    assert volume.uuid == run("blkid", "--probe", "-o", "value", "-s", "UUID", disk.path)
    assert (volume.device, volume.number) == (drive.device, drive.number)
    assert (volume.mount_points, volume.free, volume.cluster) == ((), None, None)
    assert "not mounted" in volume_obstacles(volume)


def test_partitions_come_in_their_order(devices: Devices) -> None:
    disk = devices.partitioned("exfat", "", "ext4", label="FIRST")
    drive = the(disk.device)
    assert [volume.device for volume in drive.volumes] == [f"{disk.device}p{n}" for n in (1, 2, 3)]
    assert [volume.file_system for volume in drive.volumes] == ["exfat", "", "ext4"]
    assert [volume.label for volume in drive.volumes] == ["FIRST", "", ""]
    assert all(volume.number == os.stat(volume.device).st_rdev for volume in drive.volumes)
    assert all(0 < volume.size < drive.size for volume in drive.volumes)
    assert volume_obstacles(drive.volumes[1]) == ("not formatted",)


def test_an_empty_drive(devices: Devices) -> None:
    drive = the(devices.disk().appear())
    assert drive.volumes == ()
    assert drive_obstacles(drive) == ("not formatted",)


@pytest.mark.parametrize("kind", ["ext4", "exfat"])
def test_a_mounted_drive_tells_where_and_how_much_is_free(devices: Devices, kind: str) -> None:
    device = devices.disk(kind, label="STICK").appear()
    mounted = mount(the(device).volumes[0])
    (volume,) = the(device).volumes
    status = os.statvfs(mounted.path)
    assert volume.mount_points == (mounted.path,)
    assert volume.free == status.f_bavail * status.f_frsize
    assert volume.cluster == status.f_frsize
    assert volume_obstacles(volume) == ()
    # A loop device is nothing to carry away, unless it is said to be.
    assert not is_removable(mounted.path)


def test_names_are_as_the_file_system_has_them_and_harmless(devices: Devices) -> None:
    spoken = devices.disk("ext4", label="Müllers  Stick")
    hostile = devices.disk("ext4", label="\x1b[2J/../x")
    assert the(spoken.appear()).volumes[0].label == "Müllers  Stick"
    assert the(hostile.appear()).volumes[0].label == "\N{REPLACEMENT CHARACTER}[2J/../x"


def test_a_write_protected_drive(devices: Devices) -> None:
    drive = the(devices.disk("ext4").appear(read_only=True))
    assert drive.read_only
    assert drive.volumes[0].read_only
    assert "write-protected" in drive_obstacles(drive)


def test_mounted_read_only(devices: Devices, tmp_path: Path) -> None:
    device = devices.disk("ext4").appear()
    (tmp_path / "there").mkdir()
    run("mount", "-o", "ro", device, tmp_path / "there")
    drive = the(device, all_drives=True)
    assert not drive.read_only
    assert drive.volumes[0].read_only


def test_loop_devices_are_no_drives_unless_said(devices: Devices) -> None:
    device = devices.disk("ext4").appear()
    for all_drives in (False, True):
        assert device not in {drive.device for drive in list_drives(all_drives=all_drives)}


def test_what_is_mounted_elsewhere_belongs_to_the_computer(
    devices: Devices, tmp_path: Path
) -> None:
    device = devices.disk("ext4").appear()
    mount_by_hand("ext4", device, tmp_path / "data")
    assert device not in {drive.device for drive in list_drives(loops_are_removable=True)}
    drive = the(device, all_drives=True)
    assert (
        str(drive.system) == f"it is mounted at {tmp_path}/data, as this computer's own drives are"
    )
    assert str(drive.system) in drive_obstacles(drive)
    run("umount", tmp_path / "data")
    assert not the(device).system


def test_swap_space_belongs_to_the_computer(devices: Devices) -> None:
    disk = devices.disk()
    run("mkswap", disk.path)
    device = disk.appear()
    assert the(device).volumes[0].file_system == "swap"
    run("swapon", device)
    try:
        assert device not in {drive.device for drive in list_drives(loops_are_removable=True)}
        assert str(the(device, all_drives=True).system) == "it is this computer's swap space"
    finally:
        run("swapoff", device)


def test_a_loop_device_on_a_drive_makes_it_the_computers(devices: Devices, tmp_path: Path) -> None:
    outer = devices.disk("ext4", megabytes=96).appear()
    place = mount(the(outer).volumes[0]).path
    inner = Devices(place, "")
    try:
        device = inner.disk("ext4", megabytes=16).appear()
        mount_by_hand("ext4", device, tmp_path / "inner")
        drive = the(outer, all_drives=True)
        assert "/inner" in str(drive.system)
    finally:
        inner.close()
    assert not the(outer).system


def test_the_drive_that_this_computer_runs_from_is_marked_and_only_listed_on_request() -> None:
    runs_from = [
        drive
        for drive in list_drives(all_drives=True)
        if any(Path("/") in volume.mount_points for volume in drive.volumes)
    ]
    assert all(str(drive.system) == "this computer runs from it" for drive in runs_from)
    assert not {drive.device for drive in runs_from} & {drive.device for drive in list_drives()}


def test_a_drive_plugged_in_again_is_not_taken_for_the_same(devices: Devices) -> None:
    disk = devices.disk("ext4")
    first = the(disk.appear())
    disk.detach()
    # Other test runs may have got its node by now.
    assert first.sequence not in {drive.sequence for drive in list_drives(loops_are_removable=True)}
    second = the(disk.appear())
    assert second.sequence > first.sequence
    assert second.volumes[0].uuid == first.volumes[0].uuid


def test_pulled_out_while_mounted(devices: Devices) -> None:
    disk = devices.disk("ext4")
    drive = the(disk.appear())
    mounted = mount(drive.volumes[0])
    with open(mounted.path / "file", "w") as file:
        disk.detach()
        # Held by the open file, it is still there for the kernel, with nothing on it.
        list_drives(all_drives=True, loops_are_removable=True)
        file.close()
    assert drive.sequence not in {
        drive.sequence for drive in list_drives(all_drives=True, loops_are_removable=True)
    }


def without(devices: Devices, tmp_path: Path, *, bus: bool) -> subprocess.CompletedProcess[str]:
    """``satchel drives`` where /run/udev is not shared, with or without a system bus."""
    variables = {**environment(tmp_path / "home"), **devices.environment}
    if not bus:
        variables["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={tmp_path}/none"
    done = subprocess.run(
        [
            "unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /run/udev && exec "$@"', "sh",
            *command("drives", "--json"),
        ],
        env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "udev does not run here" in done.stderr
    return done


def test_without_udev_udisks_tells_what_is_on_a_drive(devices: Devices, tmp_path: Path) -> None:
    device = devices.disk("ext4", label="STICK").appear()
    drives = {
        drive["device"]: drive for drive in json.loads(without(devices, tmp_path, bus=True).stdout)
    }
    (volume,) = drives[device]["volumes"]
    assert (volume["file_system"], volume["label"]) == ("ext4", "STICK")


def test_without_udev_and_udisks_the_kernel_tells_of_drives(
    devices: Devices, tmp_path: Path
) -> None:
    device = devices.disk("ext4", label="STICK").appear()
    mounted = mount(the(device).volumes[0])
    drives = {
        drive["device"]: drive for drive in json.loads(without(devices, tmp_path, bus=False).stdout)
    }
    assert drives[device]["size"] == 48_000_000 // 512 * 512
    assert drives[device]["volumes"][0]["mount_points"] == [str(mounted.path)]
    assert drives[device]["volumes"][0]["file_system"] == "ext4"
