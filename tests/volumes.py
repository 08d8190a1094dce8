"""Real file systems in image files, mounted while a test looks at them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_MAKE = {"ext4": ("mkfs.ext4", "-q", "-F"), "exfat": ("mkfs.exfat",)}
_MOUNT = {"ext4": ("mount", "-t", "ext4"), "exfat": ("mount.exfat-fuse",)}


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


@contextmanager
def mounted(
    kind: str, directory: Path, *, megabytes: int = 48, options: Sequence[str] = ()
) -> Iterator[Path]:
    """A new ``ext4`` or ``exfat`` (through FUSE) on a loop device, mounted at ``directory``.

    ``options`` are for the program that makes the file system.
    """
    directory.mkdir(parents=True)
    image = directory.with_name(f"{directory.name}.img")
    with open(image, "wb") as file:
        file.truncate(megabytes * 1_000_000)
    _run(*_MAKE[kind], *options, image)
    device = _run("losetup", "--find", "--show", image)
    try:
        _run(*_MOUNT[kind], device, directory)
        try:
            yield directory
        finally:
            _run("umount", directory)
    finally:
        _run("losetup", "--detach", device)
        image.unlink()
