"""What the Settings page decides, without any widget."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.errors import SatchelError
from app.flatpak.upstream.cache import RemoteCache
from app.settings import Settings, load_settings, save_settings
from app.stick.environment import Environment
from ui.controllers import settings as controller_module
from ui.controllers.settings import SettingsController, SettingsState, SettingsView
from ui.state.session import Session
from ui.tasks.bridge import Bridge

_LONG = 10_000


class Person:
    """Sets things, and hears everything that the controller tells."""

    def __init__(self, environment: Environment, qtbot: QtBot) -> None:
        self.session = Session(environment)
        self.bridge = Bridge(self.session)
        self.controller = SettingsController(self.session, self.bridge, self.session)
        self.views: list[SettingsView] = []
        self.sizes: list[int] = []
        self.controller.changed.connect(self.views.append)
        self.controller.cache_measured.connect(self.sizes.append)
        self._qtbot = qtbot

    def state(self) -> SettingsState:
        return self.controller.view.state

    def until_idle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.bridge.busy, timeout=_LONG)


@pytest.fixture
def person(environment: Environment, qtbot: QtBot) -> Iterator[Person]:
    person = Person(environment, qtbot)
    yield person
    person.bridge.close()
    person.session.deleteLater()


def saved(person: Person) -> Settings:
    return load_settings(person.session.environment.config).settings


def test_what_is_set_is_written_and_counts(person: Person) -> None:
    person.controller.change("connections", 7)
    assert person.state() is SettingsState.SAVING
    person.until_idle()

    assert person.state() is SettingsState.SETTLED
    assert saved(person).connections == 7
    assert person.session.environment.network.connections == 7
    assert [view.settings.connections for view in person.views] == [7]


def test_what_is_set_while_something_is_written_is_written_next(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, may_end = threading.Event(), threading.Event()
    written: list[Settings] = []

    def slow(directory: Path, settings: Settings) -> None:
        writing.set()
        may_end.wait()
        written.append(settings)
        save_settings(directory, settings)

    monkeypatch.setattr(controller_module, "save_settings", slow)
    person.controller.change("connections", 7)
    writing.wait()
    person.controller.change("languages", ("de",))
    person.controller.change("architecture", "riscv64")
    person.controller.change("architecture", "aarch64")
    may_end.set()
    person.until_idle()

    assert [(each.connections, each.languages) for each in written] == [(7, ()), (7, ("de",))]
    assert saved(person).architecture == "aarch64"
    assert person.state() is SettingsState.SETTLED


def test_what_cannot_be_written_is_told_until_something_else_could_be(person: Person) -> None:
    config = person.session.environment.config
    config.write_text("in the way")
    person.controller.change("cache_limit", 60_000_000)
    person.until_idle()

    assert person.state() is SettingsState.REFUSED
    (view,) = person.views
    assert isinstance(view.problem, SatchelError)
    assert view.settings == Settings()

    config.unlink()
    person.controller.change("cache_limit", 60_000_000)
    person.until_idle()
    assert person.state() is SettingsState.SETTLED
    assert person.controller.view.problem is None


def test_a_value_that_cannot_be_is_told_and_forgotten_when_one_comes_back(person: Person) -> None:
    person.controller.change("connections", 0)
    person.until_idle()
    assert person.state() is SettingsState.REFUSED

    person.controller.enter()
    assert person.state() is SettingsState.SETTLED
    assert person.views[-1].problem is None
    person.until_idle()


def test_the_cache_is_measured_when_somebody_looks_and_after_it_was_cleared(
    person: Person,
) -> None:
    cache = RemoteCache(person.session.environment.cache, "https://a/")
    cache.write("summary", bytes(3_000_000))
    person.controller.change("connections", 7)
    person.until_idle()
    assert person.sizes == []

    person.controller.enter()
    person.until_idle()
    person.controller.clear_cache()
    person.until_idle()
    assert person.sizes[0] >= 3_000_000
    assert person.sizes[1:] == [0]


def test_notices_are_read_as_soon_as_they_are_looked_at(
    environment: Environment, qtbot: QtBot
) -> None:
    environment.config.mkdir()
    (environment.config / "settings.json").write_text('{"connections": "many"}')
    person = Person(environment.reloaded(), qtbot)
    assert person.session.unread

    person.controller.enter()
    assert not person.session.unread
    person.until_idle()
    person.bridge.close()
    person.session.deleteLater()
