"""Inspecting one drive: what is on it, what takes the space, whether it is sound."""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import Enum, auto
from functools import partial
from pathlib import Path

from msgspec import Struct, field
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app import TOOL
from app.drive.space import Space
from app.errors import InterruptedByUser, SatchelError, StickDamagedError
from app.flatpak.remotes.installed_versions import installed_versions
from app.flatpak.remotes.known import Known
from app.ostree.config_file import RepositoryInvalidError
from app.progress import Advanced, CancelToken, Event, Meter, Phase, PhaseStarted, Reporter
from app.stick.checking.check import CheckOptions
from app.stick.checking.check_place import check_path
from app.stick.checking.keys import Trust
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.inspecting.facts import StickReport
from app.stick.inspecting.icons import read_icons
from app.stick.inspecting.inspect import inspect_stick
from app.stick.inspecting.inspection import Inspection
from app.stick.inspecting.report import write_report
from app.stick.inspecting.sizes import Sizes, measure_sizes
from app.stick.mending.request import can_be_mended
from app.stick.store.location import (
    Location,
    RepositoryLostError,
    find_lost,
    find_stick,
    find_sticks,
)
from app.stick.store.stick_state import load_stick
from ui.controllers.progress import Clock, Progress, ProgressMeter
from ui.i18n.wording import worded
from ui.state.session import Session
from ui.style.icon_image import ENOUGH, icon_image
from ui.tasks.bridge import Bridge, Task


class InspectionResult(Struct, frozen=True):
    """What was seen on a drive.

    Attributes:
        inspection: None if there is no repository, or for an error.
        repositories: paths of all on the drive, as clients look for them.
        error: why the one cannot be read.
        icons: ref of an app → its icon, as the drive has it.
        mendable: whether a repair makes something of what cannot be read.
    """

    inspection: Inspection | None
    repositories: tuple[str, ...] = ()
    error: SatchelError | None = None
    icons: Mapping[str, QImage | None] = field(default_factory=dict)
    mendable: bool = False


class CheckState(Enum):
    """Of the check of a drive."""

    NONE = auto()
    """Nobody has asked for it."""
    RUNNING = auto()
    STOPPED = auto()
    """By the person."""
    FAILED = auto()
    DONE = auto()


class CheckStatus(Struct, frozen=True):
    """``report`` once it is done, ``error`` why it did not come to its end."""

    state: CheckState = CheckState.NONE
    report: CheckReport | None = None
    error: SatchelError | None = None

    @property
    def ended(self) -> bool:
        return self.state in {CheckState.STOPPED, CheckState.FAILED, CheckState.DONE}


class InspectionController(QObject):
    """One place at a time. What is known stays until something newer is known.

    Signals:
        inspected(): `result`, `error` or `repositories` is another.
        sizes_changed(), check_changed(): the attributes of that name are others now, or are being
            found out.
        check_progressed(object): the `ui.controllers.progress.Progress` of the check.
        check_phase_began(object), check_advanced(object): a `Phase`, an `Advanced`, for a picture.
        report_written(object): the report is in the file of that path.
        report_failed(object): it is not, for this `SatchelError`.

    Attributes:
        result, error: one of them, once somebody has looked.
        mendable, repositories: as in `InspectionResult`.
        sizes, sizes_error: one of them, once it has been measured.
        check: the `CheckStatus`.
        progress: how far the check is that is under way; None before it is known.
    """

    inspected = Signal()
    sizes_changed = Signal()
    check_changed = Signal()
    check_progressed = Signal(object)
    check_phase_began = Signal(object)
    check_advanced = Signal(object)
    report_written = Signal(object)
    report_failed = Signal(object)

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        parent: QObject | None = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._meter = ProgressMeter(clock)
        self._root: Path | None = None
        self._repository: str | None = None
        self._inspecting: Task | None = None
        self._measuring: Task | None = None
        self._checking: Task | None = None
        self._forget()

    def _forget(self) -> None:
        self.result: InspectionResult | None = None
        self.error: SatchelError | None = None
        self.mendable = False
        self.repositories: tuple[str, ...] = ()
        self.sizes: Sizes | None = None
        self.sizes_error: SatchelError | None = None
        self.progress: Progress | None = None
        self.check = CheckStatus(CheckState.RUNNING if self._checking else CheckState.NONE)

    @property
    def root(self) -> Path | None:
        """The directory that is being inspected."""
        return self._root

    @property
    def repository(self) -> str | None:
        """The repository on it that was asked for; None for the first."""
        return self._repository

    @property
    def inspection(self) -> Inspection | None:
        return self.result.inspection if self.result is not None else None

    @property
    def is_writable(self) -> bool:
        """Whether it is the repository on the drive that Satchel writes to."""
        inspection = self.inspection
        if inspection is None:
            return False
        path = inspection.location.repository_path
        return path != "." and self.repositories[:1] == (path,)

    # What is asked for

    def inspect(self, root: Path | None, repository: str | None = None) -> None:
        """A directory, or the same again; nothing. ``repository`` is one of `repositories`."""
        self._drop_inspecting()
        if (root, repository) != (self._root, self._repository):
            self.stop()
            repositories = self.repositories if root == self._root else ()
            self._root, self._repository = root, repository
            self._forget()
            self.repositories = repositories
            self.check_changed.emit()
            self.sizes_changed.emit()
        if root is not None:
            self._inspecting = self._bridge.run(
                partial(_inspect, root, repository, self._session.environment, self._session.known),
                done=self._keep_result,
                failed=self._keep_error,
            )
        self.inspected.emit()

    def start_check(self) -> None:
        """Read everything back, once the inspection is done."""
        if self._root is None or self._checking is not None:
            return
        # Both would only slow each other down.
        self._drop_measuring()
        self._meter.begin_phase()
        self.progress = None
        self._checking = self._bridge.run(
            partial(_check, self._root, self._session.environment, self._session.known),
            done=self._keep_report,
            failed=self._keep_check_error,
            progress=self._hear,
        )
        self._change_check(CheckStatus(CheckState.RUNNING))

    def stop_check(self) -> None:
        if self._checking is not None:
            self._checking.cancel()

    def stop(self) -> None:
        """Nothing of it goes on; what is known stays."""
        self._drop_inspecting()
        self._drop_measuring()
        if self._checking is not None:
            self._checking.drop()
            self._checking = None
            self._change_check(CheckStatus())

    def measure(self) -> None:
        """Unless that is known or under way."""
        inspection = self.inspection
        idle = self._measuring is None and self._checking is None
        if inspection is None or self.sizes is not None or not idle:
            return
        self.sizes_error = None
        self._measuring = self._bridge.run(
            partial(_measure, inspection.location, inspection.space),
            done=self._keep_sizes,
            failed=self._keep_sizes_error,
        )
        self.sizes_changed.emit()

    def write_report(self, path: Path) -> None:
        """With what is known by now."""
        inspection = self.inspection
        if inspection is None:
            return
        report = StickReport(
            inspection=inspection,
            sizes=self.sizes,
            check=self.check.report,
            tool=TOOL,
            made=self._session.environment.clock(),
        )
        self._bridge.run(
            partial(_write, report, path), done=self._tell_written, failed=self._tell_not_written
        )

    # What comes of it

    def _drop_inspecting(self) -> None:
        if self._inspecting is not None:
            self._inspecting.drop()
            self._inspecting = None

    def _drop_measuring(self) -> None:
        if self._measuring is not None:
            self._measuring.drop()
            self._measuring = None

    def _keep_result(self, result: InspectionResult) -> None:
        if result.error is not None:
            self._keep_unreadable(result.error, result)
            return
        self._inspecting = None
        before = self.inspection
        known = self.result is not None
        self.result, self.error = result, None
        self.repositories = result.repositories
        self._session.pictures.put(result.icons)
        if known and _written(before) != _written(result.inspection):
            # Something has been written since: what was measured and checked is another.
            self._drop_measuring()
            self.sizes = self.sizes_error = None
            if self._checking is None:
                self._change_check(CheckStatus())
        self._recall_check()
        self.inspected.emit()
        self.measure()

    def _keep_error(self, error: SatchelError) -> None:
        self._keep_unreadable(error, InspectionResult(None))

    def _keep_unreadable(self, error: SatchelError, result: InspectionResult) -> None:
        self._inspecting = None
        # Of what it was.
        self._drop_measuring()
        self._forget()
        self.error = error
        self.mendable = result.mendable
        self.repositories = result.repositories
        self.inspected.emit()

    def _keep_sizes(self, sizes: Sizes) -> None:
        self._measuring = None
        self.sizes, self.sizes_error = sizes, None
        self.sizes_changed.emit()

    def _keep_sizes_error(self, error: SatchelError) -> None:
        self._measuring = None
        self.sizes_error = error
        self.sizes_changed.emit()

    def _hear(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                self.check_phase_began.emit(phase)
            case Advanced():
                self.check_advanced.emit(event)
                self.progress = self._meter.advance(event)
                self.check_progressed.emit(self.progress)

    def _recall_check(self) -> None:
        """A check of the same state of the drive, by a job or earlier, is as good as a new one."""
        inspection = self.inspection
        if inspection is None or self.check.state is not CheckState.NONE:
            return
        report = self._session.checks.of(inspection.stamp)
        if report is not None and not inspection.interrupted:
            self._change_check(CheckStatus(CheckState.DONE, report))

    def _keep_report(self, report: CheckReport) -> None:
        self._checking = None
        self._session.checks.remember(report)
        self._change_check(CheckStatus(CheckState.DONE, report))
        self.measure()

    def _keep_check_error(self, error: SatchelError) -> None:
        self._checking = None
        stopped = isinstance(error, InterruptedByUser)
        state = CheckState.STOPPED if stopped else CheckState.FAILED
        self._change_check(CheckStatus(state, error=error))
        self.measure()

    def _change_check(self, check: CheckStatus) -> None:
        self.check = check
        self.check_changed.emit()

    def _tell_written(self, path: Path) -> None:
        self.report_written.emit(path)

    def _tell_not_written(self, error: SatchelError) -> None:
        self.report_failed.emit(error)


def _written(inspection: Inspection | None) -> object:
    """What of it tells whether something was written; space on a drive changes anyway."""
    if inspection is None:
        return None
    return inspection.location, inspection.made, inspection.interrupted, inspection.collections


def _inspect(
    root: Path,
    repository_path: str | None,
    environment: Environment,
    known: Known,
    _report: Reporter,
    cancel: CancelToken,
) -> InspectionResult:
    try:
        location = find_stick(root, repository_path)
    except RepositoryLostError as error:
        return InspectionResult(None, error=error, mendable=find_lost(root) is not None)
    except RepositoryInvalidError:
        return InspectionResult(None)
    repositories = tuple(place.repository_path for place in find_sticks(root))
    try:
        stick = load_stick(location)
    except StickDamagedError as error:
        return InspectionResult(None, repositories, error, mendable=can_be_mended(root))
    judges = environment.judges(known)
    inspection = inspect_stick(
        stick,
        judges,
        environment.languages,
        cancel,
        environment.quota,
        installed_versions(environment.flatpak),
    )
    icons = read_icons(stick, inspection.collections, ENOUGH, cancel)
    images = {ref: icon_image(data, ENOUGH) for ref, data in icons.items()}
    return InspectionResult(inspection, repositories, icons=images)


def _measure(location: Location, space: Space, report: Reporter, cancel: CancelToken) -> Sizes:
    meter = Meter(report, Phase.SIZES)
    return measure_sizes(load_stick(location), space, meter, cancel)


def _check(
    root: Path, environment: Environment, known: Known, report: Reporter, cancel: CancelToken
) -> CheckReport:
    """Of all repositories, whichever is being looked at: computers look at all."""
    options = CheckOptions(trust=Trust(fetched=environment.fetched_images.all()))
    return check_path(root, environment.judges(known), options, report, cancel)


def _write(report: StickReport, path: Path, _report: Reporter, _cancel: CancelToken) -> Path:
    write_report(report, path, worded)
    return path
