"""Which names a file system takes for one: those that differ in case, and a little more.

Why: decision D27.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import unicodedata
from collections.abc import Iterable

from msgspec import Struct

from app.fs.nodes import Node
from app.fs.root import Root

_FOLDING = frozenset(
    {
        "vfat", "msdos", "fat", "exfat", "ntfs", "ntfs3", "ntfs-3g", "fuseblk", "hfs", "hfsplus",
        "apfs", "cifs", "smb3", "smbfs", "vboxsf", "prl_fs",
    }
)  # fmt: skip
"""File systems that fold names somewhere: where the drive is written, or where it is read.

Through ``fuseblk`` come exFAT and NTFS.
"""

# linux/fs.h: _IOR('f', 1, long) and FS_CASEFOLD_FL, which a directory of ext4 or f2fs can have.
_GET_FLAGS = 2 << 30 | struct.calcsize("l") << 16 | ord("f") << 8 | 1
_CASEFOLD = 0x40000000


class Clash(Struct, frozen=True):
    """Two names in one directory that would be one; ``paths`` are those that lead through them."""

    names: tuple[str, str]
    paths: tuple[str, str]


def folded(name: str) -> str:
    """What is left of a name where case does not count, nor how a letter is put together.

    Of FAT and its like also dots and blanks at the end do not count.
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    return unicodedata.normalize("NFKD", text).casefold().rstrip(". ")


def find_clash(paths: Iterable[str]) -> Clash | None:
    """The first two of these paths that would share a file or directory that is not theirs."""
    seen: dict[str, tuple[str, str]] = {}
    for path in sorted(set(paths)):
        plain = short = ""
        for part in path.split("/"):
            plain, short = f"{plain}/{part}", f"{short}/{folded(part)}"
            other, first = seen.setdefault(short, (plain, path))
            if other != plain:
                return Clash((other.rpartition("/")[2], part), (first, path))
    return None


def folds(drive: Root, path: str, file_system: str) -> bool:
    """Whether names below ``path``, which need not be there yet, are folded. Writes nothing.

    ``file_system`` is what the drive has, as in `Space`.
    """
    if file_system in _FOLDING:
        return True
    place = path
    while drive.node(place) is not Node.DIRECTORY and place != ".":
        place = os.path.dirname(place) or "."
    if _has_flag(drive, place):
        return True
    # Of others, such as network drives, only they know.
    while True:
        with contextlib.suppress(OSError):
            names = set(drive.names(place))
            for name in sorted(names):
                swapped = name.swapcase()
                if swapped != name:
                    return swapped not in names and drive.node(_join(place, swapped)) is not None
        if place == ".":
            return False
        place = os.path.dirname(place) or "."


def _join(directory: str, name: str) -> str:
    return name if directory == "." else f"{directory}/{name}"


def _has_flag(drive: Root, path: str) -> bool:
    """New directories get it from the one that they are made in."""
    try:
        descriptor = drive.open_directory(path)
    except OSError:
        return False
    try:
        answer = fcntl.ioctl(descriptor, _GET_FLAGS, bytes(struct.calcsize("l")))
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return bool(struct.unpack("l", answer)[0] & _CASEFOLD)
