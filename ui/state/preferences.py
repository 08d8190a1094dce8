"""What the person sets, written as soon as it is set, one change after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.errors import SatchelError
from app.flatpak.remotes.adding import fingerprints, remove_remote
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.cache import cache_size, trim_cache
from app.progress import CancelToken, Reporter
from app.settings import load_settings, save_settings
from app.stick.environment import Environment
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task


@dataclass(frozen=True, slots=True)
class Keyed:
    """A remote and the fingerprints of its keys."""

    remote: Remote
    fingerprints: tuple[str, ...]


class Preferences(QObject):
    """Signals:
    failed(object): why something was not changed, a `SatchelError`; all is as before.
    changed(): nothing is left to be changed, and all went well.
    measured(object): bytes in the cache.
    keyed(object): a tuple of `Keyed`, for the remotes as they are known now.
    """

    failed = Signal(object)
    changed = Signal()
    measured = Signal(object)
    keyed = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._waiting: dict[str, object] = {}
        self._task: Task | None = None
        self._looking: Task | None = None
        self._measuring: Task | None = None

    def set(self, name: str, value: object) -> None:
        """Give a setting of `app.settings` another value."""
        self._waiting[name] = value
        self._next()

    def remove_remote(self, name: str) -> None:
        """Forget a remote that was added."""
        self._bridge.run(
            partial(_remove, self._session.environment, name, self._session.known),
            done=self._removed,
            failed=self.failed.emit,
        )

    def read_keys(self) -> None:
        """`keyed` tells."""
        if self._looking is not None:
            self._looking.drop()
        self._looking = self._bridge.run(
            partial(_keys, self._session.remotes), done=self._show_keys, failed=self.failed.emit
        )

    def measure(self) -> None:
        """`measured` tells."""
        self._size(_measure)

    def clear(self) -> None:
        """Empty the cache; `measured` tells."""
        self._size(_clear)

    def _size(self, work: Callable[[Environment, Reporter, CancelToken], int]) -> None:
        if self._measuring is not None:
            self._measuring.drop()
        self._measuring = self._bridge.run(
            partial(work, self._session.environment), done=self._show_size, failed=self.failed.emit
        )

    def _next(self) -> None:
        if self._task is None and self._waiting:
            changes, self._waiting = self._waiting, {}
            self._task = self._bridge.run(
                partial(_change, self._session.environment, changes),
                done=self._took,
                failed=self._refused,
            )

    def _took(self, environment: Environment) -> None:
        self._task = None
        self._session.set_environment(environment)
        self._next()
        if self._task is None:
            self.changed.emit()

    def _refused(self, error: SatchelError) -> None:
        self._task = None
        self.failed.emit(error)
        self._next()

    def _removed(self, known: Known) -> None:
        self._session.set_known(known)

    def _show_keys(self, found: tuple[Keyed, ...]) -> None:
        self._looking = None
        self.keyed.emit(found)

    def _show_size(self, size: int) -> None:
        self._measuring = None
        self.measured.emit(size)


def _change(
    environment: Environment,
    changes: Mapping[str, object],
    _report: Reporter,
    _cancel: CancelToken,
) -> Environment:
    loaded = load_settings(environment.config)
    settings = loaded.settings
    for name, value in changes.items():
        settings = settings.with_value(name, value)
    save_settings(environment.config, settings)
    found = environment.reloaded()
    found.trim_cache()
    return replace(found, notices=(*loaded.notices, *found.notices))


def _remove(
    environment: Environment, name: str, known: Known, _report: Reporter, _cancel: CancelToken
) -> Known:
    remove_remote(environment.config, name, known)
    return environment.known_with_news()


def _keys(remotes: tuple[Remote, ...], _report: Reporter, cancel: CancelToken) -> tuple[Keyed, ...]:
    found = []
    for remote in remotes:
        cancel.check()
        found.append(Keyed(remote, fingerprints(remote)))
    return tuple(found)


def _measure(environment: Environment, _report: Reporter, _cancel: CancelToken) -> int:
    return cache_size(environment.cache)


def _clear(environment: Environment, _report: Reporter, _cancel: CancelToken) -> int:
    trim_cache(environment.cache, 0)
    return cache_size(environment.cache)
