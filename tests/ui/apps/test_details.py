"""What is told of an app beside the list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QScrollArea

from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.remote import Remote
from tests.gpg import SigningKey
from tests.large import LargeRemote
from tests.ui.apps.person import SOME, Person, remote_of
from tests.ui.widget_tree import the_only


def test_what_an_app_is_and_what_it_shares(person: Person) -> None:
    person.choose("Planets")
    person.click("Classroom Atlas", left=200)

    person.until(lambda: "Rivers, mountains" in person.texts())
    person.until(lambda: "Shares what is there or chosen" in person.texts())
    said = person.texts().replace("\N{ZERO WIDTH SPACE}", "")
    assert "LGPL-2.1-or-later (free)" in said
    assert "Runs on: org.satchel.Demo.Platform 1" in said
    assert "It keeps to its own files." in said
    assert "app/org.satchel.Demo.Atlas" in said

    person.push("Choose")
    assert person.chosen() == ["Planets", "Classroom Atlas"]
    person.push("Take it away")
    assert person.chosen() == ["Planets"]


def test_what_it_may_do_and_that_nobody_looks_after_it(
    visit: Callable[..., Person], large: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(large.path, upstream_key))
    person.until(lambda: person.count() == SOME)
    person.view.enter()

    person.until(lambda: "It uses the network." in person.texts())
    person.until(lambda: "Needs and brings along" in person.texts())
    assert "It gets no more updates." in person.texts()
    assert "Nobody looks after it" in person.texts()
    assert "• Fast" in person.texts()


def test_a_name_without_end_leaves_everything_in_sight(person: Person) -> None:
    name = "Donaudampfschiff" * 20
    row = Row(Remote("demo", ""), Component(id=name, ref=f"app/{name}/x86_64/stable"), False)

    person.details.show_row(row, None, chosen=False)

    scroll = the_only(person.details, QScrollArea)
    inside = scroll.widget()
    assert inside is not None
    person.until(lambda: inside.width() == scroll.viewport().width())
    assert person.button("Choose").accessibleName() == f"Choose {name}"
