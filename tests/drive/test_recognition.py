"""A drive that was pulled out and comes back is the same drive, in whatever port."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.drive.discovery.discover import list_drives
from app.drive.drive import Drive, Volume
from app.drive.recognition import LastingIdentity, come_back, directory_key, volume_key
from app.drive.udisks.mounting import mount
from app.message import NOTHING
from tests.devices import Devices

GB = 10**9


def drive(letter: str = "b", uuid: str = "AAAA-1", serial: str = "S1", size: int = 8 * GB) -> Drive:
    volume = Volume(f"/dev/sd{letter}1", ord(letter), "exfat", "CLASSROOM", uuid, size - 4096)
    return Drive(
        f"/dev/sd{letter}", ord(letter), "Norden", "Stick", serial, "usb", size, True, False,
        NOTHING, (volume,), sequence=ord(letter),
    )  # fmt: skip


def identity(of: Drive) -> LastingIdentity:
    known = LastingIdentity.of(of, of.volumes[0])
    assert known is not None
    return known


def test_it_is_the_same_in_another_port_with_another_number() -> None:
    before, now = drive("b"), drive("q")
    assert come_back(identity(before), [drive("c", uuid="BBBB-2"), now]) == (now, now.volumes[0])


@pytest.mark.parametrize(
    "other",
    [drive(uuid="AAAA-2"), drive(serial="S2"), drive(size=16 * GB)],
    ids=["formatted", "a copy with another serial number", "a copy of another size"],
)
def test_it_is_not_the_same(other: Drive) -> None:
    assert come_back(identity(drive()), [other]) is None


def test_two_that_cannot_be_told_apart_are_neither() -> None:
    copies = [drive("b", serial=""), drive("c", serial="")]
    assert come_back(identity(copies[0]), copies) is None


def test_without_a_file_system_nothing_is_recognised() -> None:
    empty = drive(uuid="")
    assert LastingIdentity.of(empty, empty.volumes[0]) is None
    assert volume_key(empty.volumes[0]) == ""


def test_directories_are_known_by_their_path(tmp_path: Path) -> None:
    assert directory_key(tmp_path) == str(tmp_path)


def test_memory_knows_a_drive_by_the_same_key_before_and_after(devices: Devices) -> None:
    disk = devices.disk("ext4", label="STICK")

    def key() -> tuple[str, str]:
        device = disk.appear()
        (listed,) = (
            each for each in list_drives(loops_are_removable=True) if each.device == device
        )
        (volume,) = listed.volumes
        known = volume_key(volume), directory_key(mount(volume).path)
        disk.detach()
        return known

    first, second = key(), key()
    assert first == second
    assert first[0] == first[1] != ""
