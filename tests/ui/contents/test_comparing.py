"""A drive beside another one, and beside what the internet has."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.stick.damage import copy_stick, flip_middle
from tests.ui.contents.person import Person
from tests.ui.widget_tree import texts
from ui.pages.contents.compare_dialog import CompareDialog
from ui.widgets.buttons import Button
from ui.widgets.fields import Combo


def asks(person: Person, stick: Path) -> CompareDialog:
    """With what the internet has."""
    person.looks_at(stick)
    person.until(lambda: person.apps)
    person.menu("Compare with…")
    dialog = person.page.findChild(CompareDialog)
    assert dialog is not None
    person.until(dialog.isVisible)
    return dialog


def said(dialog: CompareDialog) -> str:
    return "\n".join(text for _, text in texts(dialog))


def test_two_drives_side_by_side(
    person: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asks(person, good)
    combo = dialog.findChild(Combo)
    assert combo is not None
    person.until(lambda: "differ" in dialog.headline)
    assert "From a source that nobody knows here" in said(dialog)

    copy = copy_stick(good, tmp_path / "SMALL")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(copy.root))
    folder = next(each for each in dialog.findChildren(Button) if each.text() == "Use a folder")
    folder.click()
    assert "SMALL" in combo.currentText()
    person.until(lambda: dialog.headline == "Both hold the same")

    flip_middle(copy.path(copy.object("dirtree")))
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    person.until(lambda: "Damaged" in said(dialog))
    assert "Not all of it is whole on SMALL" in said(dialog)
    assert "Hello" in said(dialog)
