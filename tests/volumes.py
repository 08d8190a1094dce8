"""Drives and file systems made of image files: real block devices, while a test needs them.

Processes that test at the same time take turns: no test sees another's drives, nor finds their
nodes, labels and mount points taken. A run that was killed leaves its loop devices behind; the name
of an image tells whose it was, and `sweep` removes what belongs to nobody any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import re
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from app.drive.mounts import mounts
from tests.waiting import GUARD, until

_MAKE = {
    "ext4": ("mkfs.ext4", "-q", "-F"),
    "exfat": ("mkfs.exfat",),
    "vfat": ("mkfs.vfat", "-F", "32"),
}
_MOUNT = {"ext4": ("mount", "-t", "ext4"), "exfat": ("mount.exfat-fuse",)}
_LABEL = {"ext4": "-L", "exfat": "-n", "vfat": "-n"}
_NAME = "satchel-drive"
_IMAGE = re.compile(rf"/{_NAME}-(\d+)-\d+\.img( \(deleted\))?$")
_TURNS = "/tmp/satchel-tests-drives.lock"
_numbers = itertools.count(1)

# linux/loop.h: struct loop_info64, and what reads and writes it.
_GET_STATUS, _SET_STATUS = 0x4C05, 0x4C04
_INFO_SIZE, _SIZE_LIMIT = 232, 32


def run(*command: str | Path) -> str:
    """The output of a command that has to succeed."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


class _Turn:
    """Whether this process may have drives; as often as it is taken it has to be given back.

    There is this one lock for the whole computer, and it goes with its process: nobody can wait for
    ever, as long as no test that has its turn waits for another process's test.
    """

    def __init__(self) -> None:
        self._times = 0
        self._lock = -1

    def take(self) -> None:
        if not self._times:
            self._lock = os.open(_TURNS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._times += 1

    def give_back(self) -> None:
        self._times -= 1
        if not self._times:
            os.close(self._lock)


turn = _Turn()


class Image:
    """The memory of a drive, in a file: plugged in it is a loop device.

    Attributes:
        device: ``/dev/loop3`` while it is plugged in, else empty.
        sequence: of the last time that it was plugged in (`Drive.sequence`).
    """

    def __init__(self, directory: Path, *, megabytes: int = 48) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.path = directory / f"{_NAME}-{os.getpid()}-{next(_numbers)}.img"
        self.device = ""
        self.sequence = 0
        with open(self.path, "xb") as file:
            file.truncate(megabytes * 1_000_000)

    def fill(self, kind: str, *options: str, label: str = "") -> None:
        """Make a file system (ext4, exfat, vfat) on the whole of it; what was on it is lost."""
        named = (_LABEL[kind], label) if label else ()
        run(*_MAKE[kind], *named, *options, self.path)

    def partition(self, *sizes: str) -> None:
        """A GPT with partitions of these sizes as sfdisk takes them, "+" for all the rest."""
        lines = "".join(f"size={size}\n" for size in sizes)
        subprocess.run(
            ["sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", self.path],
            input=f"label: gpt\n{lines}".encode(),
            check=True,
            capture_output=True,
        )

    def fill_partition(self, number: int, kind: str, *options: str, label: str = "") -> None:
        """Make a file system on a partition; the drive has to be plugged in."""
        named = (_LABEL[kind], label) if label else ()
        run(*_MAKE[kind], *named, *options, f"{self.device}p{number}")

    def plug(self, *, read_only: bool = False) -> str:
        """Make it a device; its node."""
        assert not self.device, "it is plugged in already"
        switch = ("--read-only",) if read_only else ()
        turn.take()
        try:
            self.device = run("losetup", "--find", "--show", "--partscan", *switch, self.path)
        except BaseException:
            turn.give_back()
            raise
        number = Path("/sys/block", Path(self.device).name, "diskseq")
        self.sequence = int(number.read_text()) if number.exists() else 0
        settle()
        return self.device

    def unplug(self) -> None:
        """Take it away, whoever uses it: from now on everything on it fails, as for a real drive.

        What is still open keeps the node until it is closed; what was written before stays.
        """
        device, self.device = self.device, ""
        with contextlib.suppress(OSError), open(device, "rb") as file:
            # A mounted loop device stays whole until it is unmounted. This leaves one sector of it.
            status = bytearray(_INFO_SIZE)
            fcntl.ioctl(file, _GET_STATUS, status)
            struct.pack_into("<Q", status, _SIZE_LIMIT, 512)
            fcntl.ioctl(file, _SET_STATUS, bytes(status))
        _drop(device)
        settle()
        turn.give_back()

    def close(self) -> None:
        if self.device:
            self.unplug()
        self.path.unlink(missing_ok=True)


@contextmanager
def mounted(
    kind: str, directory: Path, *, megabytes: int = 48, options: Sequence[str] = ()
) -> Iterator[Path]:
    """A new ``ext4`` or ``exfat`` (through FUSE) on a loop device, mounted at ``directory``.

    ``options`` are for the program that makes the file system.
    """
    directory.mkdir(parents=True)
    image = Image(directory.parent, megabytes=megabytes)
    try:
        image.fill(kind, *options)
        mount(kind, image.plug(), directory)
        try:
            yield directory
        finally:
            run("umount", directory)
    finally:
        image.close()


@contextmanager
def mounted_tmpfs(directory: Path, *, megabytes: int = 0) -> Iterator[None]:
    """Another file system at ``directory``."""
    options = ("-o", f"size={megabytes}m") if megabytes else ()
    run("mount", "-t", "tmpfs", *options, "tmpfs", directory)
    try:
        yield
    finally:
        run("umount", directory)


def mount(kind: str, device: str, directory: Path) -> None:
    """Mount an ``ext4`` or ``exfat`` without UDisks2."""
    directory.mkdir(parents=True, exist_ok=True)
    run(*_MOUNT[kind], device, directory)


def settle() -> None:
    """Wait until udev, if it runs, knows what is there now: nodes and numbers are used again."""
    control = Path("/run/udev/control")
    command = ["udevadm", "settle", f"--timeout={GUARD:.0f}"]

    def settled() -> bool:
        # It cannot watch the queue while other test runs have all inotify instances.
        done = subprocess.run(command, check=False, capture_output=True)
        return done.returncode == 0 or not control.exists()

    if control.exists():
        until(settled)


def sweep() -> None:
    """Remove the loop devices and mounts of test runs that are no more."""
    for entry in Path("/sys/block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):
            image = _IMAGE.search(entry.read_text().rstrip("\n"))
            if image and not psutil.pid_exists(int(image[1])):
                _drop(f"/dev/{entry.parts[3]}")


def _drop(device: str) -> None:
    """Unmount a loop device and its partitions wherever they are mounted, and detach it."""
    for mount in reversed(mounts()):
        if re.fullmatch(rf"{device}(p\d+)?", mount.source):
            command = ["umount", "--lazy", str(mount.point)]
            subprocess.run(command, check=False, capture_output=True)
    subprocess.run(["swapoff", device], check=False, capture_output=True)
    subprocess.run(["losetup", "--detach", device], check=False, capture_output=True)
