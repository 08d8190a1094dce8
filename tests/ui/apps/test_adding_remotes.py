"""Remotes that are added on the Apps page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.gpg import SigningKey
from tests.large import LargeRemote
from tests.ui.apps.person import SOME, Person, dialog_of, remote_of
from tests.ui.widget_tree import focused
from tests.upstream import Upstream
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
