"""Two drives of one name can be told apart."""

from __future__ import annotations

from app.drive.drive import Drive, Volume
from app.message import NOTHING
from app.replacing import replace
from ui.i18n.drive_names import hardware, name_among, volume_name

GB = 10**9
VOLUME = Volume("/dev/sdb1", 17, "exfat", "CLASSROOM", "AAAA-1", 8 * GB)
DRIVE = Drive(
    "/dev/sdb", 16, "Norden", "Stick", "S1", "usb", 8 * GB, True, False, NOTHING, (VOLUME,),
    port="1-2",
)  # fmt: skip
ANOTHER = replace(DRIVE, device="/dev/sdc", vendor="Pocketline")
TWIN = replace(DRIVE, device="/dev/sdd", port="1-3")


def name(*drives: Drive) -> str:
    return name_among("CLASSROOM", DRIVE, drives).replace("\N{NO-BREAK SPACE}", " ")


def test_the_name_is_enough_where_nothing_else_is_called_so() -> None:
    other = replace(ANOTHER, volumes=(replace(VOLUME, label="SMALL"),))
    assert name(DRIVE, other) == "CLASSROOM"


def test_make_and_size_tell_two_of_one_name_apart() -> None:
    assert name(DRIVE, ANOTHER) == "CLASSROOM (Norden Stick, 8 GB)"


def test_of_two_of_one_make_the_port_is_told() -> None:
    assert name(DRIVE, TWIN) == "CLASSROOM (Norden Stick, 8 GB, port 1-2)"


def test_without_ports_the_kernels_name_is_told() -> None:
    assert name(DRIVE, replace(TWIN, port="1-2")) == "CLASSROOM (Norden Stick, 8 GB, sdb)"


def test_drives_without_a_name_are_called_by_what_they_are() -> None:
    bare = replace(DRIVE, vendor="", model="", volumes=())
    assert volume_name(bare, None) == "USB drive"
    assert hardware(bare).startswith("USB drive, 8")
    assert volume_name(replace(bare, bus="mmc"), None) == "Memory card"
