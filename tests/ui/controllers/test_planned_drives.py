"""The same apps for several drives, looked over before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from app.errors import DriveError
from app.flatpak.extra_data import Payload
from app.message import Message
from app.replacing import replace
from app.stick.planning.plan import Plan, Removal
from app.stick.planning.terms import Terms
from tests.ui.controllers.conftest import HELLO
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import plan
from ui.controllers.planned_drives import MadePlan, made_of
from ui.controllers.planning import PlanController, PlanState, PlanStatus
from ui.models.planned_drive import PlannedDrive
from ui.state.choice import Choice
from ui.state.session import Session, Target

ROOTS = tuple(Path("/media") / name for name in ("ONE", "TWO", "SMALL"))


@dataclass(frozen=True, slots=True)
class Told:
    """As much of a plan as is asked of each of several."""

    writes: int
    terms: tuple[Terms, ...]
    removed: tuple[Removal, ...] = ()

    @property
    def estimate(self) -> object:
        return SimpleNamespace(write=self.writes, fits=True)


def made(session: Session, *, small: bool) -> MadePlan:
    """For all targets; the last one is ``small``."""
    plans = [plan(takes=10), plan(takes=30), plan(takes=20, fits=not small)]
    drives = [
        PlannedDrive(target, each) for target, each in zip(session.targets, plans, strict=True)
    ]
    result = made_of(drives)
    assert result is not None
    return result


@pytest.fixture
def controller(session: Session, bridge: HeldBridge) -> PlanController:
    session.set_choice(Choice((HELLO,), session.default_options))
    session.set_targets(tuple(Target(root, root.name) for root in ROOTS))
    controller = PlanController(session, bridge, session)
    controller.enter()
    return controller


def test_the_one_with_most_to_do_is_looked_at(
    controller: PlanController, session: Session, bridge: HeldBridge
) -> None:
    bridge.finish(made(session, small=False))
    assert controller.status.state is PlanState.READY
    assert controller.status.can_be_written
    assert session.plan is session.plans[1].plan
    assert [each.target.name for each in session.plans] == ["ONE", "TWO", "SMALL"]

    controller.approve()
    assert session.approved
    assert session.work is None, "who carries them out has a job for each"


def test_one_that_is_too_small_is_in_the_way_until_it_is_left_out(
    controller: PlanController, session: Session, bridge: HeldBridge
) -> None:
    told: list[str] = []
    controller.left_out.connect(told.append)
    bridge.finish(made(session, small=True))
    assert not controller.status.can_be_written

    controller.leave_out_drive(ROOTS[2])
    assert told == ["SMALL"]
    assert [target.name for target in session.targets] == ["ONE", "TWO"]
    assert controller.status.can_be_written
    assert not bridge.tasks, "nothing has to be worked out for it"

    controller.restore()
    assert len(session.targets) == len(session.plans) == 3
    assert not controller.status.can_be_written


def test_of_two_the_other_is_planned_alone(
    controller: PlanController, session: Session, bridge: HeldBridge
) -> None:
    bridge.finish(made(session, small=True))
    controller.leave_out_drive(ROOTS[2])
    controller.leave_out_drive(ROOTS[0])
    assert controller.status.state is PlanState.PLANNING
    assert session.target is not None
    assert session.target.name == "TWO"
    bridge.finish(MadePlan(plan()))
    assert session.plans == ()


def test_terms_of_makers_are_those_of_all_drives() -> None:
    """One of them may have a payload, and its terms behind it, that another is to get."""
    ref = "app/org.test.Extra/x86_64/stable"
    payload = Payload("part.bin", 5, 0, "0" * 64, "https://maker.example/part.bin")
    asked = Terms("org.test", ref, (payload,))
    newer = Terms("org.test", ref, (replace(payload, sha256="1" * 64),))
    plans = [
        Told(30, (replace(asked, accepted=True),)),
        Told(20, (asked,)),
        Told(10, (newer,)),
    ]
    made = made_of(
        [
            PlannedDrive(Target(root, root.name), cast(Plan, each))
            for root, each in zip(ROOTS, plans, strict=True)
        ]
    )
    assert made is not None
    assert made.plan.terms == (asked, newer)
    status = PlanStatus(PlanState.READY, made)
    assert status.unaccepted == {ref}


def test_without_any_plan_there_is_nothing_to_look_at() -> None:
    target = Target(ROOTS[0], "ONE")
    assert made_of([PlannedDrive(target, None, DriveError(Message("No.")))]) is None
