"""Saved sets as the window uses them: kept, found again, brought in and given away."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.fs.files import read_bounded
from app.languages import UNTRANSLATED
from app.message import Message
from app.progress import Cancel, CancelToken, Notice, Reporter
from app.stick.choices.about import About, SetWords
from app.stick.choices.app_sets import set_of
from app.stick.choices.availability import Availability, check_availability
from app.stick.choices.importing import read_choice
from app.stick.choices.profile import (
    MAX_SIZE,
    Profile,
    ProfileError,
    Profiles,
    saved_profiles,
    write_profile,
)
from app.stick.environment import Environment
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task, Work


class SavedChoice(Struct, frozen=True):
    """A saved choice in the list of all; ``refs`` is None for one that cannot be used."""

    name: str
    refs: int | None


class ChoiceList(Struct, frozen=True):
    """``notices``: those that cannot be used."""

    choices: tuple[SavedChoice, ...]
    notices: tuple[Notice, ...]


class LoadedChoice(Struct, frozen=True):
    """A choice and what there is of it now; ``notices``: what was passed over."""

    name: str
    profile: Profile
    availability: Availability
    notices: tuple[Notice, ...] = ()


class SavedChoices(QObject):
    """Signals:
    listed(): `entries` are others now.
    loaded(object): what was loaded or imported, a `LoadedChoice`.
    stored(str): the present choice was saved under this name, or in this file.
    failed(object): a `SatchelError`; everything is as before.
    busy_changed(): so is `busy`.

    Attributes:
        entries: what is saved, by alphabet.
    """

    listed = Signal()
    loaded = Signal(object)
    stored = Signal(str)
    failed = Signal(object)
    busy_changed = Signal()

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._task: Task | None = None
        self._waiting: deque[tuple[Work, Callable[[Any], object]]] = deque()
        self.entries = ChoiceList((), ())

    @property
    def busy(self) -> bool:
        return self._task is not None

    def refresh(self) -> None:
        self._run(partial(_list, self._profiles), self._tell_list)

    def save(self, name: str, audience: str = "") -> None:
        """Keep the present choice, instead of one of the same name."""
        present = self._present(name, audience)
        self._run(partial(_save, self._profiles, name, present), self._tell_stored)

    def export_saved(self, name: str, path: Path) -> None:
        """Write a saved one to a file that ``satchel make --profile`` takes."""
        self._run(partial(_export_saved, self._profiles, name, path), self._tell_stored)

    def remove(self, name: str) -> None:
        self._run(partial(_remove, self._profiles, name), self._tell_list)

    def load(self, name: str) -> None:
        """`loaded` tells what there is of it."""
        self._run(partial(_load, self._profiles, name, self._checking()), self._tell_loaded)

    def import_file(self, path: Path) -> None:
        """Read what flatpak or Satchel wrote; `loaded` tells what there is of it."""
        session = self._session
        self._run(partial(_import, path, session.known, self._checking()), self._tell_loaded)

    @property
    def _profiles(self) -> Profiles:
        return saved_profiles(self._session.environment.config)

    def _present(self, name: str, audience: str) -> Profile:
        session = self._session
        choice = session.choice
        today = datetime.fromtimestamp(session.environment.clock(), UTC).date()
        about = About(((UNTRANSLATED, SetWords(name, audience)),), date=today)
        # What came as a file nobody else can fetch.
        chosen = ((ref.remote, ref.ref) for ref in choice.refs if ref.file is None)
        return set_of(chosen, about, choice.options.arch, session.remotes)

    def _checking(self) -> Callable[[Profile, Cancel], Availability]:
        session = self._session
        return partial(
            _check,
            session.environment.arch,
            session.environment,
            session.known,
        )

    def _run(self, work: Work, done: Callable[[Any], object]) -> None:
        """One after the other: to load one may take long, and nothing is forgotten meanwhile."""
        self._waiting.append((work, done))
        if self._task is None:
            self._next()

    def _next(self) -> None:
        work, done = self._waiting.popleft()
        self._task = self._bridge.run(work, done=done, failed=self._fail)
        self.busy_changed.emit()

    def _end(self) -> None:
        self._task = None
        if self._waiting:
            self._next()
        else:
            self.busy_changed.emit()

    def _fail(self, error: SatchelError) -> None:
        self._end()
        self.failed.emit(error)

    def _tell_list(self, listed: ChoiceList) -> None:
        self._end()
        self.entries = listed
        self.listed.emit()

    def _tell_stored(self, stored: tuple[str, ChoiceList | None]) -> None:
        self._end()
        name, listed = stored
        if listed is not None:
            self.entries = listed
            self.listed.emit()
        self.stored.emit(name)

    def _tell_loaded(self, loaded: LoadedChoice) -> None:
        self._end()
        self.loaded.emit(loaded)


def _listed(profiles: Profiles) -> ChoiceList:
    usable, notices = profiles.all()
    choices = (
        SavedChoice(name, len(usable[name].refs) if name in usable else None)
        for name in profiles.names()
    )
    return ChoiceList(tuple(choices), notices)


def _list(profiles: Profiles, _report: Reporter, _cancel: CancelToken) -> ChoiceList:
    return _listed(profiles)


def _save(
    profiles: Profiles, name: str, profile: Profile, _report: Reporter, _cancel: CancelToken
) -> tuple[str, ChoiceList]:
    profiles.save(name, profile)
    return name, _listed(profiles)


def _export_saved(
    profiles: Profiles, name: str, path: Path, _report: Reporter, _cancel: CancelToken
) -> tuple[str, None]:
    write_profile(path, profiles.load(name))
    return path.name, None


def _remove(profiles: Profiles, name: str, _report: Reporter, _cancel: CancelToken) -> ChoiceList:
    profiles.remove(name)
    return _listed(profiles)


def _load(
    profiles: Profiles,
    name: str,
    check: Callable[[Profile, Cancel], Availability],
    _report: Reporter,
    cancel: CancelToken,
) -> LoadedChoice:
    profile = profiles.load(name)
    return LoadedChoice(name, profile, check(profile, cancel))


def _import(
    path: Path,
    known: Known,
    check: Callable[[Profile, Cancel], Availability],
    _report: Reporter,
    cancel: CancelToken,
) -> LoadedChoice:
    try:
        data = read_bounded(path, MAX_SIZE)
    except OSError as error:
        raise ProfileError(
            Message("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror),
            Message("Choose another file."),
        ) from error
    imported = read_choice(data, str(path), known.remotes, known.registries)
    return LoadedChoice(
        path.name, imported.profile, check(imported.profile, cancel), imported.notices
    )


def _check(
    arch: str,
    environment: Environment,
    known: Known,
    profile: Profile,
    cancel: Cancel,
) -> Availability:
    return check_availability(profile, arch, environment, known, cancel)
