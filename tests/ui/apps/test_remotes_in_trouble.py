"""Remotes that cannot be reached or used, take long, or are not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.flatpak.remotes.known import Known
from app.replacing import replace
from tests.gpg import SigningKey
from tests.large import LargeRemote
from tests.servers import HostileServer, Server, slow
from tests.ui.apps.person import SOME, Person, dialog_of, remote_of
from tests.ui.widget_tree import the_only
from tests.upstream import Upstream
from ui.controllers.apps import AppsController
from ui.controllers.catalogue_status import CatalogueState
from ui.dialogs.add_remote import AddRemoteDialog
from ui.pages.apps.shortcomings_notice import ShortcomingsNotice
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.message_card import MessageCard
from ui.widgets.state_panel import StatePanel


def test_without_network_the_last_catalogue_serves(
    visit: Callable[..., Person],
    large: LargeRemote,
    upstream_key: SigningKey,
) -> None:
    with Server(large.path) as server:
        remote = remote_of(server.url, upstream_key)
        person = visit(remote)
        person.until(lambda: person.count() == SOME)

    person.window.session.set_known(Known((remote, replace(remote, name="again", url="file:///"))))

    remark = the_only(person.page, ShortcomingsNotice)
    person.until(lambda: "could not be reached; this is its list from" in person.texts())
    assert remark.isVisible()
    person.until(lambda: person.count() == SOME)
    person.choose(person.names()[0])
    person.until(lambda: "Fits" in person.strip.sentence)


@pytest.mark.thorough
def test_a_catalogue_that_cannot_be_used_leaves_the_names(
    visit: Callable[..., Person], own_upstream: Upstream, upstream_key: SigningKey
) -> None:
    commit = own_upstream.commit(f"appstream2/{own_upstream.arch}")
    (own_upstream.path / f"objects/{commit[:2]}/{commit[2:]}.commit").write_bytes(b"rubbish")

    person = visit(remote_of(own_upstream.path.as_uri(), upstream_key))

    person.until(lambda: "org.test.Hello" in person.names())
    assert "only names are known" in person.texts()


def test_without_network_and_catalogue_it_says_what_to_do(
    visit: Callable[..., Person], large: LargeRemote, upstream_key: SigningKey
) -> None:
    server = Server(large.path)
    with server:
        port_is_free = server.url
    person = visit(remote_of(port_is_free, upstream_key))

    card = the_only(person.page, MessageCard)
    person.until(card.isVisible)
    assert card.headline == "The list of apps cannot be fetched"
    assert "could not be reached" not in person.texts()
    assert "network" in person.texts()
    person.push("Details")
    assert "could not be reached" in person.texts()
    assert "0 bytes" not in person.texts()
    person.until(lambda: "Nothing chosen" in person.strip.sentence)
    # What room there is can be seen all the same.
    person.until(lambda: the_only(person.strip, DriveMeter).value() > 0)

    assert person.primary.text() == "Try again"
    states: list[CatalogueState] = []
    controller = person.page.findChild(AppsController)
    assert controller is not None
    controller.catalogue_changed.connect(lambda status: states.append(status.state))
    person.primary.click()
    person.until(lambda: states[-1:] == [CatalogueState.FAILED])
    assert CatalogueState.OPENING in states
    assert card.isVisible()


@pytest.mark.thorough
def test_fetching_can_be_stopped(
    visit: Callable[..., Person],
    large: LargeRemote,
    upstream_key: SigningKey,
    hostile: Callable[[Path], HostileServer],
) -> None:
    server = hostile(large.path)
    server.always["/summary.idx"] = slow(200)
    person = visit(remote_of(server.url, upstream_key))
    person.until(lambda: "Fetching" in person.panel())

    person.push("Stop")

    person.until(lambda: person.panel() == "The list of apps was not fetched")
    server.always.clear()
    person.push("Fetch it")
    person.until(lambda: person.count() == SOME)


def test_without_any_remote_one_is_asked_for(visit: Callable[..., Person]) -> None:
    person = visit()

    person.until(lambda: person.panel() == "There is no source of apps yet")
    panels = [panel for panel in person.page.findChildren(StatePanel) if panel.isVisible()]
    button = next(
        button
        for panel in panels
        for button in panel.findChildren(QPushButton)
        if button.isVisible()
    )
    person.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(person, AddRemoteDialog)
    dialog.reject()
