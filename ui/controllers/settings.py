"""What the person sets: written as soon as it is set, one change after the other. Draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from enum import Enum
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.catalogue.cached_ids import cached_list
from app.flatpak.registries.listing import as_remote
from app.flatpak.remotes.adding import add_remote, fingerprints, offer_remote, remove_remote
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.settings import Settings, load_settings, save_settings
from app.stick.environment import Environment
from ui.state.session import Session
from ui.state.vouched import accepting, refusing
from ui.tasks.bridge import Bridge, Task, Work


class SettingsState(Enum):
    """Whether what is shown is what counts."""

    SETTLED = "settled"
    """All that was set is written."""
    SAVING = "saving"
    """A change is being written; others may wait for it."""
    REFUSED = "refused"
    """What was wanted last could not be done, and all is as before."""


class SettingsView(Struct, frozen=True):
    """The settings to draw.

    Attributes:
        settings: what the person has set.
        system_languages: the computer's, best first.
        classroom_languages: those that were set, or the person's own.
        saved: something was changed since they are looked at, and all of it is written.
        cache: where the cache is now.
        movable: whether it can be elsewhere.
        problem: why something could not be done.
    """

    state: SettingsState
    settings: Settings
    system_languages: tuple[str, ...]
    classroom_languages: tuple[str, ...]
    saved: bool
    cache: Path
    movable: bool
    problem: SatchelError | None = None


class SourceFacts(Struct, frozen=True):
    """What is known of a remote.

    Attributes:
        fingerprints: of its keys.
        apps: how many its list has that is kept here; None if there is none.
        written: when that was made, in seconds since 1970.
    """

    remote: Remote
    fingerprints: tuple[str, ...]
    apps: int | None = None
    written: float | None = None


_Knowing = Callable[[Environment, Known, Reporter, CancelToken], Known]
_Change = Callable[[Settings], Settings]
"""Of the settings as they are when its turn comes."""


class SettingsController(QObject):
    """Signals:
    changed(object): the `SettingsView` to draw now.
    remotes_changed(object): a tuple of `Remote`, as they are known now.
    facts_read(object): a tuple of `SourceFacts`.
    source_removed(str): one that was added is forgotten; `restore_source` brings it back.
    cache_measured(object): bytes in the cache.
    notices_changed(object): a tuple of `Notice` that a person should read.
    """

    changed = Signal(object)
    remotes_changed = Signal(object)
    facts_read = Signal(object)
    source_removed = Signal(str)
    cache_measured = Signal(object)
    notices_changed = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._state = SettingsState.SETTLED
        self._problem: SatchelError | None = None
        self._waiting: dict[Hashable, _Change] = {}
        self._reading_facts: Task | None = None
        self._measuring: Task | None = None
        self._shown = False
        self._saved_once = False
        self._removed: Remote | None = None
        session.environment_changed.connect(self._tell)
        session.remotes_changed.connect(self._tell_remotes)
        session.notice_changed.connect(self._tell_notices)

    @property
    def view(self) -> SettingsView:
        """How it is now."""
        environment = self._session.environment
        return SettingsView(
            state=self._state,
            settings=environment.settings,
            system_languages=environment.system_languages,
            classroom_languages=environment.classroom_languages,
            saved=self._saved_once and self._state is SettingsState.SETTLED,
            cache=environment.cache,
            movable=not environment.is_demo,
            problem=self._problem,
        )

    # What the person does

    def enter(self) -> None:
        """The settings are looked at now."""
        self._shown = True
        self._saved_once = False
        saving = self._state is SettingsState.SAVING
        self._enter(SettingsState.SAVING if saving else SettingsState.SETTLED)
        self._tell()
        self._tell_notices()
        self._tell_remotes()
        self._measure()

    def leave(self) -> None:
        """They are no longer looked at."""
        self._shown = False

    def change(self, name: str, value: object) -> None:
        """The setting of that name shall have this value, as `app.settings` names both."""
        self._want(name, partial(_with_value, name, value))

    def list_source(self, name: str, listed: bool) -> None:
        """Whether that remote is searched for apps."""
        self._want(("source", name), partial(_with_listed, name, listed))

    def accept_unsigned(self, remote: Remote, accepted: bool) -> None:
        """Whether the person takes what comes from there though nobody vouches for it."""
        self._want(("unsigned", remote.address), partial(_with_accepted, remote, accepted))

    def _want(self, what: Hashable, change: _Change) -> None:
        """Of two wishes about the same thing that wait only the last counts."""
        self._waiting.pop(what, None)
        self._waiting[what] = change
        if self._state is not SettingsState.SAVING:
            self._save()

    def clear_cache(self) -> None:
        """Nothing of it is kept; `cache_measured` tells."""
        self._measure(_clear)

    def remove_source(self, remote: Remote) -> None:
        """Forget one that was added; `source_removed` tells."""
        self._know(partial(_remove, remote.name), partial(self._without_source, remote))

    def restore_source(self) -> None:
        """The one that was removed last is there again."""
        remote, self._removed = self._removed, None
        if remote is not None:
            self._know(partial(_restore, remote), self._session.set_known)

    def _without_source(self, remote: Remote, known: Known) -> None:
        self._removed = remote
        self._session.set_known(known)
        self.source_removed.emit(remote.label)

    def _know(self, work: _Knowing, done: Callable[[Known], object]) -> None:
        """In turn: what is told last is how it is."""
        self._bridge.in_turn(partial(_on_sources, self._session, work), done, self._refuse)

    # The state

    def _enter(self, state: SettingsState, problem: SatchelError | None = None) -> None:
        """The only place where the state changes."""
        self._state = state
        self._problem = problem

    def _save(self) -> None:
        """Write what waits. Not told: the fields show already what is wanted."""
        changes, self._waiting = tuple(self._waiting.values()), {}
        self._enter(SettingsState.SAVING, self._problem)
        self._bridge.in_turn(
            partial(_on_settings, self._session, changes), self._saved, self._not_saved
        )

    def _saved(self, environment: Environment) -> None:
        if self._waiting:
            self._session.set_environment(environment)
            self._save()
            return
        before = _about_sources(self._session.environment.settings)
        self._enter(SettingsState.SETTLED)
        self._saved_once = self._shown
        self._session.set_environment(environment)
        if before != _about_sources(environment.settings):
            self._know(_look_up, self._session.set_known)
        if self._shown:
            self._measure()

    def _not_saved(self, error: SatchelError) -> None:
        self._enter(SettingsState.SETTLED, self._problem)
        self._refuse(error)
        if self._waiting:
            self._save()

    def _refuse(self, error: SatchelError) -> None:
        """What was not taken is not shown as if it were."""
        if isinstance(error, InterruptedByUser):
            return
        saving = self._state is SettingsState.SAVING
        self._enter(SettingsState.SAVING if saving else SettingsState.REFUSED, error)
        self._tell()

    # What is told

    def _tell(self) -> None:
        self.changed.emit(self.view)

    def _tell_notices(self) -> None:
        self.notices_changed.emit(self._session.notices)
        if self._shown and self._session.unread:
            self._session.mark_read()

    def _tell_remotes(self) -> None:
        if not self._shown:
            return
        sources = self._sources
        self.remotes_changed.emit(sources)
        if self._reading_facts is not None:
            self._reading_facts.drop()
        self._reading_facts = self._bridge.run(
            partial(_read_facts, self._session.environment, sources),
            done=self._take_facts,
            failed=self._refuse,
        )

    @property
    def _sources(self) -> tuple[Remote, ...]:
        """Container registries behind the others."""
        known = self._session.known
        registries = (replace(as_remote(each), listed=each.listed) for each in known.registries)
        return (*known.remotes, *registries)

    def _take_facts(self, facts: tuple[SourceFacts, ...]) -> None:
        self._reading_facts = None
        self.facts_read.emit(facts)

    def _measure(
        self, work: Callable[[Environment, Reporter, CancelToken], int] | None = None
    ) -> None:
        if self._measuring is not None:
            self._measuring.drop()
        self._measuring = self._bridge.run(
            partial(work or _size, self._session.environment),
            done=self._take_size,
            failed=self._refuse,
        )

    def _take_size(self, size: int) -> None:
        self._measuring = None
        self.cache_measured.emit(size)


def _about_sources(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return settings.sources_off, settings.unsigned_sources


def _with_value(name: str, value: object, settings: Settings) -> Settings:
    return settings.with_value(name, value)


def _with_listed(name: str, listed: bool, settings: Settings) -> Settings:
    rest = tuple(each for each in settings.sources_off if each != name)
    return settings.with_value("sources_off", rest if listed else (*rest, name))


def _with_accepted(remote: Remote, accepted: bool, settings: Settings) -> Settings:
    wanted = accepting(settings, remote) if accepted else refusing(settings, remote)
    return settings.with_value("unsigned_sources", wanted)


def _on_settings(session: Session, changes: Iterable[_Change]) -> Work:
    return partial(_change, session.environment, changes)


def _on_sources(session: Session, work: _Knowing) -> Work:
    return partial(work, session.environment, session.known)


def _change(
    environment: Environment,
    changes: Iterable[_Change],
    _report: Reporter,
    _cancel: CancelToken,
) -> Environment:
    loaded = load_settings(environment.config)
    settings = loaded.settings
    for change in changes:
        settings = change(settings)
    save_settings(environment.config, settings)
    changed = environment.reloaded()
    changed.trim_cache()
    return replace(changed, notices=(*loaded.notices, *changed.notices))


def _remove(
    name: str, environment: Environment, known: Known, _report: Reporter, _cancel: CancelToken
) -> Known:
    remove_remote(environment.config, name, known)
    return environment.known_remotes()


def _restore(
    remote: Remote, environment: Environment, known: Known, _report: Reporter, _cancel: CancelToken
) -> Known:
    add_remote(environment.config, offer_remote(remote, unsigned=True), known)
    return environment.known_remotes()


def _look_up(
    environment: Environment, _known: Known, _report: Reporter, _cancel: CancelToken
) -> Known:
    return environment.known_remotes()


def _read_facts(
    environment: Environment,
    remotes: tuple[Remote, ...],
    _report: Reporter,
    cancel: CancelToken,
) -> tuple[SourceFacts, ...]:
    facts = []
    for remote in remotes:
        cancel.check()
        kept = cached_list(environment.cache, remote.url)
        apps, written = (kept.apps, kept.written) if kept is not None else (None, None)
        facts.append(SourceFacts(remote, fingerprints(remote), apps, written))
    return tuple(facts)


def _size(environment: Environment, _report: Reporter, _cancel: CancelToken) -> int:
    return environment.cache_size()


def _clear(environment: Environment, _report: Reporter, _cancel: CancelToken) -> int:
    environment.empty_cache()
    return environment.cache_size()
