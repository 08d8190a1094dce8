"""The plan behind the Review page."""

from __future__ import annotations

import pytest

from app.errors import InterruptedByUser, UpstreamError
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.message import Message
from app.replacing import replace
from app.stick.planning.duration import Expected
from app.stick.planning.plan import AppOnDrive
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import outcome, plan
from ui.controllers.planned_drives import MadePlan
from ui.controllers.planning import PlanController, PlanState
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.state.session import Session

BROKEN = UpstreamError(Message("It broke off."))


@pytest.fixture
def plans(chosen: Session, bridge: HeldBridge) -> PlanController:
    return PlanController(chosen, bridge, chosen)


def test_without_a_drive_one_is_asked_for(session: Session, bridge: HeldBridge) -> None:
    plans = PlanController(session, bridge, session)
    pages: list[PageName] = []
    plans.go.connect(pages.append)
    plans.enter()
    assert plans.status.state is PlanState.NO_DRIVE
    assert not bridge.tasks
    plans.choose()
    assert pages == [PageName.DRIVE]


def test_without_apps_they_are_asked_for(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    pages: list[PageName] = []
    plans.go.connect(pages.append)
    chosen.set_choice(replace(chosen.choice, refs=()))
    plans.enter()
    assert plans.status.state is PlanState.NO_APPS
    assert not bridge.tasks
    plans.choose()
    assert pages == [PageName.APPS]


def test_it_is_made_when_somebody_looks_and_approved(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    approved: list[bool] = []
    plans.approved.connect(lambda: approved.append(chosen.approved))
    plans.enter()
    assert plans.status.state is PlanState.PLANNING
    made = plan()
    bridge.finish(MadePlan(made))
    ready = plans.status
    assert ready.state is PlanState.READY
    assert ready.plan is chosen.plan is made

    plans.approve()
    assert approved == [True]


def test_of_a_plan_for_a_job_that_goes_on_what_was_known_of_another_is_not_told(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    bridge.finish(MadePlan(plan(), Expected(240, 300, 1)))
    again = plan()
    chosen.set_plan(again)
    assert plans.status.made == MadePlan(again)
    looked = MadePlan(again, Expected(60, 80, 1))
    bridge.finish(looked)
    assert plans.status.made == looked


def test_what_was_done_is_planned_anew_once(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    bridge.finish(MadePlan(plan()))
    plans.approve()
    chosen.set_outcome(outcome())

    plans.approve()
    assert plans.status.state is PlanState.PLANNING
    assert len(bridge.tasks) == 1
    assert chosen.plan is None
    assert not chosen.approved


def test_another_choice_while_one_looks_is_planned_at_once(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    bridge.finish(MadePlan(plan()))
    chosen.set_choice(replace(chosen.choice, options=replace(chosen.choice.options, strict=True)))
    assert plans.status.state is PlanState.PLANNING
    assert len(bridge.tasks) == 1


def test_a_plan_that_nobody_looks_at_is_not_made_again(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    bridge.finish(MadePlan(plan()))
    plans.leave()
    chosen.set_target(None)
    assert plans.status.state is PlanState.NO_DRIVE
    assert not bridge.tasks


def test_left_before_it_is_there_it_is_forgotten(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    plans.leave()
    assert bridge.tasks[0].stopping
    bridge.finish(MadePlan(plan()))
    assert chosen.plan is None
    assert plans.status.state is PlanState.NO_APPS


def test_why_it_cannot_be_made(plans: PlanController, bridge: HeldBridge) -> None:
    plans.enter()
    bridge.fail(BROKEN)
    failed = plans.status
    assert failed.state is PlanState.FAILED
    assert failed.error is BROKEN
    plans.make()
    again = plans.status
    assert again.state is PlanState.PLANNING
    bridge.fail(InterruptedByUser(Message("Stopped.")))
    assert plans.status.state is PlanState.NO_APPS


def test_what_is_planned_when_the_drive_goes_is_forgotten(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    chosen.set_target(None)
    assert bridge.tasks[0].stopping
    assert plans.status.state is PlanState.NO_DRIVE
    bridge.finish(MadePlan(plan()))
    assert chosen.plan is None


def test_another_choice_after_a_failure_is_planned_at_once(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    bridge.fail(BROKEN)
    two_chosen(chosen)
    assert plans.status.state is PlanState.PLANNING
    assert len(bridge.tasks) == 1


# Leaving out


def two_chosen(session: Session) -> Choice:
    other = ChosenRef("app/org.test.Other/x86_64/stable", "up", "Other")
    choice = session.choice
    session.set_choice(replace(choice, refs=(*choice.refs, other)))
    return session.choice


def test_something_left_out_is_counted_in_place(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    before = two_chosen(chosen)
    names: list[str] = []
    states: list[PlanState] = []
    plans.left_out.connect(names.append)
    plans.status_changed.connect(lambda status: states.append(status.state))
    plans.enter()
    made = MadePlan(plan())
    bridge.finish(made)

    plans.leave_out(before.refs[0].ref)
    assert names == ["Hello"]
    assert chosen.choice.refs == before.refs[1:]
    assert plans.status.state is PlanState.RECOUNTING
    assert plans.status.made == made
    assert not plans.status.can_be_written
    plans.approve()
    assert not chosen.approved
    bridge.finish(MadePlan(plan()))
    assert states == [
        PlanState.PLANNING,
        PlanState.READY,
        PlanState.RECOUNTING,
        PlanState.READY,
    ]

    plans.restore()
    assert chosen.choice == before
    assert plans.status.state is PlanState.RECOUNTING


def test_what_is_kept_on_the_drive_is_counted_in_place(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    maps = AppOnDrive("org.test", "app/org.test.Maps/x86_64/stable", "c", "Maps")
    before = replace(chosen.choice, without=(maps,))
    chosen.set_choice(before)
    request = chosen.request()
    assert request is not None
    assert request.changes.off == ((maps.collection, maps.ref),)
    kept: list[str] = []
    plans.kept.connect(kept.append)
    plans.enter()
    bridge.finish(MadePlan(plan()))
    plans.keep(maps.ref)
    plans.keep("app/org.test.Unknown/x86_64/stable")
    assert kept == ["Maps"]
    assert not chosen.choice.coming_off
    assert plans.status.state is PlanState.RECOUNTING
    plans.restore()
    assert chosen.choice == before


def test_what_only_comes_off_is_a_plan_too(chosen: Session) -> None:
    maps = AppOnDrive("org.test", "app/org.test.Maps/x86_64/stable", "c", "Maps")
    chosen.set_choice(replace(chosen.choice, refs=(), without=(maps,)))
    assert chosen.request() is not None
    # Nobody has looked over what that means for a drive that comes later.
    assert chosen.request_for_any() is None
    # Chosen again, it stays.
    chosen.set_choice(replace(chosen.choice, refs=(ChosenRef(maps.ref, "up", "Maps"),)))
    request = chosen.request()
    assert request is not None
    assert not request.changes.off
    later = chosen.request_for_any()
    assert later is not None
    assert not later.changes.off


def test_what_was_left_out_before_is_not_restored_later(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    two_chosen(chosen)
    plans.enter()
    bridge.finish(MadePlan(plan()))
    plans.leave_out(chosen.choice.refs[0].ref)
    plans.leave()
    after = chosen.choice
    plans.restore()
    assert chosen.choice == after


def test_what_nobody_chose_cannot_be_left_out(plans: PlanController, bridge: HeldBridge) -> None:
    plans.enter()
    bridge.finish(MadePlan(plan()))
    plans.leave_out("app/org.test.Unknown/x86_64/stable")
    assert plans.status.state is PlanState.READY


def test_the_last_one_left_out_leaves_nothing(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    bridge.finish(MadePlan(plan()))
    plans.leave_out(chosen.choice.refs[0].ref)
    empty = plans.status
    assert empty.state is PlanState.NO_APPS
    plans.restore()
    counted = plans.status
    assert counted.state is PlanState.RECOUNTING


def test_what_does_not_fit_is_not_written(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    bridge.finish(MadePlan(plan(fits=False)))
    assert plans.status.state is PlanState.READY
    plans.approve()
    assert not chosen.approved


OTHERS = Known((Remote("other", "http://127.0.0.1:1/"),))


def test_with_other_sources_a_plan_is_out_of_date(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    """An app of a source that was removed meanwhile would be written, or one too few."""
    plans.enter()
    bridge.finish(MadePlan(plan()))
    chosen.set_known(OTHERS)
    states = [plans.status.state]
    bridge.finish(MadePlan(plan()))
    chosen.set_known(replace(OTHERS))
    states.append(plans.status.state)
    assert states == [PlanState.PLANNING, PlanState.READY]


def test_so_is_one_that_nobody_looks_at_just_now(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    """Sources are changed in the settings."""
    plans.enter()
    bridge.finish(MadePlan(plan()))
    plans.leave()
    chosen.set_known(OTHERS)
    assert chosen.plan is None
    assert not bridge.tasks
    plans.enter()
    assert plans.status.state is PlanState.PLANNING


def test_one_that_is_being_made_with_other_sources_is_given_up(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    [before] = bridge.tasks
    chosen.set_known(OTHERS)
    assert before.stopping
    assert [task for task in bridge.tasks if not task.stopping]


def test_what_somebody_has_said_yes_to_is_done_with_the_sources_as_they_were(
    plans: PlanController, chosen: Session, bridge: HeldBridge
) -> None:
    plans.enter()
    bridge.finish(MadePlan(plan()))
    plans.approve()
    chosen.set_known(OTHERS)
    assert chosen.approved
    assert chosen.plan is not None
