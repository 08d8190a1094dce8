"""What is set, and what is known of sources, while several changes are under way."""

from __future__ import annotations

import pytest

from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken, silent
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.settings import SettingsController
from ui.state.session import Session

UP, OTHER = Remote("up", "https://up/"), Remote("other", "https://other/")


@pytest.fixture
def settings(session: Session, bridge: HeldBridge) -> SettingsController:
    session.set_known(Known((UP, OTHER)))
    return SettingsController(session, bridge, session)


def end_one(bridge: HeldBridge) -> None:
    """The oldest that is under way comes to what it really comes to."""
    bridge.finish(bridge.works[-len(bridge.tasks)](silent, CancelToken()))


def test_sources_are_looked_up_one_after_the_other(
    settings: SettingsController, session: Session, bridge: HeldBridge
) -> None:
    session.environment.config.mkdir(exist_ok=True)
    settings.list_source("up", False)
    end_one(bridge)
    # While what it means for sources is still being looked up.
    settings.list_source("up", True)
    assert len(bridge.tasks) == 1
    bridge.finish(Known((OTHER,)))
    end_one(bridge)
    bridge.finish(Known((UP, OTHER)))
    assert session.remotes == (UP, OTHER)
    assert not bridge.tasks


def test_two_sources_that_are_turned_off_at_once_both_are(
    settings: SettingsController, session: Session, bridge: HeldBridge
) -> None:
    session.environment.config.mkdir(exist_ok=True)
    settings.change("connections", 3)
    settings.list_source("up", False)
    settings.list_source("other", False)
    end_one(bridge)
    end_one(bridge)
    assert session.environment.settings.sources_off == ("up", "other")


def test_what_is_set_in_two_places_at_once_is_all_set(
    settings: SettingsController, session: Session, bridge: HeldBridge
) -> None:
    session.environment.config.mkdir(exist_ok=True)
    elsewhere = SettingsController(session, bridge, session)
    settings.change("connections", 3)
    elsewhere.change("share_port", 4444)
    # Whatever is done together may end in any order.
    together = [work(silent, CancelToken()) for work in bridge.works]
    for result in reversed(together):
        bridge.tasks.pop().end(result, None)
    while bridge.tasks:
        end_one(bridge)
    now = session.environment.settings
    assert (now.connections, now.share_port) == (3, 4444)


def test_of_each_source_that_is_removed_its_own_name_is_told(
    settings: SettingsController, session: Session, bridge: HeldBridge
) -> None:
    told: list[str] = []
    settings.source_removed.connect(told.append)
    settings.remove_source(UP)
    settings.remove_source(OTHER)
    bridge.finish(Known((OTHER,)))
    assert told == [UP.label]
    bridge.finish(Known(()))
    assert told == [UP.label, OTHER.label]
    assert session.remotes == ()
