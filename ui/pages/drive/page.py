"""Drive: which drive the apps go to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from app.drive.drive import Drive, Volume
from app.drive.udisks.ejecting import Ejected, Rest, eject
from app.drive.udisks.mounting import Mounted, mount
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.stick.environment import Environment
from app.stick.inspecting.overview import Glance, glance
from ui.i18n.filling import filled
from ui.i18n.wording import worded
from ui.models import place_words
from ui.models.place import Place, PlaceKind, places_of
from ui.models.places import PlacesModel
from ui.pages.base import Page
from ui.pages.drive.format_drive import FormatDialog
from ui.pages.drive.place_details import PlaceDetails
from ui.pages.drive.place_list import PlaceList
from ui.state.drives import is_same
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.style import icons, style
from ui.tasks.bridge import Bridge, Task
from ui.widgets.buttons import tall
from ui.widgets.notice import NoticeLabel
from ui.widgets.state_panel import Stateful

_Key = tuple[object, ...]


class DrivePage(Page):
    """Drives as they come and go; a folder for those who build media."""

    name = PageName.DRIVE
    icon = "drive"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._chosen: _Key | None = None
        self._folders: list[Path] = []
        self._glances: dict[_Key, Glance | SatchelError] = {}
        self._looks: dict[_Key, Task] = {}
        self._running: list[tuple[_Key, Task]] = []
        self._held: Drive | None = None
        self._releasing = False
        self._awaited: Path | None = None
        self._then: Callable[[], None] | None = None
        self._dialog: FormatDialog | None = None
        self._syncing = False
        self._build()
        session.drives.changed.connect(self._sync)
        session.drives.refreshed.connect(self._refreshed)
        session.target_changed.connect(self._follow)
        session.remotes_changed.connect(self._look_again)
        demo = session.environment.demo_drive
        if demo is not None:
            session.set_target(Target(demo, self._demo_name()))
        self._sync()

    def _build(self) -> None:
        self._missing = NoticeLabel(self)
        self._model = PlacesModel(self)
        self._list = PlaceList(self)
        self._list.setModel(self._model)
        self._list.setAccessibleName(self.tr("Drives and folders"))
        self._list.selectionModel().currentChanged.connect(self._select)
        self._list.activated.connect(self._activate)
        self._places = Stateful(self._list, self)
        self._places.panel.acted.connect(self.demo_wanted)
        self._details = PlaceDetails(self)
        self._details.mount_wanted.connect(self._mount)
        self._details.eject_wanted.connect(self._eject)
        self._details.format_wanted.connect(self._format)
        self._folder = QPushButton(self.tr("Choose a folder…"), self)
        icons.give(self._folder, "folder", role=self._folder.foregroundRole())
        self._folder.clicked.connect(self._ask_for_folder)
        row = QHBoxLayout()
        # Without any place, the panel offers the demo.
        self._demo = QPushButton(self.tr("Try the demo"), self)
        self._demo.clicked.connect(self.demo_wanted)
        tall(self._folder, self._demo)
        row.addWidget(self._folder)
        row.addStretch(1)
        row.addWidget(self._demo)
        self.body.addWidget(self._missing)
        self.body.addWidget(self._places, 1)
        self.body.addWidget(self._details)
        self.body.addLayout(row)
        self.setFocusProxy(self._list)

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Drive")

    @property
    def title(self) -> str:
        return self.tr("Where should the apps go?")

    @property
    def primary_text(self) -> str:
        return self.tr("Choose apps")

    @property
    def primary_enabled(self) -> bool:
        return self.complete

    @property
    def primary_reason(self) -> str:
        if self._place() is None and self._model.rowCount():
            return self.tr("Choose a drive.")
        return ""

    @property
    def complete(self) -> bool:
        if self.session.target is None:
            return False
        place = self._place()
        return place is None or place.can_be_written

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is said about the chosen place."""
        return self._details.remarks

    def entered(self) -> None:
        """Space on drives changes all the time, and the target may have gone after its job."""
        self._details.say("")
        self.session.drives.refresh()
        self._look_again()

    # What there is

    def _demo_name(self) -> str:
        return self.tr("Demo drive")

    def _found(self) -> list[Place]:
        """All places, with what is known of them."""
        demo = self.session.environment.demo_drive
        places = [Place(PlaceKind.DEMO, self._demo_name(), root=demo)] if demo is not None else []
        for drive in self.session.drives.drives:
            places += places_of(drive)
        places += [
            Place(PlaceKind.FOLDER, path.name or str(path), root=path) for path in self._folders
        ]
        return [self._with_glance(place) for place in places]

    def _with_glance(self, place: Place) -> Place:
        found = self._glances.get(_seen(place))
        if isinstance(found, SatchelError):
            return replace(place, error=found)
        return replace(place, glance=found)

    def _sync(self) -> None:
        """The list as drives, folders and glances are now; and what follows for the target."""
        places = self._found()
        if self._awaited is not None:
            formatted = next((one for one in places if one.root == self._awaited), None)
            if formatted is not None:
                self._chosen, self._awaited = formatted.key, None
        self._demo.setVisible(bool(places) and not self.session.environment.is_demo)
        focused = self._list.hasFocus()
        self._syncing = True
        self._model.show(places)
        row = self._model.row_of(self._chosen) if self._chosen is not None else None
        self._list.setCurrentIndex(self._model.index(row) if row is not None else QModelIndex())
        if row is None:
            self._list.clearSelection()
        self._syncing = False
        self._look_at(places)
        self._keep_target()
        self._show_state()
        if focused and places:
            self._list.setFocus()
        dialog = self._dialog
        if dialog is not None and self.session.drives.find(dialog.drive) is None:
            dialog.show_gone()

    def _show_state(self) -> None:
        drives = self.session.drives
        if self._model.rowCount():
            self._places.show_content()
        elif drives.looking:
            self._places.show_panel().show_loading(self.tr("Looking for drives…"))
        elif drives.problem is not None:
            self._places.show_panel().show_error(
                drives.problem,
                meaning=self.tr("Drives cannot be found, but you can choose a folder."),
                action=self.tr("Try the demo"),
            )
        else:
            self._places.show_panel().show_empty(
                self.tr("Plug in a USB drive"),
                self.tr("It shows up here by itself. To look around first, try the demo."),
                action=self.tr("Try the demo"),
                icon="drive",
            )
        text = "\n".join(f"{worded(one.message)} {worded(one.hint)}" for one in drives.notices)
        self._missing.say(text, icon="warning", tone=style.Tone.WARN)
        self._show_details()
        self.changed.emit()

    def _show_details(self) -> None:
        place = self._place()
        busy = self._held is not None
        self._details.show_place(place, busy=busy)

    def _place(self) -> Place | None:
        """The chosen one."""
        return next((one for one in self._model.places if one.key == self._chosen), None)

    # What is on them

    def _look_again(self) -> None:
        """Glances are out of date; those that are known stay until the new ones are there."""
        self._stop_looking(lambda _key: True)
        self._look_at(self._found(), anew=True)

    def _look_at(self, places: list[Place], *, anew: bool = False) -> None:
        wanted = {
            _seen(place): place.root
            for place in places
            if place.root is not None and not self._is_held(place.drive)
        }
        self._stop_looking(lambda key: key not in wanted)
        self._glances = {key: one for key, one in self._glances.items() if key in wanted}
        for key, root in wanted.items():
            if key in self._looks or (key in self._glances and not anew):
                continue
            work = partial(_look, key, root, self.session.environment, self.session.known)
            task = self.bridge.run(work, done=self._looked)
            task.finished.connect(self._go_on)
            self._looks[key] = task
            self._running.append((key, task))

    def _stop_looking(self, unwanted: Callable[[_Key], bool]) -> None:
        for key in [key for key in self._looks if unwanted(key)]:
            self._looks.pop(key).drop()

    def _looked(self, seen: _Seen) -> None:
        self._looks.pop(seen.key, None)
        self._glances[seen.key] = seen.found
        self._sync()

    # The target

    def _select(self, current: QModelIndex) -> None:
        if self._syncing or not current.isValid():
            return
        self._details.say("")
        self.session.set_notice("")
        self._awaited = None
        self._chosen = current.data(PlacesModel.PLACE).key
        self._keep_target()
        self._show_details()
        self.changed.emit()

    def _activate(self) -> None:
        """Enter or a double click on a card."""
        if self.complete:
            self.proceed.emit()

    def _keep_target(self) -> None:
        """The session's target is the chosen place, as long as that is there."""
        session = self.session
        under_way = self.bridge.guarded or session.outcome is not None
        if under_way and not self.isVisible():
            # The job tells by itself what has become of the drive, and after it people eject it.
            return
        place = self._place()
        before = session.target
        if place is not None and place.root is not None and not self._is_held(place.drive):
            if before is None or not _is_target(before, place):
                session.set_target(Target(place.root, place.name, place.drive, place.volume))
        elif before is not None:
            session.set_target(None)
            self._tell_it_has_gone(before)
        if place is None:
            self._chosen = None

    def _tell_it_has_gone(self, target: Target) -> None:
        """Unless the person only chose another place, or had something done to it."""
        if self._is_held(target.drive) or any(_is_target(target, one) for one in self._found()):
            return
        there = target.drive is not None and self.session.drives.find(target.drive) is not None
        if there:
            text = self.tr("%1 was unmounted. Mount it again, or choose another drive.")
        else:
            text = self.tr("%1 was unplugged. Plug it in again, or choose another drive.")
        self.session.set_notice(filled(text, target.name))

    def _follow(self) -> None:
        """Somebody else has chosen a target, or that there is none any more."""
        target = self.session.target
        if target is None:
            place = self._place()
            if place is not None and place.root is not None and not self._is_held(place.drive):
                self._chosen = None
                self._sync()
            return
        if target.drive is None and target.root != self.session.environment.demo_drive:
            self._add_folder(target.root)
        key = next((one.key for one in self._found() if _is_target(target, one)), None)
        if key is not None and key != self._chosen:
            self._chosen = key
            self._sync()

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"))
        if chosen:
            path = Path(chosen)
            self._add_folder(path)
            self._chosen = Place(PlaceKind.FOLDER, path.name, root=path).key
            self._sync()

    def _add_folder(self, path: Path) -> None:
        if path not in self._folders:
            self._folders.append(path)

    # What is done to drives

    def _is_held(self, drive: Drive | None) -> bool:
        """Something is being done to it, and nobody should look at it."""
        return self._held is not None and drive is not None and is_same(self._held, drive)

    def _hold(self, drive: Drive, then: Callable[[], None]) -> None:
        """Do something to a drive, once nobody reads from it any more."""
        self._held = drive
        self._then = then
        if self._details.isAncestorOf(QApplication.focusWidget() or self):
            # Its buttons cannot be pressed for a while, and some of them go.
            self._list.setFocus()
        self._look_at(self._found())
        # Others let go of it, too.
        self._keep_target()
        self._show_details()
        self._go_on()

    def _go_on(self) -> None:
        self._running = [(key, task) for key, task in self._running if task.running]
        if self._then is None or self._held is None:
            return
        # Not all of them: another drive may be failing, and take long to answer.
        if not any(_is_of(key, self._held) for key, _ in self._running):
            then, self._then = self._then, None
            then()

    def _release(self) -> None:
        """It is done. What is known of the drive is out of date until the next look."""
        self._releasing = True
        self.session.drives.refresh()

    def _refreshed(self) -> None:
        if self._releasing:
            self._releasing = False
            self._held = None
            self._sync()

    def _mount(self) -> None:
        place = self._place()
        if place is not None and place.drive is not None and place.volume is not None:
            self._details.say(self.tr("Mounting…"), icon="time")
            self._hold(place.drive, partial(self._start_mount, place.volume))

    def _start_mount(self, volume: Volume) -> None:
        self.bridge.run(partial(_mount, volume), done=self._mounted, failed=self._refused)

    def _mounted(self, mounted: Mounted) -> None:
        self._awaited = mounted.path
        self._details.say("")
        self._release()

    def _eject(self) -> None:
        place = self._place()
        if place is not None and place.drive is not None:
            self._details.say(self.tr("Writing everything out and ejecting…"), icon="time")
            self._hold(place.drive, partial(self._start_eject, place.drive))

    def _start_eject(self, drive: Drive) -> None:
        self.bridge.run(partial(_eject, drive), done=self._ejected, failed=self._refused)

    def _ejected(self, ejected: Ejected) -> None:
        texts = {
            Rest.POWERED_OFF: self.tr("%1 is switched off and can be pulled out."),
            Rest.EJECTED: self.tr("%1 is ejected and can be taken out."),
            Rest.SAFE: self.tr("%1 can be pulled out now; everything is written."),
        }
        name = self._held.name if self._held is not None else ""
        text = filled(texts[ejected.rest], name)
        self._details.say(text, icon="ok", tone=style.Tone.GOOD)
        self._release()

    def _refused(self, error: SatchelError) -> None:
        text = f"{worded(error.message)} {worded(error.hint)}".strip()
        self._details.say(text, icon="error", tone=style.Tone.BAD)
        self._release()

    def _format(self) -> None:
        place = self._place()
        if place is not None and place.drive is not None:
            contents = place_words.contents(place) if place.glance is not None else ""
            self._details.say("")
            self._hold(place.drive, partial(self._ask_to_format, place.drive, contents))

    def _ask_to_format(self, drive: Drive, contents: str) -> None:
        self._dialog = FormatDialog(
            drive,
            contents,
            self.bridge,
            loops_are_removable=self.session.environment.loops_are_removable,
            parent=self,
        )
        self._dialog.finished.connect(self._asked)
        self._dialog.open()

    def _asked(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            if dialog.formatted is not None:
                self._awaited = dialog.formatted.mount_point
            dialog.deleteLater()
        self._release()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look at a place came to."""

    key: _Key
    found: Glance | SatchelError


def _seen(place: Place) -> _Key:
    """What a glance is good for: a place with another file system is another."""
    return *place.key, place.root, place.volume.uuid if place.volume is not None else ""


def _is_of(key: _Key, drive: Drive) -> bool:
    return key[:3] == (drive.device, drive.number, drive.sequence)


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


def _look(
    key: _Key,
    root: Path,
    environment: Environment,
    known: Known,
    _report: Reporter,
    cancel: CancelToken,
) -> _Seen:
    try:
        return _Seen(key, glance(root, environment, known, cancel))
    except InterruptedByUser:
        raise
    except SatchelError as error:
        return _Seen(key, error)


def _mount(volume: Volume, _report: Reporter, _cancel: CancelToken) -> Mounted:
    return mount(volume)


def _eject(drive: Drive, _report: Reporter, _cancel: CancelToken) -> Ejected:
    return eject(drive)
