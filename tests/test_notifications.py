"""Notifications reach the desktop, and nothing happens where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.notifications import notify
from tests.buses import message_bus, service


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with message_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


def test_title_and_text_arrive_without_markup(bus: str) -> None:
    heard: list[tuple[Any, ...]] = []

    def answer(method: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        assert method == "Notify"
        heard.append(arguments)
        return "u", (1,)

    with service(bus, "org.freedesktop.Notifications", answer):
        assert notify("The drive is ready", "<b>Tom & Co</b>")

    [(program, _, _, title, text, *_rest)] = heard
    assert program == "Satchel"
    assert title == "The drive is ready"
    assert text == "&lt;b&gt;Tom &amp; Co&lt;/b&gt;"


@pytest.mark.parametrize("sound", [True, False])
def test_a_sound_is_the_desktops(bus: str, sound: bool) -> None:
    hints: list[dict[str, Any]] = []

    def answer(_method: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        hints.append(arguments[6])
        return "u", (1,)

    with service(bus, "org.freedesktop.Notifications", answer):
        assert notify("The drive is ready", "", sound=sound)

    [given] = hints
    assert given.get("sound-name") == (("s", "complete") if sound else None)
    assert given.get("suppress-sound") == (None if sound else ("b", True))


@pytest.mark.usefixtures("bus")
def test_nobody_there() -> None:
    assert not notify("The drive is ready", "")


@pytest.mark.parametrize("address", ["", "nonsense", "unix:path=/nonexistent/bus"])
def test_no_bus(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert not notify("The drive is ready", "")


def test_no_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not notify("The drive is ready", "")
