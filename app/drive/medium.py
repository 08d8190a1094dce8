"""Is a directory on a medium that can be carried away?"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from app.drive.space import mounted_device

_SYS_BLOCK = Path("/sys/dev/block")


def is_removable(path: Path) -> bool:
    """Whether ``path`` lies on removable media or on a drive attached by USB, as sysfs tells.

    False where that cannot be found out, as on network and overlay file systems.
    """
    device = block_device(path)
    link = _SYS_BLOCK / f"{os.major(device)}:{os.minor(device)}"
    try:
        block = link.resolve(strict=True)
    except OSError:
        return False
    if "/usb" in str(block):
        return True
    for place in (block, block.parent):
        try:
            return (place / "removable").read_text().strip() == "1"
        except OSError:
            continue
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
