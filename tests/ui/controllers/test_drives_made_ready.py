"""The drive that is looked at is made ready."""

from __future__ import annotations

import pytest

from app.drive.drive import Drive, Volume
from app.errors import StickDamagedError
from app.message import NOTHING, Message
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.contents import ContentsController, ContentsState, MainAction
from ui.state.session import Session

BROKEN = StickDamagedError(Message("It cannot be read."))


def unmounted(name: str = "sdx", number: int = 16) -> Drive:
    volume = Volume(f"/dev/{name}1", number + 1, "ext4", "APPS", "A-B", 10**9)
    size, free = 10**9, (volume,)
    return Drive(f"/dev/{name}", number, "", "Stick", "", "usb", size, True, False, NOTHING, free)


def test_a_drive_is_made_ready_without_a_word_and_once(
    session: Session, bridge: HeldBridge
) -> None:
    contents = ContentsController(session, bridge, session)
    session.drives.drives = (unmounted(),)
    session.drives.changed.emit()
    assert not bridge.tasks
    contents.enter()
    assert contents.status.state is ContentsState.NOT_MOUNTED
    assert len(bridge.tasks) == 1
    bridge.fail(BROKEN)
    assert contents.status.error is BROKEN
    assert contents.main_action is MainAction.TO_THE_DRIVES
    contents.leave()
    contents.enter()
    assert not bridge.tasks


@pytest.mark.parametrize("works", [False, True])
def test_the_drive_that_is_looked_at_is_made_ready_after_another_one(
    session: Session, bridge: HeldBridge, works: bool
) -> None:
    """What became of that one is not told of this."""
    contents = ContentsController(session, bridge, session)
    session.drives.drives = (unmounted(), unmounted("sdy", 32))
    session.drives.changed.emit()
    contents.enter()
    contents.viewed.choose(1)
    assert len(bridge.tasks) == 1
    if works:
        bridge.finish()
    else:
        bridge.fail(BROKEN)
    assert contents.status.error is None
    assert len(bridge.tasks) == 1
    bridge.fail(BROKEN)
    assert contents.status.error is BROKEN
