"""Which drive the apps go to, and what is done to drives: decides, and draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.drive.drive import Drive, Volume
from app.drive.udisks.ejecting import Ejected, Removal, eject
from app.drive.udisks.mounting import Mounted, mount
from app.errors import SatchelError
from app.progress import CancelToken, Notice, Reporter
from ui.controllers.place_overviews import PlaceOverviews
from ui.models.place import Place, PlaceKey, demo_place, folder_place, places_of
from ui.state.drives import is_same
from ui.state.session import Session, Target
from ui.tasks.bridge import Bridge


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
    """The chosen drive was pulled out, and nothing was chosen since."""
    WAITING = "waiting"
    """Something is to be done to a drive, once nobody reads from it any more."""
    MOUNTING = "mounting"
    EJECTING = "ejecting"
    FORMATTING = "formatting"
    """The person is asked, and if they say so the drive is formatted."""
    SETTLING = "settling"
    """It is done, and how the drive is now is not known yet."""


_RESTING = frozenset(
    {
        DriveState.LOOKING,
        DriveState.NO_DRIVE,
        DriveState.CHOOSING,
        DriveState.CHOSEN,
        DriveState.UNPLUGGED,
    }
)
_NEXT = {
    **dict.fromkeys(_RESTING, _RESTING),
    DriveState.CHOSEN: _RESTING | {DriveState.WAITING},
    DriveState.WAITING: {DriveState.MOUNTING, DriveState.EJECTING, DriveState.FORMATTING},
    DriveState.MOUNTING: {DriveState.SETTLING},
    DriveState.EJECTING: {DriveState.SETTLING},
    DriveState.FORMATTING: {DriveState.SETTLING},
    DriveState.SETTLING: _RESTING,
}
"""What may follow."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is done to a drive.

    Attributes:
        state: the one it is done in: MOUNTING, EJECTING or FORMATTING.
        place: the chosen place as it was when it began.
        drive: its drive.
    """

    state: DriveState
    place: Place
    drive: Drive


@dataclass(frozen=True, slots=True)
class Ejection:
    """A drive was ejected: its name, and whether it is switched off."""

    name: str
    removal: Removal


@dataclass(frozen=True, slots=True)
class LostTarget:
    """What was chosen can no longer be written to, and nobody here is to blame.

    Attributes:
        name: what a person calls it.
        plugged_in: it is still there, but was unmounted.
    """

    name: str
    plugged_in: bool


@dataclass(frozen=True, slots=True)
class DriveView:
    """Everything there is to draw.

    Attributes:
        places: in their order; none while there is nothing to choose.
        chosen: one of them, or None.
        operation: what is done to a drive now; nothing else can be done meanwhile.
        result: what the last operation came to, until the person goes on: an `Ejection`, or why
            it could not be done.
        problem: why drives cannot be looked for.
        notices: what this computer lacks for dealing with drives.
    """

    state: DriveState
    places: tuple[Place, ...] = ()
    chosen: Place | None = None
    operation: Operation | None = None
    result: Ejection | SatchelError | None = None
    problem: SatchelError | None = None
    notices: tuple[Notice, ...] = ()


class DriveController(QObject):
    """Keeps the session's target what the person chose, as long as that is there.

    Signals:
        changed(object): the `DriveView` to draw now.
        target_lost(object): a `LostTarget`, to be told.
        format_wanted(object): the `Operation`: ask whether the drive is meant, format it, and call
            `end_format`.
        format_drive_gone(): the drive that is asked about was pulled out.
    """

    changed = Signal(object)
    target_lost = Signal(object)
    format_wanted = Signal(object)
    format_drive_gone = Signal()

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._overviews = PlaceOverviews(session, bridge, self)
        self._state = DriveState.LOOKING
        self._places: tuple[Place, ...] = ()
        self._folders: list[Path] = []
        self._chosen: PlaceKey | None = None
        self._operation: Operation | None = None
        self._result: Ejection | SatchelError | None = None
        self._awaited_root: Path | None = None
        self._shown = False
        self._overviews.changed.connect(self._sync)
        self._overviews.ended.connect(self._begin)
        session.drives.changed.connect(self._sync)
        session.drives.refreshed.connect(self._settled)
        session.target_changed.connect(self._follow_target)
        session.remotes_changed.connect(self._read_again)
        demo = session.environment.demo_drive
        if demo is not None:
            session.set_target(Target(demo, demo_place(demo).name))
        self._sync()

    @property
    def view(self) -> DriveView:
        """How it is now."""
        drives = self._session.drives
        return DriveView(
            state=self._state,
            places=self._places,
            chosen=self._chosen_place,
            operation=self._operation,
            result=self._result,
            problem=drives.problem,
            notices=drives.notices,
        )

    @property
    def complete(self) -> bool:
        """Whether apps can be written to what is chosen."""
        if self._session.target is None:
            return False
        place = self._chosen_place
        return place is None or place.can_be_written

    # What the person does

    def enter(self) -> None:
        """Drives are looked at now. The space on them changes all the time, and the target may
        have gone after its job."""
        self._shown = True
        self._result = None
        self._session.drives.refresh()
        self._read_again()
        self._tell()

    def leave(self) -> None:
        """They are no longer looked at."""
        self._shown = False

    def choose(self, key: PlaceKey) -> None:
        """One of the places."""
        self._result = None
        self._session.set_notice("")
        self._awaited_root = None
        self._chosen = key
        self._keep_target()
        self._rest()
        self._tell()

    def choose_folder(self, path: Path) -> None:
        """A place that the person knows."""
        self._add_folder(path)
        self._chosen = folder_place(path).key
        self._sync()

    def mount(self) -> None:
        """The chosen place; then it is the target."""
        place = self._chosen_place
        if place is not None and place.volume is not None:
            self._hold(DriveState.MOUNTING, place)

    def eject(self) -> None:
        """The drive of the chosen place."""
        self._hold(DriveState.EJECTING, self._chosen_place)

    def format(self) -> None:
        """Ask about the drive of the chosen place."""
        self._hold(DriveState.FORMATTING, self._chosen_place)

    def end_format(self, mount_point: Path | None) -> None:
        """The person was asked; ``mount_point``: it was formatted and is mounted there."""
        self._awaited_root = mount_point
        self._settle(None)

    # What there is

    def _sync(self) -> None:
        """Places as drives, folders and overviews are now; and what follows for the target."""
        self._places = self._gathered()
        if self._awaited_root is not None:
            for place in self._places:
                if place.root == self._awaited_root:
                    self._chosen, self._awaited_root = place.key, None
                    break
        self._overviews.read(self._readable())
        self._keep_target()
        self._rest()
        self._tell()
        if self._state is DriveState.FORMATTING and not self._is_plugged_in(self._operation):
            self.format_drive_gone.emit()

    def _gathered(self) -> tuple[Place, ...]:
        demo = self._session.environment.demo_drive
        places = [demo_place(demo)] if demo is not None else []
        for drive in self._session.drives.drives:
            places += places_of(drive)
        places += map(folder_place, self._folders)
        return tuple(map(self._overviews.described, places))

    def _is_plugged_in(self, operation: Operation | None) -> bool:
        return operation is not None and self._session.drives.find(operation.drive) is not None

    def _readable(self) -> list[Place]:
        """Those that somebody may look at."""
        return [place for place in self._places if not self._is_held(place.drive)]

    def _read_again(self) -> None:
        self._overviews.read_again(self._readable())

    def _add_folder(self, path: Path) -> None:
        if path not in self._folders:
            self._folders.append(path)

    @property
    def _chosen_place(self) -> Place | None:
        return next((place for place in self._places if place.key == self._chosen), None)

    def _tell(self) -> None:
        self.changed.emit(self.view)

    # The state

    def _enter(self, state: DriveState) -> None:
        """The only place where the state changes."""
        assert state in _NEXT[self._state], (self._state, state)
        self._state = state

    def _rest(self) -> None:
        """The state that follows from what there is, while nothing is done to a drive."""
        if self._operation is not None:
            return
        if self._chosen_place is not None:
            self._enter(DriveState.CHOSEN)
        elif self._state is DriveState.UNPLUGGED:
            # Until something is chosen, also after the drive has come back.
            return
        elif self._places:
            self._enter(DriveState.CHOOSING)
        elif self._session.drives.looking:
            self._enter(DriveState.LOOKING)
        else:
            self._enter(DriveState.NO_DRIVE)

    # The target

    def _keep_target(self) -> None:
        """The session's target is the chosen place, as long as that is there."""
        session = self._session
        under_way = self._bridge.guarded or session.outcome is not None
        if under_way and not self._shown:
            # The job tells by itself what has become of the drive, and after it people eject it.
            return
        place = self._chosen_place
        before = session.target
        if place is not None and place.root is not None and not self._is_held(place.drive):
            if before is None or not _is_target(before, place):
                session.set_target(Target(place.root, place.name, place.drive, place.volume))
        elif before is not None:
            session.set_target(None)
            self._lose(before)
        if place is None:
            self._chosen = None

    def _lose(self, target: Target) -> None:
        """Tell it, unless the person chose another place, or had something done to it."""
        if self._is_held(target.drive) or any(_is_target(target, each) for each in self._places):
            return
        drive = target.drive
        plugged_in = drive is not None and self._session.drives.find(drive) is not None
        if not plugged_in and self._operation is None:
            self._enter(DriveState.UNPLUGGED)
        self.target_lost.emit(LostTarget(target.name, plugged_in))

    def _follow_target(self) -> None:
        """Somebody else has chosen a target, or that there is none any more."""
        target = self._session.target
        if target is None:
            place = self._chosen_place
            if place is not None and place.root is not None and not self._is_held(place.drive):
                self._chosen = None
                self._sync()
            return
        if target.drive is None and target.root != self._session.environment.demo_drive:
            self._add_folder(target.root)
        key = next((each.key for each in self._gathered() if _is_target(target, each)), None)
        if key is not None and key != self._chosen:
            self._chosen = key
            self._sync()

    # What is done to drives

    def _is_held(self, drive: Drive | None) -> bool:
        """Something is done to it, and nobody should look at it."""
        operation = self._operation
        return operation is not None and drive is not None and is_same(operation.drive, drive)

    def _hold(self, state: DriveState, place: Place | None) -> None:
        """Do something to a drive, once nobody reads from it any more."""
        if self._operation is not None or place is None or place.drive is None:
            return
        self._operation = Operation(state, place, place.drive)
        self._result = None
        self._enter(DriveState.WAITING)
        # Others let go of it, too.
        self._overviews.read(self._readable())
        self._keep_target()
        self._tell()
        self._begin()

    def _begin(self) -> None:
        operation = self._operation
        if self._state is not DriveState.WAITING or operation is None:
            return
        # Only this drive: another may be failing, and take long to answer.
        if self._overviews.is_reading(operation.drive):
            return
        self._enter(operation.state)
        self._tell()
        run = partial(self._bridge.run, failed=self._settle)
        volume = operation.place.volume
        if operation.state is DriveState.MOUNTING and volume is not None:
            run(partial(_mount, volume), done=self._mounted)
        elif operation.state is DriveState.EJECTING:
            run(partial(_eject, operation.drive), done=self._ejected)
        else:
            self.format_wanted.emit(operation)

    def _mounted(self, mounted: Mounted) -> None:
        self._awaited_root = mounted.path
        self._settle(None)

    def _ejected(self, ejected: Ejected) -> None:
        operation = self._operation
        assert operation is not None
        self._settle(Ejection(operation.drive.name, ejected.removal))

    def _settle(self, result: Ejection | SatchelError | None) -> None:
        """It is done. What is known of the drive is out of date until the next look."""
        self._result = result
        self._enter(DriveState.SETTLING)
        self._tell()
        self._session.drives.refresh()

    def _settled(self) -> None:
        if self._state is DriveState.SETTLING:
            self._operation = None
            self._sync()


def _is_target(target: Target, place: Place) -> bool:
    if target.root != place.root or (target.drive is None) != (place.drive is None):
        return False
    if target.drive is None or place.drive is None:
        return True
    now = place.volume
    return (
        is_same(target.drive, place.drive)
        and target.volume is not None
        and now is not None
        and (target.volume.number, target.volume.uuid) == (now.number, now.uuid)
    )


def _mount(volume: Volume, _report: Reporter, _cancel: CancelToken) -> Mounted:
    return mount(volume)


def _eject(drive: Drive, _report: Reporter, _cancel: CancelToken) -> Ejected:
    return eject(drive)
