"""What is on the drive that is looked at, and what can be done about it."""

from __future__ import annotations

from enum import Enum, auto
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.drive.udisks.mounting import Mounted
from app.errors import SatchelError
from app.message import Message
from app.stick.checking.soundness import UNREADABLE, Verdict, checking, verdict_on
from app.stick.findings import Help, helps
from app.stick.inspecting.inspection import Inspection, RefKind
from app.stick.kit.contents import PAGE
from app.stick.store.location import KIT_FOLDER
from ui.controllers.drive_work import mount_volume
from ui.controllers.inspection import CheckState, InspectionController
from ui.controllers.mending import MendingController
from ui.controllers.report_file import report_file
from ui.controllers.upkeep import UpkeepController
from ui.controllers.viewed_place import ViewedPlaceController
from ui.models.place import PlaceKey, PlaceKind
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task


class ContentsState(Enum):
    """Of what is looked at."""

    NO_PLACE = auto()
    """There is nothing to look at."""
    NOT_CHOSEN = auto()
    UNPLUGGED = auto()
    """It was pulled out."""
    NOT_MOUNTED = auto()
    """It is being made ready, or cannot be."""
    INSPECTING = auto()
    UNREADABLE = auto()
    NO_REPOSITORY = auto()
    NO_APPS = auto()
    """There is a repository, but nothing in it that computers would find."""
    SHOWN = auto()


class ContentsAction(Enum):
    """What helps where there is nothing to show."""

    OPEN_FOLDER = auto()
    INSPECT_AGAIN = auto()
    CHOOSE_DRIVE = auto()
    ADD_APPS = auto()


class MainAction(Enum):
    """What the page's one button does."""

    NONE = auto()
    LOOK_AGAIN = auto()
    TO_THE_DRIVES = auto()
    CHECK = auto()
    CHECK_AGAIN = auto()
    STOP_CHECK = auto()
    REPAIR = auto()
    REPAIR_UNSEEN = auto()
    """It cannot even be read: a repair that nobody has seen findings for."""
    ASK = auto()
    """The sources, whether anything is newer."""
    STOP_WAITING = auto()
    UPDATE = auto()
    APPLY = auto()
    """What is marked comes off."""


_ACTIONS = {
    ContentsState.NO_PLACE: ContentsAction.OPEN_FOLDER,
    ContentsState.NOT_CHOSEN: ContentsAction.OPEN_FOLDER,
    ContentsState.UNPLUGGED: ContentsAction.OPEN_FOLDER,
    ContentsState.UNREADABLE: ContentsAction.INSPECT_AGAIN,
    ContentsState.NO_REPOSITORY: ContentsAction.ADD_APPS,
    ContentsState.NO_APPS: ContentsAction.ADD_APPS,
}


class ContentsStatus(Struct, frozen=True):
    """At one moment.

    Attributes:
        place: what a person calls what is looked at, or what was pulled out.
        inspection: what is on it, once it is known.
        error, mendable: why it cannot be read; whether a repair makes something of it.
    """

    state: ContentsState
    place: str = ""
    inspection: Inspection | None = None
    error: SatchelError | None = None
    mendable: bool = False

    @property
    def action(self) -> ContentsAction | None:
        if self.state is ContentsState.NOT_MOUNTED and self.error is not None:
            return ContentsAction.CHOOSE_DRIVE
        return _ACTIONS.get(self.state)


class Agreement(Struct, frozen=True):
    """Whether all of it fits together, as far as is known.

    Attributes:
        unfinished: a job has not come to its end.
        disagreements: what does not fit.
        unlisted: nothing on it can be found by computers.
        damaged: the check found something wrong.
    """

    unfinished: bool
    disagreements: tuple[Message, ...]
    unlisted: bool
    damaged: bool

    @property
    def complete(self) -> bool:
        return not (self.unfinished or self.disagreements or self.unlisted or self.damaged)


class ContentsController(QObject):
    """Signals:
    status_changed(object): the `ContentsStatus`, or what can be chosen, may be another.
    folder_wanted(): somebody wants to look at another folder.
    go(object): to the page of that `PageName`.

    Attributes:
        status: the `ContentsStatus` now.
        viewed: which place is looked at.
        inspection: what is known of it.
        upkeep: what is newer than on it, and what is to come off.
        is_at_check: whether the check is looked at, rather than what is on it.
        mending: what a repair would do.
    """

    status_changed = Signal(object)
    folder_wanted = Signal()
    go = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._shown = False
        self._mounting: Task | None = None
        self._being_mounted: PlaceKey | None = None
        self._tried: set[PlaceKey] = set()
        self._looked_at: PlaceKey | None = None
        self._mount_error: SatchelError | None = None
        self.viewed = ViewedPlaceController(session, self)
        self.inspection = InspectionController(session, bridge, self)
        self.upkeep = UpkeepController(session, bridge, self.viewed, self.inspection)
        self.is_at_check = False
        self.mending = MendingController(session, bridge, self.inspection, self)
        self.status = self._status()
        self.inspection.inspected.connect(self._update)
        self.viewed.changed.connect(self._place_changed)
        self.viewed.chosen.connect(self._place_chosen)
        self.upkeep.go.connect(self.go)
        session.remotes_changed.connect(self._judge_again)

    # What is looked at

    def _update(self) -> None:
        self.status = self._status()
        self.status_changed.emit(self.status)

    def _status(self) -> ContentsStatus:
        place, inspector = self.viewed.place, self.inspection
        inspection = inspector.inspection
        if place is None:
            return self._nowhere()
        name = place.name
        if place.root is None:
            return ContentsStatus(
                ContentsState.NOT_MOUNTED, name, inspection, error=self._mount_error
            )
        if inspector.error is not None:
            state, mendable = ContentsState.UNREADABLE, inspector.mendable
            return ContentsStatus(state, name, None, inspector.error, mendable)
        if inspector.result is None:
            return ContentsStatus(ContentsState.INSPECTING, name)
        if inspection is None:
            return ContentsStatus(ContentsState.NO_REPOSITORY, name)
        if not inspection.collections and inspection.made is None:
            return ContentsStatus(ContentsState.NO_APPS, name, inspection)
        return ContentsStatus(ContentsState.SHOWN, name, inspection)

    def _nowhere(self) -> ContentsStatus:
        if self.viewed.unplugged:
            state = ContentsState.UNPLUGGED
        else:
            state = ContentsState.NOT_CHOSEN if self.viewed.places else ContentsState.NO_PLACE
        return ContentsStatus(state, self.viewed.unplugged, self.inspection.inspection)

    @property
    def agreement(self) -> Agreement | None:
        """What can be seen without reading everything; a check knows better."""
        inspection, report = self.inspection.inspection, self.inspection.check.report
        if inspection is None:
            return None
        seen = bool(inspection.disagreements or inspection.interrupted)
        unlisted = not (inspection.collections or inspection.bundles or inspection.images)
        return Agreement(
            inspection.interrupted,
            inspection.disagreements,
            unlisted,
            not (seen or unlisted) and report is not None and not report.ok,
        )

    @property
    def is_writable(self) -> bool:
        """Whether it is the repository on the drive that Satchel writes to."""
        return self.inspection.is_writable

    @property
    def has_apps(self) -> bool:
        """Whether there is something that computers install."""
        inspection = self.inspection.inspection
        return self.can_be_shared or (inspection is not None and bool(inspection.images))

    @property
    def can_be_shared(self) -> bool:
        """Whether there is something that the network can get: images of registries it cannot."""
        inspection = self.inspection.inspection
        return inspection is not None and (
            bool(inspection.bundles)
            or any(ref.kind is not RefKind.SYSTEM for _, ref in inspection.chosen)
        )

    @property
    def verdict(self) -> Verdict:
        """The check's; while one is under way, how far it is."""
        check = self.inspection.check
        if self.status.state is ContentsState.UNREADABLE:
            return UNREADABLE
        if check.state is CheckState.RUNNING:
            progress = self.inspection.progress
            return checking(progress.share if progress is not None else None)
        return verdict_on(check.report)

    @property
    def has_plug(self) -> bool:
        """Whether it is drawn with one: a folder is not."""
        place = self.viewed.place
        return place is not None and place.kind is not PlaceKind.FOLDER

    @property
    def damaged(self) -> frozenset[str]:
        """Refs of the apps that a check found damaged."""
        report = self.inspection.check.report
        return frozenset(report.damaged_apps) if report is not None else frozenset()

    @property
    def can_repair(self) -> bool:
        """Whether a check found something that a repair heals."""
        report = self.inspection.check.report
        if report is None or report.ok or not self.is_writable:
            return False
        return Help.WRITE_AGAIN in helps(report.findings) and self.mending.would_help

    @property
    def _can_be_mended(self) -> bool:
        place = self.viewed.place
        return place is not None and place.can_be_written and self.mending.mends_unseen

    @property
    def main_action(self) -> MainAction:
        check = self.inspection.check
        if self.status.state is ContentsState.UNREADABLE:
            return MainAction.REPAIR_UNSEEN if self._can_be_mended else MainAction.LOOK_AGAIN
        if self.status.state is ContentsState.NOT_MOUNTED and self.status.error is not None:
            return MainAction.TO_THE_DRIVES
        if self.status.state is not ContentsState.SHOWN:
            return MainAction.NONE
        if check.state is CheckState.RUNNING:
            return MainAction.STOP_CHECK
        kept_up = self._upkeep_action if not self.is_at_check and self.can_be_kept_up else None
        if kept_up in {MainAction.STOP_WAITING, MainAction.APPLY}:
            return kept_up
        if self.can_repair:
            return MainAction.REPAIR
        return kept_up or (MainAction.CHECK_AGAIN if check.ended else MainAction.CHECK)

    @property
    def _upkeep_action(self) -> MainAction:
        status = self.upkeep.status
        if status.waits:
            return MainAction.STOP_WAITING
        if status.marked:
            return MainAction.APPLY
        return MainAction.UPDATE if status.has_updates else MainAction.ASK

    @property
    def can_be_kept_up(self) -> bool:
        """Whether what is on it can be updated and taken off."""
        place = self.viewed.place
        return self.is_writable and place is not None and place.can_be_written

    @property
    def can_update(self) -> bool:
        """Whether there is room for what is newer."""
        news = self.upkeep.status.news
        return news is None or news.fits

    @property
    def start_here(self) -> Path | None:
        """The page for those who get the drive, if it is there."""
        place = self.viewed.place
        page = place.root / KIT_FOLDER / PAGE if place is not None and place.root else None
        return page if page is not None and page.is_file() else None

    # What the person does

    def enter(self) -> None:
        self.viewed.refresh()
        self._shown = True
        self._inspect()
        self.mending.look()

    def leave(self) -> None:
        self._shown = False
        self.inspection.stop()
        self.upkeep.stop()
        self.mending.stop()

    def choose_repository(self, row: int) -> None:
        """One of the repositories on the drive, by its number."""
        inspection = self.inspection
        inspection.inspect(inspection.root, inspection.repositories[row])

    def act(self) -> None:
        """What helps in the present state."""
        match self.status.action:
            case ContentsAction.OPEN_FOLDER:
                self.folder_wanted.emit()
            case ContentsAction.INSPECT_AGAIN:
                self._inspect()
            case ContentsAction.CHOOSE_DRIVE:
                self.go.emit(PageName.DRIVE)
            case ContentsAction.ADD_APPS:
                self.add_apps()

    def look_again(self) -> None:
        """Something may have been written to it meanwhile."""
        self._inspect()

    def add_apps(self) -> None:
        """More apps onto what is looked at."""
        self.viewed.take_as_target()
        self.go.emit(PageName.APPS)

    def resume(self) -> None:
        """What was interrupted goes on where drives are chosen."""
        self.viewed.take_as_target()
        self.go.emit(PageName.DRIVE)

    def repair(self) -> None:
        """Heal what is damaged on it; Make begins with that by itself."""
        self.viewed.take_as_target()
        if self.mending.begin():
            self.go.emit(PageName.MAKE)

    def save_report(self, directory: Path) -> None:
        """A page for a browser, called after the drive and the day."""
        place = self.viewed.place
        name = place.name if place is not None else ""
        now = self._session.environment.clock()
        self.inspection.write_report(report_file(directory, name, now))

    def help(self, chosen: Help) -> None:
        """What helps against findings of a check."""
        match chosen:
            case Help.WRITE_AGAIN:
                self.add_apps()
            case Help.MAKE_ANEW:
                self.viewed.take_as_target()
                self.go.emit(PageName.DRIVE)
            case Help.ADD_REMOTE:
                self.go.emit(PageName.SETTINGS)

    # What follows

    def _place_changed(self) -> None:
        place, before = self.viewed.place, self.inspection.root
        key, root = (place.key, place.root) if place is not None else (None, None)
        if key == self._looked_at and key is not None and before is not None and root is None:
            # Somebody has let it go.
            self._tried.add(key)
        if self._shown and (key, root) != (self._looked_at, before):
            self._inspect()
        self._update()

    def _place_chosen(self) -> None:
        self._mount_error = None
        self._inspect()

    def _judge_again(self) -> None:
        """Other keys may be known now."""
        if self._shown:
            self._inspect()

    def _make_ready(self) -> None:
        """What is looked at is mounted, without a word and once: somebody may have let it go."""
        place = self.viewed.place
        if place is None or place.volume is None or not place.can_be_mounted:
            return
        if self._mounting is None and place.key not in self._tried:
            self._tried.add(place.key)
            self._mount_error = None
            self._being_mounted = place.key
            self._mounting = self._bridge.run(
                partial(mount_volume, place.volume), done=self._mounted, failed=self._not_mounted
            )

    def _mounted(self, _mounted: Mounted | None, error: SatchelError | None = None) -> None:
        """The drives tell by themselves where it is."""
        self._mounting = None
        if self._being_mounted == self._looked_at:
            self._mount_error = error
            self._update()
        elif self._shown:
            # Another was chosen meanwhile, and has waited.
            self._make_ready()

    def _not_mounted(self, error: SatchelError) -> None:
        self._mounted(None, error)

    def _inspect(self) -> None:
        """The chosen place; the same repository on it as before."""
        self._make_ready()
        place, inspection = self.viewed.place, self.inspection
        key, root = (place.key, place.root) if place is not None else (None, None)
        if root == inspection.root and key != self._looked_at:
            # Another drive is mounted there: nothing of the one before is true of it.
            inspection.inspect(None)
        self._looked_at = key
        inspection.inspect(root, inspection.repository if root == inspection.root else None)
