"""A drive that nobody has plugged in yet: what a choice would take, and how large one has to be."""

from __future__ import annotations

from pathlib import Path

from app.drive.safety.guard import FileSystemIdentity
from app.drive.space import Space
from app.fs.root import Root
from app.stick.planning.target_state import TargetState
from app.stick.store.location import DEFAULT_REPO, Location

# Of FAT32 and exFAT as drives are sold: who buys one after looking here should not be told later
# that it is too small.
_CLUSTER = 32 * 1024
_NOWHERE = Path("/nonexistent")
_ENDLESS = 2**60
# What a drive has less than it is called: file system, and sellers who round up.
_USABLE = 0.92
_SIZES = tuple(1000**3 * size for size in (2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 2000, 4000))


def imagined_drive() -> TargetState:
    """An empty drive as they are sold, with room for everything."""
    return TargetState(
        location=Location(Root(_NOWHERE), DEFAULT_REPO),
        identity=FileSystemIdentity(0, 0, 0, "", ""),
        space=Space(_NOWHERE, "exfat", _CLUSTER, _ENDLESS, _ENDLESS, None, None, read_only=False),
    )


def smallest_drive(needed: int) -> int:
    """Bytes, as they stand on the package, of the smallest drive that ``needed`` bytes fit on."""
    fitting = (size for size in _SIZES if needed <= size * _USABLE)
    return next(fitting, _SIZES[-1])
