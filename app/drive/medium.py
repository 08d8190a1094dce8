"""Is a directory on a medium that can be carried away? Why: decision D6."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from app.drive.discovery.block_devices import SYS, can_be_carried
from app.drive.space import mounted_device


def is_removable(path: Path) -> bool:
    """Whether ``path`` lies on a drive that is made to be carried away, see `can_be_carried`.

    False where that cannot be found out, as on network and overlay file systems.
    """
    device = block_device(path)
    link = SYS / "dev/block" / f"{os.major(device)}:{os.minor(device)}"
    try:
        return can_be_carried(link.resolve(strict=True))
    except OSError:
        return False


def block_device(path: Path) -> int:
    """The number of the block device below a file system; some, as FUSE's, hide it."""
    device = os.stat(path).st_dev
    if os.major(device) != 0:
        return device
    try:
        status = os.stat(mounted_device(path))
    except OSError:
        return device
    return status.st_rdev if stat.S_ISBLK(status.st_mode) else device
