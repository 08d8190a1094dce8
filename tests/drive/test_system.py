"""What is a drive, what can be carried away, and which drives the computer itself needs.

On trees as sysfs shows them: hardware, RAID and encryption that no test computer has all of.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.drive.discovery.block_devices import can_be_carried, read_blocks
from app.drive.discovery.system_drives import Use, purpose, system_drives
from app.message import Message
from tests.drive.sysfs import Tree

SATA = "pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda"
SATA2 = "pci0000:00/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0/block/sdb"
USB = "pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host4/target4:0:0/4:0:0:0/block/sdc"
CARD = "pci0000:00/0000:00:1c.0/0000:01:00.0/rtsx/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0"
EMMC = "platform/fe330000.mmc/mmc_host/mmc1/mmc1:0001/block/mmcblk1"
NVME = "pci0000:00/0000:00:1d.0/0000:02:00.0/nvme/nvme0/nvme0n1"
NVME_SHARED = "virtual/nvme-subsystem/nvme-subsys0/nvme1n1"
VIRTIO = "pci0000:00/0000:00:02.0/virtio1/block/vda"
FIREWIRE = "pci0000:00/0000:05:00.0/fw1/fw1.0/host6/target6:0:0/6:0:0:0/block/sdf"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "sys")


def used(tree: Tree, *names: str) -> dict[str, str]:
    uses = [Use(0, Message("{name} is used", name=name), name) for name in names]
    return {name: str(why) for name, why in system_drives(read_blocks(tree.root), uses).items()}


def test_the_disk_of_a_used_partition_is_the_systems(tree: Tree) -> None:
    tree.part(tree.disk(SATA), "sda1")
    tree.part(tree.disk(USB), "sdc1")
    assert used(tree, "sda1") == {"sda": "sda1 is used"}


def test_through_lvm_on_encryption(tree: Tree) -> None:
    disk = tree.disk(NVME)
    locked = tree.part(disk, "nvme0n1p3")
    unlocked = tree.on("dm-0", locked)
    tree.on("dm-1", unlocked)
    tree.on("dm-2", unlocked)
    tree.disk(USB)
    assert used(tree, "dm-2") == {"nvme0n1": "dm-2 is used"}


def test_every_member_of_a_raid_and_of_a_volume_group(tree: Tree) -> None:
    first = tree.part(tree.disk(SATA), "sda1")
    second = tree.part(tree.disk(SATA2), "sdb1")
    raid = tree.on("md0", first, second)
    tree.on("dm-0", raid, tree.disk(USB))
    assert set(used(tree, "md0")) == {"sda", "sdb"}
    assert set(used(tree, "dm-0")) == {"sda", "sdb", "sdc"}


def test_a_loop_that_stands_on_itself_ends(tree: Tree) -> None:
    first = tree.on("dm-0", tree.disk(SATA))
    second = tree.on("dm-1", first)
    (first / "slaves/dm-1").symlink_to(second)
    assert set(used(tree, "dm-1")) == {"sda"}


def test_the_best_reason_is_given(tree: Tree) -> None:
    tree.part(tree.disk(SATA), "sda1")
    blocks = read_blocks(tree.root)
    starts = Message("this computer starts from it")
    uses = [Use(3, Message("it is mounted at /srv"), "sda1"), Use(1, starts, "sda")]
    assert system_drives(blocks, uses) == {"sda": starts}


def test_of_reasons_as_good_the_same_one_is_always_given(tree: Tree) -> None:
    tree.part(tree.disk(SATA), "sda1")
    blocks = read_blocks(tree.root)
    places = [Message("it is mounted at {point}", point=point) for point in ("/srv", "/data")]
    uses = [Use(3, place, "sda1") for place in places]
    assert system_drives(blocks, uses) == system_drives(blocks, uses[::-1]) == {"sda": places[1]}


def test_what_went_meanwhile_is_nobodys(tree: Tree) -> None:
    assert used(tree, "sdz1") == {}


@pytest.mark.parametrize(
    ("point", "rank"),
    [
        ("/", 0),
        ("/boot", 1),
        ("/boot/efi", 1),
        ("/efi", 1),
        ("/home", 3),
        ("/srv/data", 3),
        ("/mediathek", 3),
        ("/media", 3),
        ("/media/somebody/STICK", None),
        ("/run/media/somebody/STICK", None),
        ("/mnt", None),
        ("/mnt/stick", None),
    ],
)
def test_what_a_mount_point_says(point: str, rank: int | None) -> None:
    use = purpose(Path(point))
    assert (use[0] if use else None) == rank


@pytest.mark.parametrize(
    ("place", "bus", "carried"),
    [
        (SATA, "sata", False),
        (USB, "usb", True),
        (NVME, "nvme", False),
        (NVME_SHARED, "nvme", False),
        (VIRTIO, "virtio", False),
        (FIREWIRE, "firewire", True),
    ],
)
def test_hardware(tree: Tree, place: str, bus: str, carried: bool) -> None:
    path = tree.disk(place)
    part = tree.part(path, f"{path.name}p1")
    block = read_blocks(tree.root)[path.name]
    assert block.is_drive
    assert block.bus == bus
    assert can_be_carried(path) is carried
    assert can_be_carried(part) is carried


@pytest.mark.parametrize(
    ("place", "port"),
    [(USB, "2-1"), (USB.replace("/2-1/", "/2-1/2-1.4/"), "2-1.4"), (SATA, ""), (NVME, "")],
)
def test_the_socket_is_known_where_there_is_one(tree: Tree, place: str, port: str) -> None:
    path = tree.disk(place)
    assert read_blocks(tree.root)[path.name].port == port


def test_a_card_in_a_built_in_reader_can_be_carried_and_memory_on_the_board_cannot(
    tree: Tree,
) -> None:
    assert can_be_carried(tree.disk(CARD, device__type="SD"))
    assert not can_be_carried(tree.disk(EMMC, device__type="MMC"))
    assert read_blocks(tree.root)["mmcblk0"].bus == "mmc"


def test_a_medium_that_comes_out_can_be_carried(tree: Tree) -> None:
    assert can_be_carried(tree.disk(SATA, removable="1"))


def test_a_drive_behind_a_port_that_is_outside_can_be_carried(tree: Tree) -> None:
    path = tree.disk(NVME)
    (path.parents[2] / "removable").write_text("removable\n")
    assert can_be_carried(path)


@pytest.mark.parametrize(
    "place",
    [
        "pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0/block/sr0",
        "platform/floppy.0/block/fd0",
        "virtual/block/zram0",
        "virtual/block/ram0",
        "virtual/block/loop0",
        "virtual/block/dm-0",
        "virtual/block/md0",
        "virtual/block/nbd0",
        "platform/x/mmc_host/mmc1/mmc1:0001/block/mmcblk1boot0",
    ],
)
def test_what_is_no_drive(tree: Tree, place: str) -> None:
    path = tree.disk(place)
    assert not read_blocks(tree.root)[path.name].is_drive


def test_one_path_of_several_to_a_drive_is_no_drive(tree: Tree) -> None:
    path = tree.disk(f"{NVME.rpartition('/')[0]}/nvme0c0n1", hidden="1")
    assert not read_blocks(tree.root)[path.name].is_drive


def test_a_reader_without_a_card(tree: Tree) -> None:
    tree.disk(USB, removable="1", size=0)
    block = read_blocks(tree.root)["sdc"]
    assert block.is_drive
    assert block.size == 0


def test_attributes_that_say_nothing(tree: Tree) -> None:
    path = tree.disk(USB)
    for name in ("size", "ro", "removable"):
        (path / name).write_text("\n")
    (path / "dev").write_text("what\n")
    assert read_blocks(tree.root)["sdc"].size == 0


def test_nothing_at_all(tmp_path: Path) -> None:
    assert read_blocks(tmp_path / "no") == {}
