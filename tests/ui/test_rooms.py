"""What decides draws nothing: import-linter cannot tell Qt's modules apart."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

_UI = Path(__file__).parents[2] / "ui"


@pytest.mark.parametrize("room", ["controllers", "desktop", "models", "state", "i18n"])
def test_no_widget_is_used_here(room: str) -> None:
    users = [
        path.name
        for path in (_UI / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "PySide6.QtWidgets"
    ]
    assert not users
