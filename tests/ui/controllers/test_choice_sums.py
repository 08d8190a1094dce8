"""What a choice comes to goes by one drive, and is nothing to others."""

from __future__ import annotations

from app.errors import unexpected
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.test_choice_controller import (
    ADDED,
    BROKEN,
    MAPS,
    ROW,
    answered,
    cost,
    refused,
)
from ui.controllers.choice import ChoiceController
from ui.controllers.cost_status import CostState
from ui.pages.apps.choice_words import summed
from ui.state.session import Session


def one_app_more(chosen: Session, bridge: HeldBridge) -> ChoiceController:
    """Beside that on the list, whose sum is being counted."""
    choosing = ChoiceController(chosen, bridge, chosen)
    choosing.open(offline=False)
    choosing.clear()
    choosing.toggle(ROW, "Hello")
    return choosing


def test_the_sum_for_a_drive_that_is_out_is_that_of_no_other(
    chosen: Session, bridge: HeldBridge
) -> None:
    """With what was on that drive much less was needed; perhaps nobody can tell now."""
    choosing = one_app_more(chosen, bridge)
    bridge.finish(answered(cost(ADDED), MAPS.ref))
    assert summed(choosing.status) == "2 app(s), 1.0\N{NO-BREAK SPACE}GB new"
    chosen.set_target(None)
    assert summed(choosing.status) == "1 app(s)"
    bridge.finish(refused(BROKEN))
    assert summed(choosing.status) == "1 app(s)"


def test_after_a_count_that_broke_off_the_choice_as_it_is_now_is_counted(
    chosen: Session, bridge: HeldBridge
) -> None:
    choosing = one_app_more(chosen, bridge)
    bridge.fail(unexpected(RuntimeError("Of another choice.")))
    assert choosing.status.cost.state is CostState.COUNTING
    assert choosing.status.cost.error is None
    bridge.finish(answered(cost(ADDED), MAPS.ref))
    assert summed(choosing.status) == "2 app(s), 1.0\N{NO-BREAK SPACE}GB new"
