"""What is known of sources, while several changes of them are under way."""

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


def test_sources_are_looked_up_one_after_the_other(
    settings: SettingsController, session: Session, bridge: HeldBridge
) -> None:
    session.environment.config.mkdir(exist_ok=True)
    for listed in (False, True):
        settings.list_source("up", listed)
        # Written at once, while what it means for sources is still being looked up.
        bridge.tasks.pop().end(bridge.works[-1](silent, CancelToken()), None)
    assert len(bridge.tasks) == 1
    bridge.finish(Known((OTHER,)))
    bridge.finish(Known((UP, OTHER)))
    assert session.remotes == (UP, OTHER)
    assert not bridge.tasks


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
