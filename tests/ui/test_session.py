"""What the person has chosen, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication

from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.plan import Plan
from ui.state.choice import Choice, ChosenRef
from ui.state.session import Session, Stage, Target
from ui.state.works.planned import PlannedWork
from ui.state.works.work import WorkKind, WorkOutcome


class Heard:
    """What a session told, in its order."""

    def __init__(self, session: Session) -> None:
        self.told: list[str] = []
        self.session = session
        session.target_changed.connect(self._target)
        session.choice_changed.connect(self._choice)
        session.plan_changed.connect(self._plan)
        session.outcome_changed.connect(self._outcome)

    def _target(self) -> None:
        self.told.append("target")

    def _choice(self) -> None:
        self.told.append("choice")

    def _plan(self) -> None:
        self.told.append("plan")

    def _outcome(self) -> None:
        self.told.append("outcome")


@pytest.fixture
def session(environment: Environment, qapp: QApplication) -> Iterator[Session]:
    session = Session(environment, qapp)
    yield session
    session.setParent(None)
    session.deleteLater()


def plan() -> Plan:
    return cast(Plan, object())


def outcome() -> WorkOutcome:
    return WorkOutcome()


def stage(session: Session) -> Stage:
    return session.stage


def test_a_plan_is_made_approved_and_done(session: Session) -> None:
    heard = Heard(session)
    assert stage(session) is Stage.CHOOSING
    session.approve()
    assert not session.approved

    session.set_plan(plan())
    assert stage(session) is Stage.PLANNED
    session.approve()
    assert stage(session) is Stage.APPROVED
    session.set_outcome(outcome())
    assert stage(session) is Stage.MADE
    assert session.approved
    assert heard.told == ["plan", "outcome"]


def test_another_target_or_choice_takes_back_what_followed(
    session: Session, tmp_path: Path
) -> None:
    ref = ChosenRef("app/org.test.App/x86_64/stable", "school", "App")
    changes: dict[str, Callable[[], None]] = {
        "target": lambda: session.set_target(Target(tmp_path, "A")),
        "choice": lambda: session.set_choice(Choice((ref,), session.choice.options)),
    }
    for name, change in changes.items():
        session.set_plan(plan())
        session.approve()
        session.set_outcome(outcome())
        heard = Heard(session)
        change()
        assert stage(session) is Stage.CHOOSING
        assert session.plan is None
        assert session.outcome is None
        assert heard.told == [name, "plan", "outcome"]
        # The same once more is no change.
        change()
        assert len(heard.told) == 3
    assert session.request() is not None


def test_another_plan_has_to_be_approved_anew(session: Session) -> None:
    session.set_plan(plan())
    session.approve()
    session.set_plan(plan())
    assert stage(session) is Stage.PLANNED


def test_the_same_plan_can_be_done_again(session: Session) -> None:
    first = plan()
    session.set_plan(first)
    session.approve()
    session.set_outcome(outcome())
    session.set_plan(first)
    assert stage(session) is Stage.APPROVED
    assert session.outcome is None


def test_other_work_on_the_target_begins_without_a_plan(session: Session) -> None:
    """A plan for what is chosen is out of date after it."""
    session.set_plan(plan())
    work = PlannedWork(plan(), kind=WorkKind.UPDATE)
    session.begin(work)
    assert session.approved
    assert session.plan is None
    assert session.work is work
    session.set_outcome(outcome())
    assert stage(session) is Stage.MADE
    session.set_plan(None)
    assert session.work is None
    assert session.outcome is None


def test_options_follow_the_settings_until_something_is_chosen(
    session: Session, environment: Environment
) -> None:
    settings = replace(environment.settings, architecture="riscv64")
    session.set_environment(replace(environment, settings=settings))
    assert session.choice.options.arch == "riscv64"

    ref = ChosenRef("app/org.test.App/riscv64/stable", "school", "App")
    session.set_choice(replace(session.choice, refs=(ref,)))
    session.set_environment(environment)
    assert session.choice.options.arch == "riscv64"


def test_what_the_settings_said_follows_them_with_apps_chosen(
    session: Session, environment: Environment
) -> None:
    ref = ChosenRef("app/org.test.App/x86_64/stable", "school", "App")
    session.set_choice(replace(session.choice, refs=(ref,)))
    settings = replace(environment.settings, classroom_languages=("ar",))
    session.set_environment(replace(environment, settings=settings))
    assert session.choice.options.languages == ("ar",)

    own = replace(session.choice.options, languages=("fr",))
    session.set_choice(replace(session.choice, options=own))
    session.set_environment(environment)
    assert session.choice.options.languages == ("fr",)


def test_settings_leave_a_job_alone_that_is_under_way(
    session: Session, environment: Environment
) -> None:
    approved = plan()
    session.set_plan(approved)
    session.approve()
    settings = replace(environment.settings, classroom_languages=("ar",))
    session.set_environment(replace(environment, settings=settings))
    assert session.plan is approved
