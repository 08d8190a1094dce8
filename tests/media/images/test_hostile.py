"""An image that somebody made to do harm: nothing leads outside, nothing grows without end."""

from __future__ import annotations

import io
import os
import struct
import tarfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.fs.files import DriveFullError
from app.media.images.reading.entry import ImageBytes, ImageError
from app.media.images.reading.fat import open_fat
from app.media.images.reading.opened import opened_image
from app.progress import CancelToken, Event, Notice
from tests.media.images.test_making import run
from tests.media.images.test_reading import read


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
