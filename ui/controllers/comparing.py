"""Comparing what is looked at with another drive, or with what its sources have now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct, field
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.comparing.difference import Difference, Side, compare
from app.stick.comparing.gathering import read_side, read_upstream
from app.stick.environment import Environment
from app.stick.inspecting.icons import read_icons
from app.stick.inspecting.inspect import inspect_stick
from app.stick.inspecting.inspection import Inspection
from app.stick.store.location import Location, find_stick
from app.stick.store.stick_state import load_stick
from ui.models.place import Place, folder_place, other_places
from ui.state.session import Session
from ui.style.icon_image import ENOUGH, icon_image
from ui.tasks.bridge import Bridge, Task


class ComparingView(Struct, frozen=True):
    """At one moment.

    Attributes:
        first: what people call what is looked at.
        others: what it can be compared with, beside the internet.
        chosen: which of them it is; None for the internet.
        difference: once it is known.
        error: why it is not.
    """

    first: str = ""
    others: tuple[Place, ...] = ()
    chosen: Place | None = None
    difference: Difference | None = None
    error: SatchelError | None = None

    @property
    def looking(self) -> bool:
        return self.difference is None and self.error is None


class ComparingController(QObject):
    """Signals:
    changed(object): the `ComparingView` is another.

    Attributes:
        view: the `ComparingView` now.
    """

    changed = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._inspection: Inspection | None = None
        self._folders: list[Path] = []
        self._task: Task | None = None
        self.view = ComparingView()
        session.drives.changed.connect(self._follow)

    def start(self, inspection: Inspection, name: str) -> None:
        """With the only other drive, else with the internet."""
        self._inspection = inspection
        others = self._others()
        chosen = others[0] if len(others) == 1 else None
        self._tell(ComparingView(name, others, chosen))
        self._compare()

    def choose(self, place: Place | None) -> None:
        """Compare with it; None for the internet."""
        self._tell(ComparingView(self.view.first, self.view.others, place))
        self._compare()

    def add_folder(self, path: Path) -> None:
        place = folder_place(path)
        if path not in self._folders:
            self._folders.append(path)
        self._tell(ComparingView(self.view.first, self._others(), place))
        self._compare()

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._inspection = None
        self._drop()

    def _others(self) -> tuple[Place, ...]:
        here = self._inspection.location.root if self._inspection is not None else None
        places = other_places(self._session.drives.drives, self._folders, here)
        return tuple(place for place in places if place.root is not None)

    def _follow(self) -> None:
        """Drives come and go; what is known of one that has gone stays readable."""
        if self._inspection is not None:
            self._tell(replace(self.view, others=self._others()))

    def _compare(self) -> None:
        inspection, chosen = self._inspection, self.view.chosen
        self._drop()
        if inspection is None:
            return
        environment, known = self._session.environment, self._session.known
        labels = self.view.first, chosen.name if chosen is not None else ""
        other = chosen.root if chosen is not None else None
        work = partial(_difference, inspection.location, other, labels, environment, known)
        self._task = self._bridge.run(work, done=self._keep, failed=self._fail)

    def _keep(self, compared: _Compared) -> None:
        self._task = None
        self._session.pictures.put(compared.icons)
        self._tell(replace(self.view, difference=compared.difference))

    def _fail(self, error: SatchelError) -> None:
        self._task = None
        self._tell(replace(self.view, error=error))

    def _drop(self) -> None:
        if self._task is not None:
            self._task.drop()
            self._task = None

    def _tell(self, view: ComparingView) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit(view)


class _Compared(Struct, frozen=True):
    """Attributes: icons: of apps on the other drive, as that has them."""

    difference: Difference
    icons: Mapping[str, QImage | None] = field(default_factory=dict)


def _difference(
    location: Location,
    other: Path | None,
    labels: tuple[str, str],
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> _Compared:
    stick = load_stick(location)
    with stick.repository.locked(exclusive=False):
        first = read_side(stick, labels[0], report, cancel, contents=False)
    icons: Mapping[str, QImage | None] = {}
    if other is None:
        second = read_upstream(
            stick,
            known.remotes,
            environment,
            labels[1],
            cancel,
            allow_unsigned=False,
            registries=known.registries,
        )
    else:
        second, icons = _other_side(other, labels[1], environment, known, report, cancel)
    return _Compared(compare(first, second), icons)


def _other_side(
    root: Path,
    label: str,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> tuple[Side, Mapping[str, QImage | None]]:
    stick = load_stick(find_stick(root, None))
    with stick.repository.locked(exclusive=False):
        side = read_side(stick, label, report, cancel, contents=False)
        inspection = inspect_stick(stick, environment.judges(known), environment.languages, cancel)
        icons = read_icons(stick, inspection.collections, ENOUGH, cancel)
    return side, {ref: icon_image(data, ENOUGH) for ref, data in icons.items()}
