"""How it stands with the drives, as values."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from app.drive.drive import Drive
from app.drive.udisks.ejecting import Removal
from app.errors import SatchelError
from app.progress import Notice
from ui.models.place import Place


class DriveState(Enum):
    """What is going on."""

    LOOKING = "looking"
    """Nobody has looked for drives yet, and there is nothing else to choose."""
    NO_DRIVE = "no drive"
    """There is nothing to choose."""
    CHOOSING = "choosing"
    """There are places, and none is chosen."""
    CHOSEN = "chosen"
    UNPLUGGED = "unplugged"
    """The chosen drive was pulled out, and is chosen again when it comes back."""
    WAITING = "waiting"
    """Something is to be done to a drive, once nobody reads from it any more."""
    MOUNTING = "mounting"
    EJECTING = "ejecting"
    RENAMING = "renaming"
    ERASING = "erasing"
    """The person is asked, and if they say so the drive is erased."""
    SETTLING = "settling"
    """It is done, and how the drive is now is not known yet."""


RESTING = frozenset(
    {
        DriveState.LOOKING,
        DriveState.NO_DRIVE,
        DriveState.CHOOSING,
        DriveState.CHOSEN,
        DriveState.UNPLUGGED,
    }
)
NEXT = {
    **dict.fromkeys(RESTING, RESTING | {DriveState.WAITING}),
    DriveState.WAITING: {
        DriveState.MOUNTING,
        DriveState.EJECTING,
        DriveState.RENAMING,
        DriveState.ERASING,
    },
    DriveState.MOUNTING: {DriveState.SETTLING},
    DriveState.EJECTING: {DriveState.SETTLING},
    DriveState.RENAMING: {DriveState.SETTLING},
    DriveState.ERASING: {DriveState.SETTLING},
    DriveState.SETTLING: RESTING,
}
"""What may follow."""


class Operation(Struct, frozen=True):
    """Something that is done to a drive.

    Attributes:
        state: the one it is done in: MOUNTING, EJECTING, RENAMING or ERASING.
        place: the place as it was when it began.
        drive: its drive.
        name: the new one, where it is renamed.
    """

    state: DriveState
    place: Place
    drive: Drive
    name: str = ""


class Ejection(Struct, frozen=True):
    """A drive was ejected: its name, and whether it is switched off."""

    name: str
    removal: Removal


class LostTarget(Struct, frozen=True):
    """What was chosen can no longer be written to, and nobody here is to blame.

    Attributes:
        name: what a person calls it.
        plugged_in: it is still there, but another program has let go of it.
        others: how many that were chosen beside it stay chosen.
    """

    name: str
    plugged_in: bool
    others: int = 0


class DriveView(Struct, frozen=True):
    """Everything there is to draw.

    Attributes:
        places: in their order; none while there is nothing to choose.
        chosen: one of them, or None.
        others: those that are chosen beside it.
        operation: what is done to a drive now; nothing else can be done meanwhile.
        goes_on: an interrupted job is about to go on.
        problem: why drives cannot be looked for.
        notices: what this computer lacks for dealing with drives.
    """

    state: DriveState
    places: tuple[Place, ...] = ()
    chosen: Place | None = None
    others: tuple[Place, ...] = ()
    operation: Operation | None = None
    goes_on: bool = False
    problem: SatchelError | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def all_chosen(self) -> tuple[Place, ...]:
        return (self.chosen, *self.others) if self.chosen is not None else ()
