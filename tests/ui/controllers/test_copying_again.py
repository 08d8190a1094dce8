"""Where a drive could be copied to, when it could not be read at first."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from app.errors import DriveError
from app.message import Message
from app.stick.inspecting.inspection import Inspection
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.copying import CopyingController
from ui.state.session import Session

IN_USE = DriveError(Message("It is in use."))
LOCATION = SimpleNamespace(root=Path("/media/APPS"), repository_path="")


def test_what_can_be_read_after_all_is_not_said_to_be_unreadable(
    session: Session, bridge: HeldBridge
) -> None:
    copying = CopyingController(session, bridge, session)
    copying.start(cast(Inspection, SimpleNamespace(location=LOCATION)), "APPS")
    bridge.fail(IN_USE)
    assert copying.view.error is IN_USE

    copying.add_folder(Path("/media/other"))
    bridge.finish(SimpleNamespace(original=SimpleNamespace(), rows=()))
    assert copying.view.error is None
    assert [row.place.root for row in copying.view.rows] == [Path("/media/other")]
