"""Who decides and who knows does not draw; import-linter cannot tell parts of PySide6 apart."""

from __future__ import annotations

from pathlib import Path

import pytest

import ui

ROOMS = ("controllers", "models", "state")


@pytest.mark.parametrize("room", ROOMS)
def test_knows_no_widget(room: str) -> None:
    modules = (Path(ui.__file__).parent / room).glob("*.py")
    drawing = [path.name for path in modules if "QtWidgets" in path.read_text("utf-8")]
    assert drawing == []
