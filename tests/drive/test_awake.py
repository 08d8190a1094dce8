"""The computer stays awake while the block runs, and only then."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from app.drive.safety.stay_awake import kept_awake
from tests.buses import message_bus, service
from tests.waiting import GUARD


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with message_bus() as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield address


def let_go(reading: int, wait: float = 0) -> bool:
    """Whether nobody holds the other end any more, in so many seconds at the latest."""
    return bool(select.select([reading], [], [], wait)[0]) and os.read(reading, 1) == b""


def test_it_is_held_while_the_block_runs_and_let_go_at_its_end(bus: str) -> None:
    reading, writing = os.pipe()
    asked: list[tuple[str, tuple[Any, ...]]] = []

    def answer(method: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        asked.append((method, arguments))
        return "h", (writing,)

    with service(bus, "org.freedesktop.login1", answer):
        with suppress(ZeroDivisionError), kept_awake("Writing a drive"):
            os.close(writing)
            held = not let_go(reading)
            raise ZeroDivisionError
        # The bus may still have the message with it.
        gone = let_go(reading, GUARD)
    os.close(reading)

    assert asked == [("Inhibit", ("sleep:idle", "Satchel", "Writing a drive", "block"))]
    assert held
    assert gone


@pytest.mark.usefixtures("bus")
def test_without_anybody_to_ask_the_block_runs() -> None:
    ran = False
    with kept_awake("Writing a drive"):
        ran = True
    assert ran


def test_without_a_bus_the_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    ran = False
    with kept_awake("Writing a drive"):
        ran = True
    assert ran
