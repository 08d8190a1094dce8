"""The places that apps can go to: drives, folders, the demo's drive."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from app.drive.drive import Drive, Volume
from app.drive.recognition import volume_key
from app.drive.safety.obstacles import Obstacle, drive_obstacles, space_obstacles, volume_obstacles
from app.drive.udisks.renaming import can_be_renamed
from app.errors import SatchelError
from app.stick.inspecting.overview import Overview
from app.stick.memory.unfinished_jobs import UnfinishedJob
from app.stick.planning.duration import Expected
from ui.i18n.drive_names import volume_name


class PlaceKind(Enum):
    """What a place is."""

    DRIVE = "drive"
    FOLDER = "folder"
    DEMO = "demo"


PlaceKey = tuple[object, ...]
"""Tells places apart; see `Place.key`."""


class Unfinished(Struct, frozen=True):
    """A job of this computer that was interrupted there.

    Attributes:
        here: how many of the refs it was asked for are on the drive.
        left, kept: bytes that are still to be written, and that are there already; None if that
            cannot be told now.
        expected: how long that takes, if it was measured.
    """

    job: UnfinishedJob
    here: int = 0
    left: int | None = None
    kept: int | None = None
    expected: Expected | None = None


class Place(Struct, frozen=True):
    """Somewhere that apps can go to, now or once something has been done about it.

    Attributes:
        name: what a person calls it.
        drive, volume: the hardware; no volume for a drive without a file system.
        root: the directory to write to; None while there is none.
        overview: what is on it; None until somebody has looked.
        error: why nobody can look.
        trouble: why what was done to it last did not work.
        unfinished: a job that can go on there.
    """

    kind: PlaceKind
    name: str
    drive: Drive | None = None
    volume: Volume | None = None
    root: Path | None = None
    overview: Overview | None = None
    error: SatchelError | None = None
    trouble: SatchelError | None = None
    unfinished: Unfinished | None = None

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
        elif self.drive.volumes:
            # Partitions with nothing on them that this computer knows.
            obstacles.append(Obstacle.NOT_FORMATTED)
        if Obstacle.WRITE_PROTECTED in obstacles and Obstacle.READ_ONLY in obstacles:
            obstacles.remove(Obstacle.READ_ONLY)
        return tuple(dict.fromkeys(obstacles))

    @property
    def can_be_written(self) -> bool:
        """Whether apps can go there as it is."""
        forbidden = any(obstacle.forbids for obstacle in self.obstacles)
        return self.root is not None and self.error is None and not forbidden

    @property
    def is_usable(self) -> bool:
        """Whether apps can go there, once it has been made ready if it is not."""
        obstacles = (each for each in self.obstacles if each is not Obstacle.NOT_MOUNTED)
        return self.error is None and not any(obstacle.forbids for obstacle in obstacles)

    @property
    def can_be_mounted(self) -> bool:
        return self.volume is not None and Obstacle.NOT_MOUNTED in self.obstacles

    @property
    def is_interrupted(self) -> bool:
        """A job was begun there, by whatever computer, and has not ended."""
        return self.overview is not None and self.overview.interrupted

    @property
    def can_go_on(self) -> bool:
        """Whether it is known here what the interrupted job was to do."""
        return self.is_interrupted and self.unfinished is not None and self.can_be_written

    @property
    def memory_key(self) -> str:
        """What it is called in this computer's memory; empty if it cannot be recognised."""
        if self.drive is None:
            return str(self.root)
        return volume_key(self.volume) if self.volume is not None else ""

    @property
    def can_be_renamed(self) -> bool:
        protected = self.drive is None or self.drive.read_only
        return self.volume is not None and can_be_renamed(self.volume) and not protected

    @property
    def can_be_erased(self) -> bool:
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


def places_of(drive: Drive) -> list[Place]:
    """One for each file system of a drive; one for the drive where there is none."""
    volumes = [volume for volume in drive.volumes if volume.file_system]
    if not volumes:
        return [Place(PlaceKind.DRIVE, volume_name(drive, None), drive)]
    return [
        Place(
            PlaceKind.DRIVE,
            volume_name(drive, volume),
            drive,
            volume,
            volume.mount_points[0] if volume.mount_points else None,
        )
        for volume in volumes
    ]


def fillable(places: Iterable[Place]) -> list[Place]:
    """The drives that can be used, with the first file system of each that can."""
    usable: dict[str, Place] = {}
    for place in places:
        if place.kind is PlaceKind.DRIVE and place.drive is not None and place.is_usable:
            usable.setdefault(place.drive.device, place)
    return list(usable.values())


def demo_place(root: Path) -> Place:
    """The directory that stands for a drive in the demo."""
    return Place(PlaceKind.DEMO, QCoreApplication.translate("Places", "Demo drive"), root=root)


def folder_place(path: Path) -> Place:
    """A folder, called by its own name."""
    return Place(PlaceKind.FOLDER, path.name or str(path), root=path)


def other_places(
    drives: Iterable[Drive], folders: Iterable[Path], here: Path | None
) -> tuple[Place, ...]:
    """Those on these drives, and these folders; without the one at ``here``."""
    places = [place for drive in drives for place in places_of(drive)]
    places += [folder_place(path) for path in folders]
    return tuple(place for place in places if place.root is None or place.root != here)
