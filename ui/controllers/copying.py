"""Copying what is looked at to another drive: which could take it, and that it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.drive.udisks.mounting import mount
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.stick.checking.keys import Trust
from app.stick.cloning.original import Original, read_original
from app.stick.cloning.place import Place as CopyPlace
from app.stick.cloning.place import look_at_place
from app.stick.environment import Environment
from app.stick.inspecting.inspection import Inspection
from app.stick.store.location import find_stick, open_repository
from ui.models.place import Place, PlaceKey, other_places
from ui.state.session import DriveCopy, Session, Target
from ui.state.works.copy import CopyWork
from ui.state.works.planned import listed_on
from ui.tasks.bridge import Bridge, Task


class CopyRow(Struct, frozen=True):
    """A drive or folder that it might be copied to.

    Attributes:
        root: where it is mounted; None while nobody has looked.
        room: what it would take there, and what stays; None while nobody has looked.
        error: why it cannot be copied there.
    """

    place: Place
    root: Path | None = None
    room: CopyPlace | None = None
    error: SatchelError | None = None

    @property
    def looking(self) -> bool:
        return self.room is None and self.error is None


class CopyingView(Struct, frozen=True):
    """Attributes:
    source: what people call what is copied.
    error: why that cannot be copied anywhere.
    """

    source: str = ""
    rows: tuple[CopyRow, ...] = ()
    error: SatchelError | None = None


class _Looked(Struct, frozen=True):
    """Attributes: original: looked over once, for all that are looked at later."""

    original: Original
    rows: tuple[CopyRow, ...]


class CopyingController(QObject):
    """Signals:
    changed(object): the `CopyingView` is another.

    Attributes:
        view: the `CopyingView` now.
    """

    changed = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._inspection: Inspection | None = None
        self._original: Original | None = None
        self._folders: list[Path] = []
        self._known: dict[PlaceKey, CopyRow] = {}
        self._task: Task | None = None
        self.view = CopyingView()
        session.drives.changed.connect(self._look)

    def start(self, inspection: Inspection, source: str) -> None:
        """Look at what is copied, and at where it could be."""
        self._inspection = inspection
        self.view = CopyingView(source)
        self._look()

    def add_folder(self, path: Path) -> None:
        if path not in self._folders:
            self._folders.append(path)
            self._look()

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._inspection = None
        self._drop()

    def copy_to(self, rows: Iterable[CopyRow]) -> bool:
        """Say yes to these; False where none of them is there any more."""
        inspection, source = self._inspection, self.view.source
        roots = [(row, row.root) for row in rows if row.root is not None and row.room is not None]
        if inspection is None or not roots:
            return False
        apps = listed_on(inspection)
        location = inspection.location
        copies = tuple(
            DriveCopy(
                Target(root, row.place.name, row.place.drive, row.place.volume),
                CopyWork(location.root, location.repository_path, source, root, apps),
            )
            for row, root in roots
        )
        self.stop()
        self._session.set_targets(tuple(each.target for each in copies))
        if len(copies) == 1:
            self._session.begin(copies[0].work)
        else:
            self._session.begin_copies(copies)
        return True

    # What there is

    def _places(self) -> tuple[Place, ...]:
        """All but what is copied."""
        here = self._inspection.location.root if self._inspection is not None else None
        return other_places(self._session.drives.drives, self._folders, here)

    def _look(self) -> None:
        inspection = self._inspection
        if inspection is None:
            return
        places = self._places()
        keys = {place.key for place in places}
        self._known = {key: row for key, row in self._known.items() if key in keys}
        self._drop()
        self._show(places, self.view.error)
        new = [place for place in places if place.key not in self._known and place.is_usable]
        environment, known = self._session.environment, self._session.known
        work = partial(_look_at, inspection, self._original, new, environment, known)
        self._task = self._bridge.run(work, done=self._keep, failed=self._fail)

    def _show(self, places: Sequence[Place], error: SatchelError | None = None) -> None:
        shown = [place for place in places if place.is_usable]
        rows = tuple(self._known.get(place.key, CopyRow(place, place.root)) for place in shown)
        self._tell(CopyingView(self.view.source, rows, error))

    def _keep(self, looked: _Looked) -> None:
        self._task = None
        self._original = looked.original
        for row in looked.rows:
            self._known[row.place.key] = row
        self._show(self._places())

    def _fail(self, error: SatchelError) -> None:
        self._task = None
        self._tell(CopyingView(self.view.source, (), error))

    def _drop(self) -> None:
        if self._task is not None:
            self._task.drop()
            self._task = None

    def _tell(self, view: CopyingView) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit(view)


def _look_at(
    inspection: Inspection,
    original: Original | None,
    places: Sequence[Place],
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> _Looked:
    if original is None:
        location = find_stick(inspection.location.root, inspection.location.repository_path)
        with open_repository(location).locked(exclusive=False):
            original = read_original(
                location,
                environment.judges(known),
                Trust(fetched=environment.fetched_images.all()),
                report,
                cancel,
                accept_unsigned=False,
            )
    return _Looked(original, tuple(_row(place, original, environment, cancel) for place in places))


def _row(
    place: Place, original: Original, environment: Environment, cancel: CancelToken
) -> CopyRow:
    cancel.check()
    root = place.root
    try:
        if root is None and place.volume is not None:
            root = mount(place.volume).path
        if root is None:
            return CopyRow(place)
        return CopyRow(place, root, look_at_place(root, original, environment.quota))
    except InterruptedByUser:
        raise
    except SatchelError as error:
        return CopyRow(place, root, error=error)
