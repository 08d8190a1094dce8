"""Remotes that are added on the Apps page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.flatpak.remotes.adding import add_remote
from tests.gpg import SigningKey
from tests.large import LargeRemote
from tests.ui.apps.person import SOME, Person, dialog_of, remote_of
from tests.ui.widget_tree import focused
from tests.upstream import Upstream
from ui.dialogs import add_remote as dialog_module
from ui.dialogs.add_remote import AddRemoteDialog
from ui.widgets.labels import Label


def test_a_remote_is_added_after_its_key_was_shown(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    large: LargeRemote,
    upstream_key: SigningKey,
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.flatpakrepo"
    file.write_text(large.flatpakrepo(large.path.as_uri()))
    person = visit(remote_of(default_upstream.path, upstream_key))
    person.until(lambda: person.count() > 0)
    person.click("Hello", left=200)

    person.filter("Add a source")
    dialog = dialog_of(person, AddRemoteDialog)
    person.type(str(file))
    person.press(Qt.Key.Key_Return)

    def words() -> str:
        return "\n".join(label.text() for label in dialog.findChildren(Label) if label.isVisible())

    person.until(lambda: upstream_key.fingerprint in words().replace(" ", ""))
    assert not (person.window.session.environment.config / "remotes").exists()
    go = dialog.verb
    assert go.text() == "Trust and add"
    person.qtbot.mouseClick(go, Qt.MouseButton.LeftButton)

    person.until(lambda: person.count() > SOME)
    # What was looked at before is still the current one.
    assert person.view.currentIndex().data() == "Hello"
    person.filter("Large")
    person.until(lambda: person.count() == SOME)


@pytest.mark.thorough
def test_the_fields_of_a_remote_follow_each_other(person: Person) -> None:
    person.filter("Add a source")
    dialog = dialog_of(person, AddRemoteDialog)
    person.type("https://example.org/repo")

    names = []
    for _ in range(5):
        names.append(focused().accessibleName())
        person.press(Qt.Key.Key_Tab)

    assert names == [
        "Address or file",
        "Browse for: Address or file",
        "Key file",
        "Browse for: Key file",
        "Its ID",
    ]
    dialog.reject()


@pytest.mark.thorough
def test_a_remote_whose_name_is_taken_gets_another(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    large: LargeRemote,
    upstream_key: SigningKey,
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.flatpakrepo"
    file.write_text(large.flatpakrepo(large.path.as_uri()))
    person = visit(remote_of(default_upstream.path, upstream_key, "mine"))
    person.until(lambda: person.count() > 0)
    person.filter("Add a source")
    dialog = dialog_of(person, AddRemoteDialog)
    go = dialog.verb
    person.type(str(file))
    person.press(Qt.Key.Key_Return)
    person.until(lambda: go.text() == "Trust and add")
    person.press(Qt.Key.Key_Return)
    person.until(lambda: focused().accessibleName() == "Name")

    person.type("other")
    person.press(Qt.Key.Key_Return)
    person.until(lambda: go.text() == "Trust and add")
    person.press(Qt.Key.Key_Return)

    person.until(lambda: person.count() > SOME)
    assert [remote.name for remote in person.window.session.remotes] == ["mine", "other"]


def test_a_remote_that_is_none_is_not_added(person: Person, tmp_path: Path) -> None:
    person.filter("Add a source")
    dialog = dialog_of(person, AddRemoteDialog)
    person.type(str(tmp_path / "nothing.flatpakrepo"))
    person.press(Qt.Key.Key_Return)

    go = dialog.verb
    person.until(lambda: go.text() == "Try again")
    dialog.reject()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Nothing is added before it is open."""
    gate = threading.Event()

    def slowly(*arguments: Any) -> Any:
        gate.wait()
        return add_remote(*arguments)

    monkeypatch.setattr(dialog_module, "add_remote", slowly)
    yield gate
    gate.set()


def test_a_remote_that_is_being_added_is_not_given_up_half_way(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    large: LargeRemote,
    upstream_key: SigningKey,
    tmp_path: Path,
    gate: threading.Event,
) -> None:
    file = tmp_path / "mine.flatpakrepo"
    file.write_text(large.flatpakrepo(large.path.as_uri()))
    person = visit(remote_of(default_upstream.path, upstream_key))
    person.until(lambda: person.count() > 0)
    person.filter("Add a source")
    dialog = dialog_of(person, AddRemoteDialog)
    person.type(str(file))
    person.press(Qt.Key.Key_Return)
    person.until(lambda: dialog.verb.text() == "Trust and add")
    person.press(Qt.Key.Key_Return)
    person.until(lambda: dialog.verb.toolTip() != "")

    person.press(Qt.Key.Key_Escape)
    dialog.close()
    person.qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "is being added" in dialog.cancel.toolTip()

    gate.set()
    session = person.window.session
    person.until(lambda: "mine" in [remote.name for remote in session.remotes])
    person.until(lambda: QApplication.activeModalWidget() is None)
