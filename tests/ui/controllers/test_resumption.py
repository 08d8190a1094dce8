"""An interrupted job goes on: planned anew, and approved, without anything being chosen again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import UpstreamError
from app.message import Message
from app.replacing import replace
from app.stick.memory.unfinished_jobs import UnfinishedJob, WantedRef
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import plan
from ui.controllers.resumption import Resumption, choice_of
from ui.state.session import Session, Target
from ui.state.works.planned import PlannedWork
from ui.state.works.work import WorkKind

JOB = UnfinishedJob(
    (
        WantedRef("app/org.test.Hello/x86_64/stable", "up", "Hello"),
        WantedRef("app/org.test.Maps/x86_64/stable", "up"),
    ),
    1000,
    "x86_64",
    ("nvidia-550",),
    ("de",),
    related=False,
)


class Heard:
    def __init__(self, resumption: Resumption) -> None:
        self.approved = 0
        self.failed: list[object] = []
        resumption.approved.connect(self._approve)
        resumption.failed.connect(self.failed.append)

    def _approve(self) -> None:
        self.approved += 1


@pytest.fixture
def resumption(session: Session, bridge: HeldBridge) -> Resumption:
    session.set_target(Target(Path("/nowhere"), "My drive"))
    return Resumption(session, bridge, session)


def test_an_update_goes_on_without_what_is_chosen(
    resumption: Resumption, session: Session, bridge: HeldBridge
) -> None:
    heard = Heard(resumption)
    before = session.choice
    resumption.go_on(replace(JOB, refs=(), update=True))
    assert resumption.under_way
    made = plan()
    bridge.finish(made)
    assert heard.approved == 1
    assert session.choice == before
    work = session.work
    assert isinstance(work, PlannedWork)
    assert work.kind is WorkKind.UPDATE
    assert work.plan is made
    assert work.goes_on
    assert work.request is not None
    assert work.request.changes.update
    assert not work.request.refs


def test_it_is_planned_and_approved_at_once(
    resumption: Resumption, session: Session, bridge: HeldBridge
) -> None:
    heard = Heard(resumption)
    resumption.go_on(JOB)
    assert resumption.under_way
    assert [ref.name for ref in session.choice.refs] == ["Hello", "org.test.Maps"]
    options = session.choice.options
    assert (options.gpus, options.languages, options.related) == (("nvidia-550",), ("de",), False)
    assert not session.approved

    bridge.finish(plan())
    assert session.approved
    assert heard.approved == 1
    assert not resumption.under_way


def test_what_is_safe_only_by_exception_has_to_be_said_again() -> None:
    options = choice_of(JOB).options
    assert not options.allow_unsigned
    assert not options.allow_older


def test_why_it_cannot_is_told_and_the_choice_stays(
    resumption: Resumption, session: Session, bridge: HeldBridge
) -> None:
    heard = Heard(resumption)
    resumption.start(choice_of(JOB))
    error = UpstreamError(Message("There is no internet."))
    bridge.fail(error)
    assert heard.failed == [error]
    assert session.choice.refs
    assert not session.approved


def test_a_drive_that_is_pulled_out_meanwhile_ends_it(
    resumption: Resumption, session: Session, bridge: HeldBridge
) -> None:
    heard = Heard(resumption)
    resumption.start(choice_of(JOB))
    session.set_target(None)
    assert not resumption.under_way
    bridge.finish(plan())
    assert heard.approved == 0
    assert session.plan is None


def test_without_a_drive_there_is_nothing_to_go_on_with(
    session: Session, bridge: HeldBridge
) -> None:
    resumption = Resumption(session, bridge, session)
    resumption.start(choice_of(JOB))
    assert not resumption.under_way
    assert bridge.tasks == []
