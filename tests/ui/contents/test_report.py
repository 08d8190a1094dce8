"""Reports that are saved."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.ui.contents.person import Person


def says(person: Person, text: str) -> bool:
    return text in person.said


def test_the_report_as_a_page_and_as_data(
    friend: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    friend.looks_at(good)
    friend.until(friend.picture.view.isVisible)
    friend.checks()
    for name in ("report.html", "report.json"):
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        friend.clicks("Save a report…")
        friend.until(path.exists)
        friend.until(partial(says, friend, f"{name}."))
    assert "Sound" in (tmp_path / "report.html").read_text()
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["verify"]["ok"]
    assert report["inspect"]["sizes"]["total"] > 0


def test_a_report_that_cannot_be_written(
    person: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.looks_at(good)
    person.until(lambda: "Everything agrees" in person.said)
    path = tmp_path / "nowhere" / "report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    person.clicks("Save a report…")
    person.until(lambda: "writing the report" in person.said)
