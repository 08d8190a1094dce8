"""Which volumes are there, and what has changed since the last look; values only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from pathlib import Path

from msgspec import Struct

from app.drive.drive import Drive


class Mounted(Struct, frozen=True):
    """A volume of a drive, mounted. What was plugged in again, or is mounted elsewhere, is another.

    Attributes:
        label: what a person calls it.
        number, sequence: as `Volume.number` and `Drive.sequence`.
    """

    point: Path
    label: str
    number: int
    sequence: int


class Changes(Struct, frozen=True):
    """What has come, in the order of the drives, and what has gone."""

    come: tuple[Mounted, ...]
    gone: frozenset[Mounted]


def mounted_volumes(drives: Iterable[Drive]) -> tuple[Mounted, ...]:
    """Each at the first place where it is mounted."""
    return tuple(
        Mounted(volume.mount_points[0], volume.label or drive.name, volume.number, drive.sequence)
        for drive in drives
        for volume in drive.volumes
        if volume.mount_points
    )


def changes(known: Set[Mounted], now: Sequence[Mounted]) -> Changes:
    """What there is to do once ``now`` is there instead of ``known``."""
    return Changes(
        come=tuple(volume for volume in now if volume not in known),
        gone=frozenset(known) - frozenset(now),
    )
