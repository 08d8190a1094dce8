"""What somebody wants an image to be."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from msgspec import Struct

from app.drive.udisks.mkfs_options import DEFAULT_LABEL
from app.errors import UsageError
from app.message import Message

MOST_BYTES = 2**44
"""16 TiB: what ext4 with clusters of 4 KB ends at."""

_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?([KMGT]?)(I?)B?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_WHOLE = 4096


class Form(StrEnum):
    """What an image is. The values are those of ``--fs``, and the ends of names; FAT is only
    read."""

    EXT4 = "ext4"
    EXFAT = "exfat"
    SQUASHFS = "squashfs"
    TAR = "tar"
    ISO = "iso"
    FAT = "vfat"


FILE_SYSTEMS = (Form.EXT4, Form.EXFAT, Form.SQUASHFS)
"""What an ``.img`` may be."""

COMPRESSIONS = {".tar.gz": "gzip", ".tar.xz": "xz", ".tar.zst": "zstd", ".tar": ""}
"""Ends of names of archives, and what these are compressed by."""

_SIZED = (Form.EXT4, Form.EXFAT)


class ImageRequest(Struct, frozen=True):
    """One image to be made.

    Attributes:
        path: the file.
        form: what it becomes.
        size: bytes, a multiple of 4096; None for what fits with a little room.
        label: what computers call it.
        when: seconds since 1970, for what has no time of its own: the file system; 0 for that of
            the newest file.
        compression: of a tar, one of `COMPRESSIONS`.
        shared: everybody may write to it, where the file system knows of permissions.
    """

    path: Path
    form: Form
    size: int | None = None
    label: str = DEFAULT_LABEL
    when: int = 0
    shared: bool = False
    compression: str = ""


def image_request(
    path: Path,
    size: str | None = None,
    file_system: str | None = None,
    *,
    when: int = 0,
    shared: bool = False,
) -> ImageRequest:
    """What the options of a command mean. Raises UsageError."""
    form = _form(path, file_system)
    if size is not None and form not in _SIZED:
        raise UsageError(
            Message(
                "--size does not go with {form}, which is as large as what is in it.", form=form
            ),
            Message("Leave it out, or choose --fs ext4 or exfat."),
        )
    wanted = None if size is None else max(_WHOLE, parse_size(size) // _WHOLE * _WHOLE)
    end = _end(path)
    compression = COMPRESSIONS[end] if form is Form.TAR else ""
    return ImageRequest(path, form, wanted, when=when, shared=shared, compression=compression)


def _end(path: Path) -> str:
    """Of its name, what says the form."""
    name = path.name.lower()
    return next((end for end in COMPRESSIONS if name.endswith(end)), path.suffix.lower())


def _form(path: Path, file_system: str | None) -> Form:
    match _end(path):
        case ".img":
            if file_system is None:
                return Form.EXT4
            if file_system in FILE_SYSTEMS:
                return Form(file_system)
            raise UsageError(
                Message("Satchel makes no images with {file_system}.", file_system=file_system),
                Message("Choose one of: {file_systems}.", file_systems=FILE_SYSTEMS),
            )
        case end if end in COMPRESSIONS or end == ".iso":
            if file_system is not None:
                raise UsageError(
                    Message("--fs goes only with .img: {path} has a form of its own.", path=path),
                    Message("Leave it out, or name a FILE.img."),
                )
            return Form.ISO if end == ".iso" else Form.TAR
    raise UsageError(
        Message("What {path} should become is not clear from its name.", path=path),
        Message(
            "Name a FILE.img, FILE.iso or FILE.tar, which may end in .gz, .xz or .zst as well."
        ),
    )


def parse_size(text: str) -> int:
    """Bytes that ``8G``, ``7.5GB`` or ``512MiB`` mean. Raises UsageError.

    Decimal, as drives are sold: what fits an 8 GB drive is 8G.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is not None:
        number, unit, binary = match.groups()
        if not binary or unit:
            base = 1024 if binary else 1000
            size = int(Fraction(number) * base ** _POWERS[unit.upper()])
            if 0 < size <= MOST_BYTES:
                return size
    raise UsageError(
        Message("{text} is not a size for an image.", text=repr(text[:40])),
        Message("Write for example 8G or 7.5GB (as drives are sold), or 8GiB."),
    )
