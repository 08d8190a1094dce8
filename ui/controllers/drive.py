"""Which drive the apps go to, and what is done to drives: decides, and draws nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.drive.drive import Drive
from app.drive.recognition import LastingIdentity
from app.drive.udisks.ejecting import Ejected
from app.drive.udisks.mounting import Mounted
from app.errors import SatchelError
from ui.controllers.chosen_places import ChosenPlaces
from ui.controllers.drive_view import NEXT, DriveState, DriveView, Ejection, LostTarget, Operation
from ui.controllers.drive_work import eject_drive, mount_volume, mounted_at, rename_volume
from ui.controllers.gathering import PlaceGathering
from ui.controllers.resumption import Resumption, choice_of
from ui.models.place import Place, PlaceKey, demo_place, fillable, folder_place
from ui.models.targets import is_target, keys_of, targets_at, was_at
from ui.state.drives import is_same
from ui.state.session import Session, Target
from ui.tasks.bridge import Bridge


class DriveController(QObject):
    """Keeps the session's target what is chosen, as long as that is there.

    Of drives it chooses itself what can be told: the only one that can be used, the one with an
    unfinished job of this computer, the one that was pulled out and is back. What is chosen is made
    ready without a word.

    Signals:
        changed(object): the `DriveView` to draw now.
        target_lost(object): a `LostTarget`, to be told.
        ejected(object): an `Ejection`, to be told.
        erase_wanted(object): the `Operation`: ask whether the drive is meant, erase it, and call
            `end_erase`.
        erase_drive_gone(): the drive that is asked about was pulled out.
        gone_on(): an interrupted job goes on: what is chosen is approved.
        not_gone_on(): it cannot just now; planned again, it is told why.
    """

    changed = Signal(object)
    target_lost = Signal(object)
    ejected = Signal(object)
    erase_wanted = Signal(object)
    erase_drive_gone = Signal()
    gone_on = Signal()
    not_gone_on = Signal()

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._gathering = PlaceGathering(session, bridge, self)
        self._resumption = Resumption(session, bridge, self)
        self._state = DriveState.LOOKING
        self._places: tuple[Place, ...] = ()
        self._chosen = ChosenPlaces(session, self._gathering)
        self._operation: Operation | None = None
        self._shown = False
        self._was_guarded = self._keeping = False
        self._gathering.changed.connect(self._sync)
        self._gathering.ended.connect(self._begin)
        self._resumption.changed.connect(self._tell)
        self._resumption.approved.connect(self.gone_on)
        self._resumption.failed.connect(self._tell_it_does_not_go_on)
        session.drives.changed.connect(self._sync)
        session.drives.refreshed.connect(self._settled)
        session.targets_changed.connect(self._follow_target)
        session.remotes_changed.connect(self._read_again)
        bridge.changed.connect(self._follow_job)
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
            others=self._others,
            operation=self._operation,
            goes_on=self._resumption.under_way,
            problem=drives.problem,
            notices=drives.notices,
        )

    @property
    def complete(self) -> bool:
        """Whether apps can be written to all that is chosen."""
        if len(self._session.targets) <= len(self._chosen.others):
            return False
        place = self._chosen_place
        return place is None or place.can_be_written

    @property
    def behind(self) -> bool:
        """The same; of drives that a job is about, that they were: people eject what is made."""
        return self.complete or (self._is_job_shown and bool(self._session.targets))

    # What the person does

    def enter(self) -> None:
        """Drives are looked at now. The space on them changes all the time, and the target may
        have gone after its job."""
        self._shown = True
        self._gathering.sort_again()
        self._gathering.recall()
        self._session.drives.refresh()
        self._read_again()
        self._sync()
        place, wished = self._chosen_place, self._session.erase_is_wished
        self._session.erase_is_wished = False
        if wished and place is not None and place.drive is not None:
            self.erase(place.key)

    def leave(self) -> None:
        """They are no longer looked at."""
        self._shown = False

    def choose(self, key: PlaceKey) -> None:
        """One of the places alone; also one that another program has let go of."""
        self._chosen.only(key)
        self._sync()

    def tick(self, key: PlaceKey) -> None:
        """One of the places beside what is chosen, or no longer; the last one stays."""
        self._chosen.tick(key)
        self._sync()

    def choose_all(self) -> None:
        """All drives that can be used."""
        for place in fillable(self._places):
            self._chosen.add(place.key)
        self._sync()

    def choose_folder(self, path: Path) -> None:
        """A place that the person knows."""
        self._add_folder(path)
        self.choose(folder_place(path).key)

    def eject(self, key: PlaceKey) -> None:
        """The drive of a place."""
        self._hold(DriveState.EJECTING, self._place(key))

    def erase(self, key: PlaceKey) -> None:
        """Ask about the drive of a place."""
        self._hold(DriveState.ERASING, self._place(key))

    def rename(self, key: PlaceKey, name: str) -> None:
        """The file system of a place."""
        self._hold(DriveState.RENAMING, self._place(key), name)

    def end_erase(self, mount_point: Path | None) -> None:
        """The person was asked; ``mount_point``: it was erased and is mounted there."""
        self._chosen.awaited_root = mount_point
        self._settle(None)

    def go_on(self) -> None:
        """With the interrupted job of the chosen place: the person has approved it before."""
        place = self._chosen_place
        if place is not None and place.unfinished is not None and place.can_go_on:
            self._resumption.go_on(place.unfinished.job)

    def change_apps(self) -> None:
        """What the interrupted job was to do is chosen, so that it can be changed."""
        place = self._chosen_place
        if place is not None and place.unfinished is not None:
            self._session.set_choice(choice_of(place.unfinished.job))

    def start_afresh(self, key: PlaceKey) -> Place | None:
        """The interrupted job of a place does not go on. The place as it was, to `take_up`."""
        place = self._place(key)
        if place is not None and place.unfinished is not None:
            self._gathering.set_aside(place, place.unfinished.job)
            self._sync()
            return place
        return None

    def take_up(self, place: Place) -> None:
        """Its job goes on after all."""
        if place.unfinished is not None:
            self._gathering.take_up(place, place.unfinished.job)
            self._sync()

    # What there is

    def _sync(self) -> None:
        """Places as drives, folders and overviews are now; and what follows for the target."""
        self._places = self._gathering.gather()
        self._chosen.let_go &= {place.key for place in self._places}
        # What was pulled out, before something is chosen in its place.
        lost = self._keep_others()
        self._keep_target()
        for target in lost:
            self.target_lost.emit(target)
        self._choose_by_itself()
        self._gathering.read(self._is_readable)
        self._keep_target()
        self._rest()
        self._make_ready()
        self._tell()
        asked = self._operation if self._state is DriveState.ERASING else None
        if asked is not None and self._session.drives.find(asked.drive) is None:
            self.erase_drive_gone.emit()

    def _is_readable(self, place: Place) -> bool:
        return not self._is_held(place.drive)

    def _read_again(self) -> None:
        self._gathering.read_again(self._is_readable)

    def _add_folder(self, path: Path) -> None:
        if path not in self._gathering.folders:
            self._gathering.folders.append(path)

    def _place(self, key: PlaceKey | None) -> Place | None:
        return next((place for place in self._places if place.key == key), None)

    @property
    def _chosen_place(self) -> Place | None:
        return self._place(self._chosen.first)

    @property
    def _others(self) -> tuple[Place, ...]:
        """What is chosen beside that."""
        places = map(self._place, self._chosen.others)
        return tuple(place for place in places if place is not None)

    def _tell(self) -> None:
        self.changed.emit(self.view)

    # What is chosen without being asked

    def _choose_by_itself(self) -> None:
        if self._operation is None and not self._is_job_shown:
            self._chosen.take_unasked(self._places, self._session.drives.drives)

    def _make_ready(self) -> None:
        """What is chosen is mounted: once, and not if another program undid it."""
        for place in (self._chosen_place, *self._others):
            if place is None or place.trouble is not None or place.key in self._chosen.let_go:
                continue
            if place.can_be_mounted and place.is_usable and not self._is_job_shown:
                if self._operation is None:
                    self._chosen.let_go.add(place.key)
                    self._hold(DriveState.MOUNTING, place)
                return

    @property
    def _is_job_shown(self) -> bool:
        """A job, or what it has made, tells by itself what has become of its drive, and after it
        people eject that."""
        session = self._session
        told = session.outcome is not None or session.tells_of_drives
        under_way = self._bridge.guarded or told
        return under_way and not self._shown

    def _follow_job(self) -> None:
        """What happened to the drive while a job was running counts from now on."""
        was, self._was_guarded = self._was_guarded, self._bridge.guarded
        if was and not self._was_guarded:
            self._gathering.recall()
            self._sync()

    # The state

    def _enter(self, state: DriveState) -> None:
        """The only place where the state changes."""
        assert state in NEXT[self._state], (self._state, state)
        self._state = state

    def _rest(self) -> None:
        """The state that follows from what there is, while nothing is done to a drive."""
        if self._operation is not None:
            return
        if self._chosen_place is not None:
            self._enter(DriveState.CHOSEN)
        elif self._chosen.awaited is not None:
            self._enter(DriveState.UNPLUGGED)
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
        if self._is_job_shown:
            return
        place = self._chosen_place
        before, made = session.target, session.outcome is not None
        self._keeping = True
        if place is not None and place.root is not None and not self._is_held(place.drive):
            self._chosen.let_go.discard(place.key)
            ready = (each for each in self._others if not self._is_held(each.drive))
            session.set_targets(targets_at((place, *ready), session.targets))
        elif before is not None:
            if place is not None and was_at(before, place) and not self._is_held(place.drive):
                self._chosen.let_go.add(place.key)
            session.set_target(None)
            if not made:
                # Else it was ejected and pulled out, as it should be.
                self._lose(before)
        self._keeping = False
        if place is None:
            self._chosen.first = None

    def _keep_others(self) -> list[LostTarget]:
        """Of several that are chosen those that are still there; those that are not."""
        session = self._session
        lost: list[LostTarget] = []
        if len(session.targets) < 2 or self._is_job_shown:
            return lost
        for target in session.targets:
            there = any(is_target(target, each) for each in self._places)
            if there or self._is_held(target.drive):
                continue
            places = [each for each in self._places if was_at(target, each)]
            for key in (each.key for each in places):
                self._chosen.let_go.add(key)
                self._chosen.untick(key)
            left = len(self._chosen.others)
            lost.append(LostTarget(session.name_of(target), bool(places), left))
        self._chosen.keep(self._places)
        return lost

    def _lose(self, target: Target) -> None:
        """Tell it, unless the person chose another place, or had something done to it."""
        if self._is_held(target.drive) or any(is_target(target, each) for each in self._places):
            return
        drive, volume = target.drive, target.volume
        plugged_in = drive is not None and self._session.drives.find(drive) is not None
        gone = not plugged_in and self._chosen_place is None
        if gone and drive is not None and volume is not None:
            self._chosen.wait_for(LastingIdentity.of(drive, volume))
        self.target_lost.emit(LostTarget(self._session.name_of(target), plugged_in))

    def _follow_target(self) -> None:
        """Somebody else has chosen a target, or that there is none any more."""
        target = self._session.target
        if self._keeping:
            return
        if target is None:
            place = self._chosen_place
            if place is not None and not self._is_held(place.drive):
                self._chosen.none()
                self._sync()
            return
        for each in self._session.targets:
            if each.drive is None and each.root != self._session.environment.demo_drive:
                self._add_folder(each.root)
        keys = keys_of(self._session.targets, self._gathering.gather())
        if keys and keys != self._chosen.keys:
            self._chosen.these(keys)
            self._sync()

    # What is done to drives

    def _is_held(self, drive: Drive | None) -> bool:
        """Something is done to it, and nobody should look at it."""
        operation = self._operation
        return operation is not None and drive is not None and is_same(operation.drive, drive)

    def _hold(self, state: DriveState, place: Place | None, name: str = "") -> None:
        """Do something to a drive, once nobody reads from it any more."""
        if self._operation is not None or place is None or place.drive is None:
            return
        self._gathering.tell_trouble(place.key, None)
        self._operation = Operation(state, place, place.drive, name)
        self._enter(DriveState.WAITING)
        # Others let go of it, too.
        self._gathering.read(self._is_readable)
        self._keep_target()
        self._tell()
        self._begin()

    def _begin(self) -> None:
        operation = self._operation
        if self._state is not DriveState.WAITING or operation is None:
            return
        # Only this drive: another may be failing, and take long to answer.
        if self._gathering.is_reading(operation.drive):
            return
        self._enter(operation.state)
        self._tell()
        run = partial(self._bridge.run, failed=self._settle)
        roots = mounted_at(operation.drive)
        freeing = partial(self._bridge.lending.freeing, roots=roots, for_good=True)
        volume = operation.place.volume
        if operation.state is DriveState.MOUNTING and volume is not None:
            run(partial(mount_volume, volume), done=self._mounted)
        elif operation.state is DriveState.RENAMING and volume is not None:
            run(freeing(partial(rename_volume, volume, operation.name)), done=self._mounted)
        elif operation.state is DriveState.EJECTING:
            run(freeing(partial(eject_drive, operation.drive)), done=self._tell_it_is_ejected)
        else:
            self.erase_wanted.emit(operation)

    def _mounted(self, _mounted: Mounted) -> None:
        self._settle(None)

    def _tell_it_is_ejected(self, ejected: Ejected) -> None:
        operation = self._operation
        assert operation is not None
        # As long as it is plugged in.
        self._chosen.let_go.add(operation.place.key)
        self._chosen.untick(operation.place.key)
        self._settle(None)
        self.ejected.emit(Ejection(operation.place.name, ejected.removal))

    def _settle(self, trouble: SatchelError | None) -> None:
        """It is done. What is known of the drive is out of date until the next look."""
        operation = self._operation
        assert operation is not None
        self._gathering.tell_trouble(operation.place.key, trouble)
        if trouble is not None and self._chosen.others:
            self._chosen.untick(operation.place.key)
        self._enter(DriveState.SETTLING)
        self._tell()
        self._session.drives.refresh()

    def _settled(self) -> None:
        if self._state is DriveState.SETTLING:
            self._operation = None
            self._sync()

    def _tell_it_does_not_go_on(self, _error: SatchelError) -> None:
        self.not_gone_on.emit()
