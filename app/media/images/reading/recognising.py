"""What an image is, by what is in it: a file system, an archive, or a drive with partitions."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Protocol

from app.media.images.reading.entry import Entries, ImageBytes, ImageError
from app.media.images.reading.exfat import is_exfat, open_exfat
from app.media.images.reading.ext4 import is_ext4, open_ext4
from app.media.images.reading.fat import is_fat, open_fat
from app.media.images.reading.iso9660 import is_iso, open_iso
from app.media.images.reading.squashfs import is_squashfs, open_squashfs
from app.media.images.reading.tar import is_tar, open_tar
from app.media.images.request import Form
from app.message import Message

_SECTOR = 512
_MOST_PARTITIONS = 128
_GPT_ENTRY = 128
_MAYBE_STICK = frozenset({".ostree", "ostree", "satchel"})


class Contents(Protocol):
    """What can be read."""

    def entries(self) -> Entries: ...


_KINDS: dict[Form, tuple[Callable[[ImageBytes], bool], Callable[[ImageBytes], Contents]]] = {
    Form.SQUASHFS: (is_squashfs, open_squashfs),
    Form.EXFAT: (is_exfat, open_exfat),
    Form.ISO: (is_iso, open_iso),
    Form.EXT4: (is_ext4, open_ext4),
    Form.FAT: (is_fat, open_fat),
    Form.TAR: (is_tar, open_tar),
}
_IN_PARTITIONS = (Form.SQUASHFS, Form.EXFAT, Form.EXT4, Form.FAT)


def recognised(image: ImageBytes) -> tuple[Form, Contents] | None:
    """What it is, opened; None for what is no image. Of several partitions that one that may have
    a stick. Raises ImageError for what is one and cannot be read, OSError.
    """
    form = form_of(image, tuple(_KINDS))
    if form is not None:
        return form, _KINDS[form][1](image)
    usable = []
    for part in partitions(image):
        form = form_of(part, _IN_PARTITIONS)
        if form is not None:
            usable.append((form, part))
    for form, part in usable:
        contents = _KINDS[form][1](part)
        if len(usable) == 1 or _may_have_stick(contents):
            return form, contents
    if usable:
        form, part = usable[0]
        return form, _KINDS[form][1](part)
    if has_partitions(image):
        raise ImageError(
            Message("No partition of the image has a file system that Satchel reads."),
            Message(
                "Those are ext4, exFAT, FAT and squashfs. Mount it, and name where it is mounted."
            ),
        )
    return None


def form_of(image: ImageBytes, among: tuple[Form, ...] = tuple(_KINDS)) -> Form | None:
    """By what it begins with. Raises OSError."""
    return next((form for form in among if _KINDS[form][0](image)), None)


def has_partitions(image: ImageBytes) -> bool:
    return any(True for _ in partitions(image))


def partitions(image: ImageBytes) -> Iterator[ImageBytes]:
    """Of a GPT or an MBR, as far as they are in the image. Raises OSError."""
    for sector in (_SECTOR, 4096):
        if image.size >= 2 * sector and image.read(sector, 8) == b"EFI PART":
            yield from _gpt(image, sector)
            return
    if image.size < _SECTOR or image.read(510, 2) != b"\x55\xaa":
        return
    table = image.read(446, 64)
    for place in range(0, 64, 16):
        status, kind = table[place], table[place + 4]
        first, count = struct.unpack_from("<II", table, place + 8)
        if status & 0x7F == 0 and kind and first and count and first * _SECTOR < image.size:
            yield image.part(first * _SECTOR, count * _SECTOR)


def _gpt(image: ImageBytes, sector: int) -> Iterator[ImageBytes]:
    first, count, size = struct.unpack("<QII", image.read(sector + 72, 16))
    if size < _GPT_ENTRY or size > 4096:
        return
    for number in range(min(count, _MOST_PARTITIONS)):
        place = first * sector + number * size
        if place + size > image.size:
            return
        entry = image.read(place, _GPT_ENTRY)
        begin, end = struct.unpack_from("<QQ", entry, 32)
        if entry[:16].strip(b"\0") and begin <= end and begin * sector < image.size:
            yield image.part(begin * sector, (end - begin + 1) * sector)


def _may_have_stick(contents: Contents) -> bool:
    """By the names in the top directory, which come first."""
    for entry in contents.entries():
        if "/" in entry.path:
            return False
        if entry.path in _MAYBE_STICK:
            return True
    return False
