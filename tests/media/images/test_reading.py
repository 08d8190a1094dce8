"""An image is read as what mounts it would read it, whoever made it."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import tarfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.errors import InterruptedByUser, SatchelError
from app.fs.files import DriveFullError
from app.media.images.reading.entry import ImageBytes, ImageError
from app.media.images.reading.fat import open_fat
from app.media.images.reading.opened import is_image, opened_image
from app.media.images.request import Form
from app.progress import CancelToken, Event, Notice, silent
from tests.media.images.image_trees import contents, fill
from tests.media.images.test_making import FORMS, made, run, tree_for


def read(image: Path, directory: Path) -> dict[str, bytes | str | None]:
    """What is in it; nothing stays of what it was unpacked to."""
    directory.mkdir(exist_ok=True)
    with opened_image(image, [directory], silent, CancelToken()) as opened:
        there = contents(opened.directory)
    assert os.listdir(directory) == []
    return there


@pytest.mark.parametrize("form", FORMS)
def test_what_was_put_in_comes_out(form: Form, tmp_path: Path) -> None:
    tree = tree_for(form, tmp_path / "tree")
    image = made(form, tree, tmp_path / "out")
    assert is_image(image)
    assert read(image, tmp_path / "room") == contents(tree)


@pytest.mark.thorough
@pytest.mark.parametrize("form", FORMS)
def test_permissions_stay(form: Form, tmp_path: Path) -> None:
    tree = tree_for(form, tmp_path / "tree")
    image = made(form, tree, tmp_path / "out")
    (tmp_path / "room").mkdir()
    with opened_image(image, [tmp_path / "room"], silent, CancelToken()) as opened:
        assert (opened.directory / "empty").stat().st_mode & 0o055 in (0o044, 0o055)
        assert (opened.directory / "objects").stat().st_mode & 0o777 in (0o755, 0o555 | 0o700)
        assert os.access(opened.directory / "install.sh", os.X_OK)


@pytest.mark.thorough
def test_what_other_programs_make(tmp_path: Path) -> None:
    tree = tree_for(Form.EXT4, tmp_path / "tree")
    images = [tmp_path / name for name in ("a", "b", "c", "d", "e", "f", "g")]
    ext2, ext3, xz, tar, gnu, packed, iso = images
    run("/usr/sbin/mke2fs", "-q", "-t", "ext2", "-b", "1024", "-d", tree, ext2, "20M")
    run("/usr/sbin/mke2fs", "-q", "-t", "ext3", "-d", tree, ext3, "20M")
    run("mksquashfs", tree, xz, "-quiet", "-no-progress", "-comp", "xz", "-b", "64K")
    run("tar", "-C", tree, "-cf", tar, ".")
    run("tar", "-C", tree, "--format=gnu", "-cf", gnu, *sorted(os.listdir(tree)))
    run("tar", "-C", tree, "-cJf", packed, ".")
    run(
        "xorriso", "-no_rc", "-compliance", "deep_paths_off", "-rr_reloc_dir", "rr_moved",
        "-outdev", iso, "-map", tree, "/",
    )  # fmt: skip
    for image in images:
        there = read(image, tmp_path / "room")
        there.pop("rr_moved", None)
        assert there == contents(tree), image


@pytest.mark.parametrize(
    "kind",
    ["zstd", *(pytest.param(kind, marks=pytest.mark.thorough) for kind in ("lzo", "lz4", "lzma"))],
)
def test_squashfs_compressed_otherwise(kind: str, tmp_path: Path) -> None:
    """As other people's live systems are: contents, fragments and inodes."""
    tree = tree_for(Form.EXT4, tmp_path / "tree")
    for number in range(300):
        (tree / f"{number}").write_bytes(f"{number} ".encode() * number)
    image = tmp_path / "live.squashfs"
    run("mksquashfs", tree, image, "-quiet", "-no-progress", "-comp", kind, "-b", "64K")
    assert read(image, tmp_path / "room") == contents(tree)
    damaged = bytearray(image.read_bytes())
    for place in range(300, len(damaged), 997):
        damaged[place] ^= 0x55
    image.write_bytes(damaged)
    with pytest.raises(ImageError):
        read(image, tmp_path / "room")


@pytest.mark.parametrize(
    "program",
    [
        ("zstd", "-q", "-c"),
        *(
            pytest.param(program, marks=pytest.mark.thorough)
            for program in (("zstd", "-q", "-c", "-19", "-T2"), ("xz", "-c"), ("gzip", "-c"))
        ),
    ],
)
def test_archives_that_others_compressed(program: tuple[str, ...], tmp_path: Path) -> None:
    tree = tree_for(Form.TAR, tmp_path / "tree")
    (tree / "much").write_bytes(Random(1).randbytes(3_000_000) + bytes(9_000_000))
    plain = made(Form.TAR, tree, tmp_path / "out")
    whole = subprocess.run([*program, plain], check=True, capture_output=True).stdout
    image = tmp_path / "packed"
    image.write_bytes(whole)
    assert is_image(image)
    assert read(image, tmp_path / "room") == contents(tree)
    # In two parts, with padding behind, as tapes and signers leave it.
    first, second = (
        subprocess.run([*program], input=part, check=True, capture_output=True).stdout
        for part in (plain.read_bytes()[:700_000], plain.read_bytes()[700_000:])
    )
    image.write_bytes(first + second + bytes(1000))
    assert read(image, tmp_path / "room") == contents(tree)
    for hurt in (whole[: len(whole) // 2], whole[:9000] + b"hurt" + whole[9004:]):
        image.write_bytes(hurt)
        with pytest.raises(ImageError) as caught:
            read(image, tmp_path / "room")
        assert caught.value.exit_code == 6


@pytest.mark.devices
@pytest.mark.thorough
def test_exfat_in_pieces(tmp_path: Path) -> None:
    """What a computer has written, whose files lie anywhere."""
    image = tmp_path / "stick.img"
    with image.open("wb") as file:
        file.truncate(32 << 20)
    run("/usr/sbin/mkfs.exfat", "-c", "4K", image)
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    device = run("losetup", "--find", "--show", image).strip()
    try:
        run("mount.exfat-fuse", device, mounted)
        try:
            for number in range(60):
                (mounted / f"{number}").write_bytes(bytes([number]) * 9000)
            for number in range(0, 60, 2):
                (mounted / f"{number}").unlink()
            (mounted / "in pieces").write_bytes(b"0123456789" * 50_000)
            (mounted / "directory/inner").mkdir(parents=True)
            (mounted / "directory/inner/größer").write_bytes(b"x" * 5000)
            wanted = contents(mounted)
        finally:
            run("umount", mounted)
    finally:
        run("losetup", "-d", device)
    assert read(image, tmp_path / "room") == wanted


@pytest.mark.parametrize("kind", ["16", "32"])
def test_fat(kind: str, tmp_path: Path) -> None:
    """What many drives are sold with, filled by mtools."""
    tree = tmp_path / "tree"
    tree.mkdir()
    fill(tree, links=False)
    for number in range(40):
        (tree / f"objects/ab/{number:064x}.filez").write_bytes(b"x" * number * 1000)
    (tree / "SHORT.TXT").write_bytes(b"short")
    (tree / "lower.txt").write_bytes(b"lower")
    image = tmp_path / "fat.img"
    with image.open("wb") as file:
        file.truncate((40 if kind == "32" else 16) << 20)
    run("/usr/sbin/mkfs.vfat", "-F", kind, "-s", "1", image)
    run("mcopy", "-s", "-i", image, *sorted(tree.iterdir()), "::/")
    run("mdel", "-i", image, "::/lower.txt")
    (tree / "lower.txt").unlink()
    assert read(image, tmp_path / "room") == contents(tree)


@pytest.mark.parametrize("label", [pytest.param("dos", marks=pytest.mark.thorough), "gpt"])
def test_a_whole_drive(label: str, tmp_path: Path) -> None:
    tree = tree_for(Form.EXT4, tmp_path / "tree")
    part = made(Form.EXT4, tree, tmp_path / "out")
    size = part.stat().st_size
    drive = tmp_path / "drive.img"
    with drive.open("wb") as file:
        file.truncate(size + (8 << 20))
        file.seek(4 << 20)
        file.write(part.read_bytes())
    table = f"label: {label}\nstart=2048, size=2048\nstart=8192, size={size // 512}\n"
    subprocess.run(
        ["/usr/sbin/sfdisk", "-q", drive], input=table, text=True, check=True, capture_output=True
    )
    assert is_image(drive)
    assert read(drive, tmp_path / "room") == contents(tree)


class Archive:
    """A tar archive that somebody wrote by hand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("wb")
        self.archive = tarfile.TarFile(fileobj=self.file, mode="w", format=tarfile.PAX_FORMAT)

    def add(self, name: str, kind: bytes = tarfile.REGTYPE, data: bytes = b"", **more: Any) -> None:
        member = tarfile.TarInfo(name)
        member.type, member.size = kind, len(data)
        for field, value in more.items():
            setattr(member, field, value)
        self.archive.addfile(member, io.BytesIO(data))

    def close(self) -> Path:
        self.archive.close()
        self.file.close()
        return self.path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "hostile.tar")
    yield archive
    archive.close()


@pytest.mark.parametrize(
    "name",
    ["../outside", "a/../../outside", "/outside", "a//b", "a/./b", "n" * 300, "a/" * 80 + "b"],
)
def test_paths_that_lead_elsewhere(name: str, archive: Archive, tmp_path: Path) -> None:
    archive.add(name, data=b"evil")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ImageError, match="impossible") as caught:
        read(archive.close(), tmp_path / "room")
    assert caught.value.exit_code == 6
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] == [
        tmp_path / "room"
    ]


def test_links_are_not_followed(archive: Archive, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    archive.add("link", tarfile.SYMTYPE, linkname=str(outside))
    archive.add("link/evil", data=b"evil")
    with pytest.raises(ImageError, match="no directory"):
        read(archive.close(), tmp_path / "room")
    assert os.listdir(outside) == []


def test_a_file_does_not_replace_a_link(archive: Archive, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.write_bytes(b"mine")
    archive.add("file", tarfile.SYMTYPE, linkname=str(target))
    archive.add("file", data=b"evil")
    with pytest.raises(ImageError, match="twice"):
        read(archive.close(), tmp_path / "room")
    assert target.read_bytes() == b"mine"


def test_other_names_of_files(archive: Archive, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    archive.add("first", data=b"content")
    archive.add("second", tarfile.LNKTYPE, linkname="first")
    assert read(archive.close(), tmp_path / "room") == {"first": b"content", "second": b"content"}
    for number, target in enumerate((str(secret), "../../../secret", "link", "nowhere")):
        other = Archive(tmp_path / f"{number}.tar")
        other.add("link", tarfile.SYMTYPE, linkname=str(secret))
        other.add("other", tarfile.LNKTYPE, linkname=target)
        with pytest.raises(ImageError):
            read(other.close(), tmp_path / "room")


def test_devices_and_rights_of_root_do_not_come(archive: Archive, tmp_path: Path) -> None:
    archive.add("program", data=b"#!/bin/sh", mode=0o6755)
    archive.add("device", tarfile.CHRTYPE, devmajor=1, devminor=3)
    archive.add("pipe", tarfile.FIFOTYPE)
    notices: list[Event] = []
    (tmp_path / "room").mkdir()
    with opened_image(
        archive.close(), [tmp_path / "room"], notices.append, CancelToken()
    ) as opened:
        assert os.listdir(opened.directory) == ["program"]
        assert (opened.directory / "program").stat().st_mode & 0o7777 == 0o755
        assert opened.directory.parent.parent.stat().st_mode & 0o777 == 0o700
    assert any(isinstance(each, Notice) and "device" in str(each.message) for each in notices)


@pytest.mark.thorough
def test_what_inflates_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "bomb.tar.gz"
    with tarfile.open(bomb, "w:gz") as out:
        for number in range(20):
            member = tarfile.TarInfo(f"{number}")
            member.size = 2 << 20
            out.addfile(member, io.BytesIO(bytes(member.size)))
    status = os.statvfs(tmp_path)
    values = list(status[:10])
    values[2] = values[4] = (60 << 20) // status.f_frsize
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(values))
    with pytest.raises(DriveFullError):
        read(bomb, tmp_path / "room")
    assert os.listdir(tmp_path / "room") == []


def test_a_header_that_wants_all_memory(tmp_path: Path) -> None:
    member = tarfile.TarInfo("x")
    member.type, member.size = tarfile.XHDTYPE, 1 << 40
    bomb = tmp_path / "bomb.tar"
    bomb.write_bytes(member.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(ImageError, match="makes no sense"):
        read(bomb, tmp_path / "room")


@pytest.mark.thorough
def test_a_hole_larger_than_the_disk(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    with (tree / "hole").open("wb") as file:
        file.truncate(1 << 42)
    image = tmp_path / "hole.img"
    run("/usr/sbin/mke2fs", "-q", "-t", "ext4", "-d", tree, image, "20M")
    with pytest.raises(DriveFullError):
        read(image, tmp_path / "room")


def iso_record(name: bytes, place: int, size: int, flags: int, use: bytes = b"") -> bytes:
    """A directory's line, of ECMA-119 9.1."""
    numbers = struct.pack("<I", place) + struct.pack(">I", place)
    numbers += struct.pack("<I", size) + struct.pack(">I", size)
    rest = struct.pack("<7xBBBHHB", flags, 0, 0, 1, 256, len(name)) + name
    body = b"\0" + numbers + rest + (b"" if len(name) % 2 else b"\0") + use
    return bytes([len(body) + 1]) + body


def test_an_iso_file_in_parts_without_end(tmp_path: Path) -> None:
    size = 4 << 20
    top = iso_record(b"\0", 20, size, 2, b"SP\x07\x01\xbe\xef\0")
    part = iso_record(b"A", 25, 1, 0x80)
    directory = bytearray((part * (2048 // len(part))).ljust(2048, b"\0") * (size // 2048))
    directory[:2048] = (top + part * 50).ljust(2048, b"\0")
    volume = bytearray(2048)
    volume[:6] = b"\x01CD001"
    struct.pack_into("<H", volume, 128, 2048)
    struct.pack_into("<I4xI", volume, 158, 20, size)
    image = tmp_path / "parts.iso"
    image.write_bytes(bytes(16 * 2048) + volume + bytes(3 * 2048) + directory)

    with pytest.raises(ImageError, match="makes no sense"):
        read(image, tmp_path / "room")


def test_fat_directories_that_share_their_end(tmp_path: Path) -> None:
    """However many say that they are large: they are not held all at once."""
    directories, sectors, shared, clusters = 60, 64, 1000, 70_000
    cluster = 512 * sectors
    table_size = clusters * 4 // 512 + 1
    heap = 32 + table_size
    boot = bytearray(512)
    struct.pack_into("<HBHBHH", boot, 11, 512, sectors, 32, 1, 0, 0)
    struct.pack_into("<II4xI", boot, 32, heap + clusters * sectors, table_size, 2)
    boot[82:87], boot[510:] = b"FAT32", b"\x55\xaa"
    chain = {2: 0x0FFFFFFF, **dict.fromkeys(range(100, 100 + directories), shared)}
    chain |= {number: number + 1 for number in range(shared, shared + 31)}
    chain[shared + 31] = 0x0FFFFFFF
    table = bytearray(clusters * 4)
    for number, after in chain.items():
        struct.pack_into("<I", table, number * 4, after)
    lines = bytearray(directories * 32)
    for number in range(directories):
        entry = b"%011d" % number, 0x10, 0, 100 + number, 0
        struct.pack_into("<11sB8xH4xHI", lines, number * 32, *entry)
    path = tmp_path / "shared.img"
    with path.open("wb") as file:
        file.truncate((heap + clusters * sectors) * 512)
        for place, data in ((0, boot), (32, table), (heap, lines)):
            file.seek(place * 512)
            file.write(data)

    with path.open("rb") as file:
        image = ImageBytes(file.fileno(), 0, path.stat().st_size)
        tracemalloc.start()
        try:
            names = [entry.path for entry in open_fat(image).entries()]
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert len(names) == directories
    assert most < 8 * 32 * cluster


@pytest.mark.thorough
@pytest.mark.parametrize("form", FORMS)
def test_truncated(form: Form, tmp_path: Path) -> None:
    image = made(form, tree_for(form, tmp_path / "tree"), tmp_path / "out")
    whole = image.read_bytes()
    # What follows the last byte that counts may be padding.
    for size in (len(whole) // 2, 70_000, 4096):
        image.write_bytes(whole[:size])
        if is_image(image):
            with pytest.raises(ImageError) as caught:
                read(image, tmp_path / "room")
            assert caught.value.exit_code == 6
            assert str(image) in str(caught.value.message)
        assert not list((tmp_path / "room").glob("*"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("times", [3, pytest.param(150, marks=pytest.mark.thorough)])
def test_damaged_anywhere(form: Form, times: int, tmp_path: Path) -> None:
    """It is read, or refused; nothing else happens, and not for ever."""
    tree = tmp_path / "tree"
    (tree / "directory/inner").mkdir(parents=True)
    for number in range(20):
        (tree / f"directory/{number}").write_bytes(b"x" * number * 100)
    image = made(form, tree, tmp_path / "out")
    whole = image.read_bytes()
    used = [place for place in range(0, len(whole), 16) if any(whole[place : place + 16])]
    random = Random(form.value)
    refused = 0
    for _ in range(times):
        damaged = bytearray(whole)
        for _ in range(random.choice((1, 4, 40))):
            place = min(random.choice(used) + random.randrange(16), len(whole) - 1)
            damaged[place] = random.choice((0, 0xFF, random.randrange(256)))
        image.write_bytes(damaged)
        status = 0
        try:
            read(image, tmp_path / "room")
        except SatchelError as error:
            refused += 1
            status = error.exit_code
        assert status in (0, 3, 6)
        assert os.listdir(tmp_path / "room") == []
    assert refused or times < 100


def test_what_is_no_image(tmp_path: Path) -> None:
    for name, data in {"empty": b"", "text": b"hello" * 1000, "zeros": bytes(100_000)}.items():
        (tmp_path / name).write_bytes(data)
        assert not is_image(tmp_path / name)
    os.mkfifo(tmp_path / "pipe")
    assert not is_image(tmp_path / "pipe")
    assert not is_image(tmp_path / "nothing")


def test_interrupted_leaves_nothing(tmp_path: Path) -> None:
    image = made(Form.EXT4, tree_for(Form.EXT4, tmp_path / "tree"), tmp_path / "out")
    (tmp_path / "room").mkdir()
    token = CancelToken()
    token.request()
    with pytest.raises(InterruptedByUser), opened_image(image, [tmp_path / "room"], silent, token):
        pass
    assert os.listdir(tmp_path / "room") == []


def test_what_a_killed_one_left_is_removed(tmp_path: Path) -> None:
    image = made(Form.TAR, tree_for(Form.TAR, tmp_path / "tree"), tmp_path / "out")
    left = tmp_path / "room/satchel-image-abcdefgh"
    left.mkdir(parents=True)
    (left / "held").touch()
    os.utime(left, (1, 1))
    (tmp_path / "room/satchel-image-without").mkdir()
    with opened_image(image, [tmp_path / "room"], silent, CancelToken()):
        # One that is at work stays.
        with opened_image(image, [tmp_path / "room"], silent, CancelToken()) as second:
            assert len(os.listdir(tmp_path / "room")) == 3
        assert not second.directory.exists()
        assert not left.exists()
