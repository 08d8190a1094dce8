"""Reports that are saved."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QPushButton

from tests.ui.contents.person import Person
from tests.ui.user_actions import find_control


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "documents"
    directory.mkdir()
    monkeypatch.setattr("ui.pages.contents.beside._documents", lambda: str(directory))
    return directory


def test_the_report_is_called_after_the_drive_and_lies_in_documents(
    friend: Person, good: Path, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    friend.looks_at(good)
    friend.checks()
    friend.clicks("Save a report")
    friend.until(lambda: "Report saved" in friend.toast)
    [report] = documents.iterdir()
    assert re.fullmatch(rf"{re.escape(good.name)} \d{{4}}-\d\d-\d\d\.html", report.name)
    assert report.name in friend.toast
    assert "Sound" in report.read_text()
    friend.clicks("Open")
    assert opened == [str(report)]
    friend.menu("Save a report")
    friend.until(lambda: len(list(documents.iterdir())) == 2)


@pytest.mark.thorough
def test_a_report_as_data(
    friend: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    friend.looks_at(good)
    friend.until(lambda: friend.cells)
    friend.checks()
    path = tmp_path / "report.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    find_control(friend.builders, QPushButton, "Save as data…").click()
    friend.until(lambda: "report.json" in friend.toast)
    report = json.loads(path.read_text())
    assert report["verify"]["ok"]
    assert report["inspect"]["sizes"]["total"] > 0


def test_a_report_that_cannot_be_written(person: Person, good: Path, documents: Path) -> None:
    documents.rmdir()
    person.looks_at(good)
    person.until(lambda: "written on" in person.line)
    person.menu("Save a report")
    person.until(lambda: "cannot be written" in person.toast)
