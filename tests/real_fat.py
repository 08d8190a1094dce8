"""A real FAT32: the kernels that tests run on have none, so another Linux mounts it."""

from __future__ import annotations

import random
import struct
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.user_mode import elsewhere
from tests.volumes import run

_ENTRY = 4


class RealFat:
    """An image with a FAT32 in it, made of the files below ``tree``."""

    def __init__(self, directory: Path, tree: Path, *, megabytes: int = 200) -> None:
        self.place = directory / "mounted"
        self.place.mkdir(parents=True)
        self.image = directory / "fat.img"
        with open(self.image, "xb") as file:
            file.truncate(megabytes * 1_000_000)
        run("mkfs.vfat", "-F", "32", "-n", "STICK", self.image)
        run("mcopy", "-s", "-Q", "-i", self.image, *sorted(tree.iterdir()), "::")

    def damage(self, seed: int) -> None:
        """Files and directories as a stick has them that was pulled out while it was written."""
        chance = random.Random(seed)
        with open(self.image, "r+b") as file:
            boot = file.read(512)
            sector, reserved = struct.unpack_from("<H", boot, 11)[0], boot[14] | boot[15] << 8
            cluster, fats = boot[13] * sector, boot[16]
            (length,) = struct.unpack_from("<I", boot, 36)
            start = (reserved + fats * length) * sector
            # The first are of the top directories.
            for _ in range(8):
                file.seek(start + chance.randrange(20, 500) * cluster + chance.randrange(4) * 128)
                file.write(chance.randbytes(128))
            for _ in range(6):
                entry = chance.randrange(20, 500) * _ENTRY
                value = chance.choice((0, 0x0FFFFFFF))
                for number in range(fats):
                    file.seek((reserved + number * length) * sector + entry)
                    file.write(struct.pack("<I", value))

    def mend(self) -> bool:
        """As people do it; whether ``fsck.fat`` comes to an end."""
        for _ in range(4):
            done = subprocess.run(
                ["fsck.fat", "-a", "-w", self.image], check=False, capture_output=True
            )
            if done.returncode == 0:
                return True
        return False

    def run(self, words: Sequence[str | bytes], environment: Mapping[str, str]) -> tuple[int, str]:
        """A command with the file system mounted at `place`: status and what it said."""
        return elsewhere(self.place, "vfat", self.image, words, environment)
