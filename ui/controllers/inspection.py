"""Looking at one drive: what is on it, what takes the space, whether it is sound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import TOOL
from app.drive.space import Space
from app.errors import SatchelError, StickDamagedError
from app.flatpak.remotes.known import Known
from app.ostree.repository import RepositoryInvalidError
from app.progress import CancelToken, Event, Meter, Phase, Reporter
from app.stick.checking.check import CheckOptions, CheckReport, check_path
from app.stick.environment import Environment
from app.stick.inspecting.inspect import Inspection, inspect_stick
from app.stick.inspecting.report import StickReport, write_report
from app.stick.inspecting.sizes import Sizes, measure_sizes
from app.stick.store.location import Location, find_stick, find_sticks
from app.stick.store.stick_state import load_stick
from ui.i18n.stick_words import report_words
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task


@dataclass(frozen=True, slots=True)
class Found:
    """What a look came to.

    Attributes:
        inspection: None if there is no repository, or for an error.
        places: paths of all repositories on the drive, as clients look for them.
        error: why the one cannot be read.
    """

    inspection: Inspection | None
    places: tuple[str, ...] = ()
    error: SatchelError | None = None


class InspectionController(QObject):
    """One place at a time. What is known stays until something newer is known.

    Signals:
        found_changed(), sizes_changed(), check_changed(): the attributes of that name, what went
            wrong with them, or whether they are under way, are others now.
        progressed(object): an event of the check.
        written(object): the report is in the file of that path.
        not_written(object): it is not, for this `SatchelError`.

    Attributes:
        found, found_error: one of them, once somebody has looked.
        places: all repositories on the drive, as in `Found`.
        sizes, sizes_error: likewise.
        check, check_error: likewise, once somebody has asked for it.
    """

    found_changed = Signal()
    sizes_changed = Signal()
    check_changed = Signal()
    progressed = Signal(object)
    written = Signal(object)
    not_written = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._root: Path | None = None
        self._path: str | None = None
        self._look: Task | None = None
        self._measuring: Task | None = None
        self._checking: Task | None = None
        self._forget()

    def _forget(self) -> None:
        self.found: Found | None = None
        self.found_error: SatchelError | None = None
        self.places: tuple[str, ...] = ()
        self.sizes: Sizes | None = None
        self.sizes_error: SatchelError | None = None
        self.check: CheckReport | None = None
        self.check_error: SatchelError | None = None

    @property
    def checking(self) -> bool:
        return self._checking is not None

    @property
    def root(self) -> Path | None:
        """What is being looked at."""
        return self._root

    @property
    def path(self) -> str | None:
        """The repository on it that was asked for; None for the first."""
        return self._path

    def look(self, root: Path | None, path: str | None = None) -> None:
        """At a directory, or at the same again; at nothing. ``path`` is one of `places`."""
        self._drop_look()
        if (root, path) != (self._root, self._path):
            self.stop()
            places = self.places if root == self._root else ()
            self._root, self._path = root, path
            self._forget()
            self.places = places
            self.check_changed.emit()
            self.sizes_changed.emit()
        if root is not None:
            self._look = self._bridge.run(
                partial(_look, root, path, self._session.environment, self._session.known),
                done=self._looked,
                failed=self._not_looked,
            )
        self.found_changed.emit()

    def start_check(self) -> None:
        """Read everything back; once the look is done."""
        if self._root is None or self._checking is not None:
            return
        # Both would only slow each other down.
        self._drop_measuring()
        self.check = self.check_error = None
        self._checking = self._bridge.run(
            partial(_check, self._root, self._session.environment, self._session.known),
            done=self._checked,
            failed=self._not_checked,
            progress=self._heard,
        )
        self.check_changed.emit()

    def stop_check(self) -> None:
        if self._checking is not None:
            self._checking.cancel()

    def stop(self) -> None:
        """Nothing of it goes on; what is known stays."""
        self._drop_look()
        self._drop_measuring()
        if self._checking is not None:
            self._checking.drop()
            self._checking = None
            self.check_changed.emit()

    def measure(self) -> None:
        """Unless that is known or under way."""
        found = self.found
        idle = self._measuring is None and self._checking is None
        if found is None or found.inspection is None or self.sizes is not None or not idle:
            return
        inspection = found.inspection
        self._measuring = self._bridge.run(
            partial(_measure, inspection.location, inspection.space),
            done=self._measured,
            failed=self._not_measured,
        )
        self.sizes_changed.emit()

    def write(self, path: Path) -> None:
        """The report, with what is known by now."""
        if self.found is None or self.found.inspection is None:
            return
        environment = self._session.environment
        report = StickReport(
            inspection=self.found.inspection,
            sizes=self.sizes,
            check=self.check,
            tool=TOOL,
            made=environment.clock(),
        )
        self._bridge.run(
            partial(_write, report, path), done=self._wrote, failed=self._did_not_write
        )

    def _drop_look(self) -> None:
        if self._look is not None:
            self._look.drop()
            self._look = None

    def _drop_measuring(self) -> None:
        if self._measuring is not None:
            self._measuring.drop()
            self._measuring = None

    def _looked(self, found: Found) -> None:
        if found.error is not None:
            self._cannot_be_read(found.error, found.places)
            return
        self._look = None
        before = self.found
        self.found, self.found_error = found, None
        self.places = found.places
        if before is not None and _stick(before) != _stick(found):
            # Something has been written since: what was measured and checked is another.
            self._drop_measuring()
            self.sizes = self.sizes_error = None
            if self._checking is None:
                self.check = self.check_error = None
                self.check_changed.emit()
        self.found_changed.emit()
        self.measure()

    def _not_looked(self, error: SatchelError) -> None:
        self._cannot_be_read(error, ())

    def _cannot_be_read(self, error: SatchelError, places: tuple[str, ...]) -> None:
        self._look = None
        self._forget()
        self.found_error = error
        self.places = places
        self.found_changed.emit()

    def _measured(self, sizes: Sizes) -> None:
        self._measuring = None
        self.sizes, self.sizes_error = sizes, None
        self.sizes_changed.emit()

    def _not_measured(self, error: SatchelError) -> None:
        self._measuring = None
        self.sizes_error = error
        self.sizes_changed.emit()

    def _heard(self, event: Event) -> None:
        self.progressed.emit(event)

    def _checked(self, report: CheckReport) -> None:
        self._checking = None
        self.check = report
        self.check_changed.emit()
        self.measure()

    def _not_checked(self, error: SatchelError) -> None:
        self._checking = None
        self.check_error = error
        self.check_changed.emit()
        self.measure()

    def _wrote(self, path: Path) -> None:
        self.written.emit(path)

    def _did_not_write(self, error: SatchelError) -> None:
        self.not_written.emit(error)


def _stick(found: Found) -> object:
    """What of a look tells whether something was written; space on a drive changes anyway."""
    one = found.inspection
    return None if one is None else (one.location, one.made, one.interrupted, one.collections)


def _look(
    root: Path,
    path: str | None,
    environment: Environment,
    known: Known,
    _report: Reporter,
    cancel: CancelToken,
) -> Found:
    try:
        location = find_stick(root, path)
    except RepositoryInvalidError:
        return Found(None)
    places = tuple(one.repository_path for one in find_sticks(root))
    try:
        stick = load_stick(location)
    except StickDamagedError as error:
        return Found(None, places, error)
    judges = environment.judges(known)
    inspection = inspect_stick(stick, judges, environment.languages, cancel)
    return Found(inspection, places)


def _measure(location: Location, space: Space, report: Reporter, cancel: CancelToken) -> Sizes:
    meter = Meter(report, Phase.SIZES)
    return measure_sizes(load_stick(location), space, meter, cancel)


def _check(
    root: Path, environment: Environment, known: Known, report: Reporter, cancel: CancelToken
) -> CheckReport:
    """Of all repositories, whichever is being looked at: computers look at all."""
    return check_path(root, environment.judges(known), CheckOptions(), report, cancel)


def _write(report: StickReport, path: Path, _report: Reporter, _cancel: CancelToken) -> Path:
    write_report(report, path, report_words)
    return path
