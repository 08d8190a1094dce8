"""A real FAT32: the kernels that tests run on have none, so another Linux does, as a process.

User-mode Linux sees this computer's files as they are (``hostfs``) and mounts the image as UDisks2
does. It knows no network, and runs on x86 only.
"""

from __future__ import annotations

import os
import random
import shlex
import struct
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.user_mode import FAT_OPTIONS, run_user_mode
from tests.volumes import run

_INIT = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir -p /dev/shm && mount -t tmpfs shm /dev/shm
date --set=@{now} > /dev/null
for module in nls/nls_cp437 nls/nls_ascii nls/nls_utf8 fat/fat fat/vfat; do
    busybox insmod /usr/lib/uml/modules/$(uname -r)/kernel/fs/$module.ko
done
if mount -t vfat -o {options} /dev/ubda {place}; then
    env -i {words} < /dev/null > {said} 2>&1
    echo $? > {status}
    umount {place}
fi
sync
exec {python} -c 'import ctypes; ctypes.CDLL(None).reboot(0x4321fedc)'
"""
_ENTRY = 4


class RealFat:
    """An image with a FAT32 in it, made of the files below ``tree``."""

    def __init__(self, directory: Path, tree: Path, *, megabytes: int = 200) -> None:
        self.directory = directory
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

    def run(
        self, words: Sequence[str | bytes], environment: Mapping[str, str], python: str, now: int
    ) -> tuple[int, str]:
        """A command with the file system mounted at `place`: status and what it said."""
        said, status, init = (self.directory / name for name in ("said", "status", "init"))
        status.unlink(missing_ok=True)
        named = [f"{name}={value}" for name, value in environment.items()]
        init.write_text(
            _INIT.format(
                now=now,
                options=FAT_OPTIONS,
                place=self.place,
                words=shlex.join([*named, *map(os.fsdecode, words)]),
                said=said,
                status=status,
                python=python,
            )
        )
        run_user_mode(init, [f"ubd0={self.image}"], f"{os.getpid()}-{id(self)}")
        return int(status.read_text()), said.read_text(errors="replace")
