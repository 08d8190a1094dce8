"""What a choice costs on a drive that could be read, and cannot be any more."""

from __future__ import annotations

from pathlib import Path

from app.progress import CancelToken, silent
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.choice import ChoiceController
from ui.controllers.cost_status import CostState
from ui.state.session import Session, Target


def test_it_is_not_counted_with_as_it_was(
    session: Session, bridge: HeldBridge, tmp_path: Path
) -> None:
    def work() -> CostState:
        bridge.finish(bridge.works[-1](silent, CancelToken()))
        return choosing.status.cost.state

    drive = tmp_path / "drive"
    drive.mkdir()
    session.set_target(Target(drive, "My drive"))
    choosing = ChoiceController(session, bridge, session)
    choosing.open(offline=True)
    assert work() is CostState.NOTHING_CHOSEN

    drive.rmdir()
    choosing.enter()
    assert work() is CostState.REFUSED
    choosing.count()
    assert work() is CostState.REFUSED

    drive.mkdir()
    choosing.count()
    assert work() is CostState.NOTHING_CHOSEN
