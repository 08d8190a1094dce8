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
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from app.drive.mounts import unescaped
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
TURNS = Path("/tmp/satchel-tests-drives.lock")
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


class Turn:
    """Whether this process may have drives; as often as it is taken it has to be given back.

    There is one lock for the whole computer, and it goes with its process. It says who has it.
    """

    def __init__(self, path: Path, patience: float = GUARD) -> None:
        """``patience``: seconds after which whoever waits says for whom."""
        self._path = path
        self._patience = patience
        self._times = 0
        self._lock = -1

    def take(self) -> None:
        """Raises AssertionError, with who has it, if nobody gives it back."""
        if not self._times:
            self._lock = self._taken()
            name = f"{os.getpid()} {os.environ.get('PYTEST_CURRENT_TEST', '')}".encode()
            os.pwrite(self._lock, name, 0)
            os.ftruncate(self._lock, len(name))
        self._times += 1

    def give_back(self) -> None:
        self._times -= 1
        if not self._times:
            _release(self._lock)

    @contextmanager
    def held(self) -> Iterator[None]:
        self.take()
        try:
            yield
        finally:
            self.give_back()

    def _taken(self) -> int:
        lock = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait(lock)
        return lock

    def _wait(self, lock: int) -> None:
        """In the order in which they came, which the kernel keeps."""
        mine, decided, given_up = threading.Event(), threading.Lock(), threading.Event()

        def wait() -> None:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with decided:
                mine.set()
                if given_up.is_set():
                    _release(lock)

        threading.Thread(target=wait, daemon=True).start()
        if mine.wait(self._patience):
            return
        with decided:
            if mine.is_set():
                return
            given_up.set()
        raise AssertionError(f"after {self._patience} s drives are still for {_holder(lock)}")


def _release(lock: int) -> None:
    # A process that was forked meanwhile, and runs nothing else, has the descriptor as well.
    fcntl.flock(lock, fcntl.LOCK_UN)
    os.close(lock)


def _holder(lock: int) -> str:
    number, _, test = os.pread(lock, 4096, 0).decode(errors="replace").partition(" ")
    try:
        state: str = psutil.Process(int(number)).status()
    except (psutil.Error, ValueError):
        state = "ended"
    return f"process {number} ({state}): {test}"


turn = Turn(TURNS)


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
        try:
            _drop(device)
            settle()
        finally:
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
    for device, process in _plugged_in():
        if not psutil.pid_exists(process):
            _drop(device)


def leave_drives(process: int) -> None:
    """Unmount the tests' drives in the mount namespace that this process has made for itself.

    It began with a copy of all mounts, and nobody could format or release those drives meanwhile.
    """
    for device, _ in _plugged_in():
        _unmount(device, process)


def _plugged_in() -> Iterator[tuple[str, int]]:
    """The nodes of all tests' drives, and whose they are."""
    for entry in Path("/sys/block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):
            image = _IMAGE.search(entry.read_text().rstrip("\n"))
            if image:
                yield f"/dev/{entry.parts[3]}", int(image[1])


def _drop(device: str) -> None:
    """Unmount a loop device and its partitions wherever they are mounted, and detach it."""
    for process in _namespaces():
        _unmount(device, process)
    subprocess.run(["swapoff", device], check=False, capture_output=True)
    subprocess.run(["losetup", "--detach", device], check=False, capture_output=True)


def _namespaces() -> list[int]:
    """A process in each mount namespace: this one first, so that nobody takes a copy any more."""
    found = {os.readlink("/proc/self/ns/mnt"): os.getpid()}
    for process in psutil.pids():
        with contextlib.suppress(OSError):
            found.setdefault(os.readlink(f"/proc/{process}/ns/mnt"), process)
    return list(found.values())


def _unmount(device: str, process: int) -> None:
    """A loop device and its partitions, in the mount namespace of this process."""
    # `man 5 proc_pid_mountinfo`
    mount = re.compile(rf"(?:\S+ ){{4}}(\S+) .* - \S+ {device}(?:p\d+)? ")
    with contextlib.suppress(OSError):
        table = Path(f"/proc/{process}/mountinfo").read_bytes().decode(errors="surrogateescape")
        for mounted in filter(None, map(mount.match, reversed(table.splitlines()))):
            point = unescaped(os.fsencode(mounted[1]))
            command = ["nsenter", f"--mount=/proc/{process}/ns/mnt", "umount", "--lazy", point]
            subprocess.run(command, check=False, capture_output=True)
