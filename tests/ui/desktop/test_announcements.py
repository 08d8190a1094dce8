"""What the desktop is told of a drive: progress in the taskbar, and when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.replacing import replace
from app.settings import Settings
from app.stick.environment import Environment
from tests.buses import Listener, message_bus, service
from tests.waiting import GUARD_MS
from ui.controllers.announcements import Announcements
from ui.desktop.launcher import LauncherEntry
from ui.state.session import Session
from ui.tasks.bridge import Bridge

_INTERFACE = "com.canonical.Unity.LauncherEntry"


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with message_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.close()


@pytest.fixture
def announce(environment: Environment, bridge: Bridge) -> Callable[..., Announcements]:
    """``announce(sound=False)``: with these settings."""

    def make(**settings: Any) -> Announcements:
        computer = replace(environment, settings=Settings(**settings))
        session = Session(computer, bridge)
        return Announcements(session, bridge, bridge)

    return make


def progress(arguments: tuple[Any, ...]) -> tuple[float, bool]:
    entry, values = arguments
    assert entry == "application://org.satchel.Satchel.desktop"
    return values["progress"][1], values["progress-visible"][1]


def test_progress_comes_and_goes(bus: str, announce: Callable[..., Announcements]) -> None:
    with closing(Listener(bus, _INTERFACE)) as listener:
        announcements = announce()
        announcements.show_progress(0.254)
        assert progress(listener.hear()) == (0.25, True)


def test_the_last_word_counts(
    bus: str, announce: Callable[..., Announcements], qtbot: QtBot
) -> None:
    with closing(Listener(bus, _INTERFACE)) as listener:
        announcements = announce()
        for share in (0.1, 0.2, 0.3, None):
            announcements.show_progress(share)
        assert progress(listener.hear()) == (0.1, True)
        qtbot.waitUntil(lambda: not announcements.sending, timeout=GUARD_MS)
        assert progress(listener.hear()) == (0.0, False)


def test_less_than_a_per_cent_is_nothing_new(
    bus: str, announce: Callable[..., Announcements], qtbot: QtBot
) -> None:
    with closing(Listener(bus, _INTERFACE)) as listener:
        announcements = announce()
        for share in (0.5, 0.501, 0.508, 0.51):
            announcements.show_progress(share)
            qtbot.waitUntil(lambda: not announcements.sending, timeout=GUARD_MS)
        assert progress(listener.hear()) == (0.5, True)
        assert progress(listener.hear()) == (0.51, True)


def test_without_a_bus_it_is_silent(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    entry = LauncherEntry()
    entry.show(0.5)
    entry.show(None)
    entry.close()
    assert capfd.readouterr() == ("", "")


def test_a_bus_that_goes_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with message_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        entry = LauncherEntry()
        entry.show(0.5)
    capfd.readouterr()  # What the bus itself has said.
    for _ in range(3):
        entry.show(0.6)
    entry.close()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("settings", "seen", "expected"),
    [
        ({}, False, ["complete"]),
        ({}, True, ["complete"]),
        ({"sound": False}, False, [None]),
        ({"sound": False}, True, []),
        ({"notifications": False}, False, []),
    ],
)
def test_it_is_told_as_the_settings_have_it(
    bus: str,
    announce: Callable[..., Announcements],
    bridge: Bridge,
    settings: dict[str, bool],
    seen: bool,
    expected: list[str | None],
) -> None:
    sounds: list[str | None] = []

    def take(_method: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        sounds.append(arguments[6].get("sound-name", ("s", None))[1])
        return "u", (1,)

    with service(bus, "org.freedesktop.Notifications", take):
        announce(**settings).tell("The drive is ready", "", seen=seen)
        bridge.close()
    assert sounds == expected
