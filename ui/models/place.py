"""The places that apps can go to: drives, folders, the demo's drive."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.drive.drive import Drive, Volume
from app.drive.filesystem_advice import TOLERATED
from app.drive.safety.obstacles import Obstacle, drive_obstacles, space_obstacles, volume_obstacles
from app.errors import SatchelError
from app.stick.inspecting.overview import Overview
from app.stick.planning.guess import wasted_when_filled


class PlaceKind(Enum):
    """What a place is."""

    DRIVE = "drive"
    FOLDER = "folder"
    DEMO = "demo"


PlaceKey = tuple[object, ...]
"""Tells places apart; see `Place.key`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that apps can go to, now or once something has been done about it.

    Attributes:
        name: what a person calls it.
        drive, volume: the hardware; no volume for a drive without a file system.
        root: the directory to write to; None while there is none.
        overview: what is on it; None until somebody has looked.
        error: why nobody can look.
    """

    kind: PlaceKind
    name: str
    drive: Drive | None = None
    volume: Volume | None = None
    root: Path | None = None
    overview: Overview | None = None
    error: SatchelError | None = None

    @property
    def key(self) -> PlaceKey:
        """The same for one place at two moments; a drive that was pulled out comes back as new."""
        if self.drive is None:
            return self.kind, self.root
        number = self.volume.number if self.volume is not None else None
        return self.drive.device, self.drive.number, self.drive.sequence, number

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """What stands in the way."""
        if self.drive is None:
            return space_obstacles(self.overview.space) if self.overview is not None else ()
        obstacles = [each for each in drive_obstacles(self.drive) if isinstance(each, Obstacle)]
        if self.volume is not None:
            obstacles += volume_obstacles(self.volume)
        if Obstacle.WRITE_PROTECTED in obstacles and Obstacle.READ_ONLY in obstacles:
            obstacles.remove(Obstacle.READ_ONLY)
        return tuple(dict.fromkeys(obstacles))

    @property
    def can_be_written(self) -> bool:
        """Whether apps can go there as it is."""
        forbidden = any(obstacle.forbids for obstacle in self.obstacles)
        return self.root is not None and self.error is None and not forbidden

    @property
    def can_be_mounted(self) -> bool:
        return self.volume is not None and Obstacle.NOT_MOUNTED in self.obstacles

    @property
    def can_be_formatted(self) -> bool:
        return self.drive is not None and self.drive.size > 0 and not self.drive.read_only

    @property
    def size(self) -> int:
        """Bytes of all of it; 0 if unknown."""
        if self.overview is not None:
            return self.overview.space.total
        if self.volume is not None:
            return self.volume.size
        return self.drive.size if self.drive is not None else 0

    @property
    def free(self) -> int | None:
        """Bytes; None if unknown."""
        if self.overview is not None:
            return self.overview.space.free
        return self.volume.free if self.volume is not None else None

    @property
    def cluster(self) -> int | None:
        """Bytes the file system allocates at once; None if unknown."""
        if self.overview is not None:
            return self.overview.space.cluster
        return self.volume.cluster if self.volume is not None else None

    @property
    def wasted(self) -> int:
        """Bytes of what is free that large clusters would waste; 0 if that is not worth a word."""
        if self.free is None or self.cluster is None:
            return 0
        wasted = wasted_when_filled(self.free, self.cluster)
        return wasted if wasted > TOLERATED * self.free else 0


def places_of(drive: Drive) -> list[Place]:
    """One for each file system of a drive; one for the drive where there is none."""
    volumes = [volume for volume in drive.volumes if volume.file_system]
    if not volumes:
        return [Place(PlaceKind.DRIVE, drive.name, drive)]
    return [
        Place(
            PlaceKind.DRIVE,
            volume.label or drive.name,
            drive,
            volume,
            volume.mount_points[0] if volume.mount_points else None,
        )
        for volume in volumes
    ]


def demo_place(root: Path) -> Place:
    """The directory that stands for a drive in the demo."""
    return Place(PlaceKind.DEMO, QCoreApplication.translate("Places", "Demo drive"), root=root)


def folder_place(path: Path) -> Place:
    """A folder, called by its own name."""
    return Place(PlaceKind.FOLDER, path.name or str(path), root=path)
