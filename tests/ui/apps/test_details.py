"""What is told of an app beside the list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from app.flatpak.catalogue.app_facts import AppFacts, Hindrance
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.remote import Remote
from tests.gpg import SigningKey
from tests.large import EXTRA, LargeRemote, app_name, png
from tests.servers import HostileServer
from tests.ui.apps.person import SOME, Person, remote_of
from tests.ui.widget_tree import the_only
from ui.controllers.screenshots import ShotState
from ui.pages.apps.app_list import AppListModel
from ui.pages.apps.screenshots import Screenshots
from ui.widgets.buttons import Button
from ui.widgets.labels import Label
from ui.widgets.tick import Tick
from ui.widgets.toast import ToastBar


def test_what_an_app_is_and_what_it_shares(person: Person) -> None:
    person.choose("Planets")
    person.click("Classroom Atlas", left=200)

    person.until(lambda: "Rivers, mountains" in person.texts())
    person.until(lambda: "The rest is there already" in person.texts())
    assert "Works offline" in person.texts()
    person.unfold("What it may use on the computer")
    assert "It keeps to its own files." in person.texts()
    person.unfold("Details for builders")
    said = person.texts().replace("\N{ZERO WIDTH SPACE}", "")
    assert "LGPL-2.1-or-later (free)" in said
    assert "Runs on: org.satchel.Demo.Platform 1" in said
    assert "app/org.satchel.Demo.Atlas" in said
    assert "Shares what is there or chosen" in said

    person.push("Choose Classroom Atlas")
    assert person.chosen() == ["Planets", "Classroom Atlas"]
    person.push("Chosen")
    assert person.chosen() == ["Planets"]


@pytest.mark.thorough
def test_what_it_may_do_and_that_nobody_looks_after_it(
    visit: Callable[..., Person], large: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(large.path, upstream_key))
    person.until(lambda: person.count() == SOME)
    person.view.enter()
    person.press(Qt.Key.Key_Return)

    person.until(lambda: "• Fast" in person.texts())
    assert "It gets no more updates." in person.texts()
    assert "Nobody looks after it" in person.texts()
    assert "English" in person.texts()
    assert "Its maker does not say" in person.texts()


def test_what_cannot_go_on_a_drive_says_so_and_stays_open(
    visit: Callable[..., Person],
    large: LargeRemote,
    upstream_key: SigningKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the list, in the details, and to whoever tries to choose it."""

    def bar(facts: AppFacts) -> Hindrance | None:
        return Hindrance.TOKEN if facts.hindrance is not None else None

    monkeypatch.setattr(AppFacts, "bar", property(bar))
    person = visit(remote_of(large.path, upstream_key))
    person.until(lambda: person.count() == SOME)
    name = app_name(EXTRA)
    person.type(name)
    person.until(lambda: person.names() == [name])
    model = person.view.model()
    assert isinstance(model, AppListModel)
    assert model.tick(model.row(0)) is Tick.IMPOSSIBLE
    assert [badge.text for badge in model.said(0).badges] == ["Needs a login, cannot go on a drive"]

    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Space)
    assert person.chosen() == []
    toast = the_only(person.window, ToastBar)
    said = the_only(toast, Label)
    person.until(lambda: "cannot go on a drive" in said.text())
    person.press(Qt.Key.Key_Return)
    person.until(lambda: "Not for drives" in person.texts())
    assert "Only those who log in can have it." in person.texts()


def test_screenshots_come_when_an_app_is_looked_at(
    visit: Callable[..., Person], upstream_key: SigningKey, tmp_path: Path
) -> None:
    """From the source's own host, once; they are kept."""
    with HostileServer(tmp_path / "www") as server:
        LargeRemote(server.root, upstream_key, 3, screenshots=server.url)
        (server.root / "1.png").write_bytes(png(64, 1))
        person = visit(remote_of(server.url, upstream_key))
        person.until(lambda: person.count() == 3)
        assert "/1.png" not in server.paths()

        person.click(person.names()[0], left=200)
        shots = the_only(person.details, Screenshots)
        person.until(lambda: shots.state is ShotState.SHOWN)
        assert shots.isVisible()
        assert shots.accessibleDescription() == "The main window"

        person.click(person.names()[1], left=200)
        person.until(lambda: shots.state is ShotState.SHOWN)
        assert server.paths().count("/1.png") == 1


@pytest.mark.thorough
def test_a_name_without_end_leaves_everything_in_sight(person: Person) -> None:
    person.click("Planets", left=200)
    person.until(person.details.isVisible)
    name = "Donaudampfschiff" * 20
    row = Row(Remote("demo", ""), Component(id=name, ref=f"app/{name}/x86_64/stable"), False)

    person.details.show_row(row, None, chosen=False)

    scroll = the_only(person.details, QScrollArea)
    inside = scroll.widget()
    assert inside is not None
    person.until(lambda: inside.width() == scroll.viewport().width())
    choose = next(button for button in person.details.findChildren(Button) if button.text())
    assert choose.accessibleName() == f"Choose {name}"
