"""Drives that lose their power: every write to one is recorded, in the order of the medium.

User-mode Linux has what most kernels that tests run on have not: FAT, and device-mapper's
``log-writes``. Of what it has recorded any beginning is what a drive holds whose power was cut
then; of what came since the last flush a drive with a memory of its own may have any part.
"""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from tests.user_mode import elsewhere
from tests.volumes import run

KINDS = ("ext4", "vfat", "exfat")
_MAKE = {
    "ext4": ("mkfs.ext4", "-q", "-F"),
    "exfat": ("mkfs.exfat",),
    "vfat": ("mkfs.vfat", "-F", "32", "-n", "STICK"),
}
_MEND = {
    "ext4": ("e2fsck", "-p"),
    "exfat": ("fsck.exfat", "-p"),
    "vfat": ("fsck.fat", "-a", "-w"),
}
# Linux, drivers/md/dm-log-writes.c.
_MAGIC, _SUPER, _ENTRY = 0x6A736677736872, "<QQQI", "<QQQQ"
_FLUSH, _FUA, _DISCARD = 1, 2, 4
_SECTOR = 512
_LOST = 0.5
"""Of what a drive had not flushed."""


class Write(Struct, frozen=True):
    """``data`` at byte ``offset``; None: all before it is on the medium; ``sure``: it is itself."""

    offset: int
    data: bytes | None
    sure: bool = False


class RecordedDrive:
    """An image of a file system, made of the files below ``tree``."""

    def __init__(self, directory: Path, kind: str, tree: Path, *, megabytes: int = 64) -> None:
        self.kind = kind
        self.place = directory / "mounted"
        self.place.mkdir(parents=True)
        self.image = directory / "drive.img"
        self._log = directory / "log.img"
        self.before = directory / "before.img"
        self.writes: list[Write] = []
        for path, size in ((self.image, megabytes), (self._log, 20 * megabytes)):
            with open(path, "xb") as file:
                file.truncate(size * 1_000_000)
        filled = ("-d", tree) if kind == "ext4" else ()
        run(*_MAKE[kind], *filled, self.image)
        if kind == "vfat":
            run("mcopy", "-s", "-Q", "-i", self.image, *sorted(tree.iterdir()), "::")
        elif kind == "exfat":
            copying = ("/bin/cp", "-r", f"{tree}/.", self.place)
            said = elsewhere(self.place, kind, self.image, copying)
            assert said == (0, ""), said

    def run(self, words: Sequence[str | bytes], environment: Mapping[str, str]) -> tuple[int, str]:
        """A command with the file system mounted at `place`: status and what it said."""
        shutil.copyfile(self.image, self.before)
        done = elsewhere(self.place, self.kind, self.image, words, environment, self._log)
        self.writes = list(_read_log(self._log))
        return done

    def cut(self, image: Path, moment: int, chance: random.Random | None = None) -> None:
        """What the medium has after so many of `writes`; with ``chance`` any part of what was not
        flushed then."""
        shutil.copyfile(self.before, image)
        done = self.writes[:moment]
        flushed = max((number for number, each in enumerate(done) if each.data is None), default=0)
        with open(image, "r+b") as file:
            for number, write in enumerate(done):
                if write.data is None:
                    continue
                if (
                    chance is not None
                    and number > flushed
                    and not write.sure
                    and chance.random() < _LOST
                ):
                    continue
                file.seek(write.offset)
                file.write(write.data)


def mend(kind: str, image: Path) -> str:
    """As a computer does it before it mounts the file system; what that says."""
    said = ""
    for _ in range(4):
        done = subprocess.run(
            [*_MEND[kind], image], check=False, capture_output=True, text=True, errors="replace"
        )
        said += f"{done.returncode}: {done.stdout}{done.stderr}"
        if done.returncode == 0:
            break
    return said


def files_of(place: Path, kind: str, image: Path, target: Path) -> tuple[int, str]:
    """All that is on it, as far as it can be read; ``place``: where it is mounted meanwhile."""
    done = elsewhere(place, kind, image, ["/bin/cp", "-r", f"{place}/.", target])
    for path in target.rglob("*"):
        # As they are on a drive that has no modes, and on one that has.
        if path.is_file() and path.suffix != ".sh":
            path.chmod(0o644)
    return done


def _read_log(path: Path) -> Iterator[Write]:
    with open(path, "rb") as file:
        magic, version, entries, size = struct.unpack_from(_SUPER, file.read(_SECTOR))
        assert (magic, version) == (_MAGIC, 1)
        place = size
        for _ in range(entries):
            file.seek(place)
            sector, sectors, flags, _ = struct.unpack_from(_ENTRY, file.read(size))
            place += size
            if flags & _FLUSH:
                yield Write(0, None)
            if sectors and not flags & _DISCARD:
                data = file.read(sectors * size)
                place += len(data)
                yield Write(sector * size, data, bool(flags & _FUA))
