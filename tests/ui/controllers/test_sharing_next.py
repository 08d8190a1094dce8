"""Another drive is shared, while what was shared before comes to a bad end."""

from __future__ import annotations

from pathlib import Path

from app.errors import DriveError
from app.message import Message
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.sharing import SharingController
from ui.models.sharing import SharingState
from ui.state.session import Session, Target

BROKEN = DriveError(Message("It broke off."))


def test_the_next_drive_is_shared_however_the_one_before_ended(
    session: Session, bridge: HeldBridge
) -> None:
    sharing = SharingController(session, bridge, session)
    sharing.share(Target(Path("/media/A"), "A"))
    sharing.share(Target(Path("/media/B"), "B"))
    bridge.fail(BROKEN)
    assert (sharing.view.state, sharing.view.name) == (SharingState.STARTING, "B")
    assert sharing.view.error is None

    # What is not followed by another is told.
    bridge.fail(BROKEN)
    assert sharing.view.state is SharingState.FAILED
    assert sharing.view.error is BROKEN
