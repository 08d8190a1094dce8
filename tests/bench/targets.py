"""Where the upstream is put: empty folders, on a file system of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.processes import MB, call


def unmount(mount: Path) -> None:
    # Something that was killed may take a moment to let go of its files.
    if subprocess.run(["umount", mount], check=False).returncode:
        subprocess.run(["umount", "--lazy", mount], check=True)


def remove_leftovers(work: Path) -> None:
    """Clears up after a run that was killed outright."""
    for folder in work.glob("*target-*"):
        if (folder / "mount").is_mount():
            unmount(folder / "mount")
        shutil.rmtree(folder)


@contextlib.contextmanager
def target_folder(work: Path, image_gb: float | None, prefix: str = "target-") -> Iterator[Path]:
    """An empty folder for the targets: on a mounted image of that size, or in the work folder."""
    with tempfile.TemporaryDirectory(prefix=prefix, dir=work) as name:
        folder = Path(name)
        if image_gb is None:
            yield folder
            return
        image, mount = folder / "image", folder / "mount"
        with image.open("wb") as file:
            file.truncate(int(image_gb * 1000) * MB)
        # Written out now, not by the kernel in the background of the first runs.
        call("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
        mount.mkdir()
        call("mount", "-o", "loop", str(image), str(mount))
        try:
            (mount / "lost+found").rmdir()
            yield mount
        finally:
            unmount(mount)


_MEMORY = Path("/dev/shm")


@contextlib.contextmanager
def memory_folder(image_gb: float | None) -> Iterator[Path | None]:
    """As `target_folder`, on an image in memory, where it is not the drive that is waited for; None
    if there is no room for it."""
    if image_gb is None or shutil.disk_usage(_MEMORY).free < image_gb * 1000 * MB:
        yield None
        return
    remove_leftovers(_MEMORY)
    with target_folder(_MEMORY, image_gb, "satchel-bench-target-") as folder:
        yield folder


_THROTTLE = Path("/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device")
"""Of the first version of control groups. In the second, nothing bounds what the kernel writes
later of what a process has written before."""


@contextlib.contextmanager
def slowed_folder(work: Path, image_gb: float, rate: int) -> Iterator[Path | None]:
    """As `target_folder`, on a device that takes so many bytes a second; None if there is none."""
    if os.geteuid() != 0 or not _THROTTLE.exists():
        yield None
        return
    with target_folder(work, image_gb) as folder:
        number = os.stat(folder).st_dev
        device = f"{os.major(number)}:{os.minor(number)}"
        _THROTTLE.write_text(f"{device} {rate}")
        try:
            yield folder
        finally:
            _THROTTLE.write_text(f"{device} 0")


def empty(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)
    os.sync()


def drop_caches() -> None:
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")
