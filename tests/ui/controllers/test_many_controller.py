"""Several drives at once, and one after the other: who is written to, and how each stands."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.drive.drive import Drive, Volume
from app.drive.safety.guard import DriveGoneError
from app.errors import DriveError, InterruptedByUser, SatchelError
from app.message import NOTHING, Message
from app.ostree.pull.answers import OfflineError
from app.progress import Advanced, Phase, PhaseStarted
from app.replacing import replace
from app.stick.planning.plan import Plan
from app.stick.writing.admission import Decision, Judgement
from app.stick.writing.many import DriveResult
from app.stick.writing.outcome import Outcome
from tests.ui.controllers.conftest import HELLO
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import plan, report
from ui.controllers.drive_job import LookedAt
from ui.controllers.many import ManyController
from ui.controllers.many_view import ManyStatus, RowState
from ui.state.choice import Choice
from ui.state.session import DrivePlan, Session, Target

GB = 10**9
NO = Message("No.")


def drive(letter: str, sequence: int = 1, *, kind: str = "ext4") -> Drive:
    volume = Volume(f"/dev/sd{letter}1", ord(letter), kind, letter.upper(), f"U-{letter}", 8 * GB)
    return Drive(
        f"/dev/sd{letter}", ord(letter), "", "Stick", f"S-{letter}", "usb", 8 * GB, True, False,
        NOTHING, (volume,) if kind else (), sequence=sequence,
    )  # fmt: skip


def target(stick: Drive) -> Target:
    return Target(
        Path("/media") / stick.device[-1], stick.device[-1].upper(), stick, stick.volumes[0]
    )


def outcome() -> Outcome:
    return cast(Outcome, SimpleNamespace(check=report(), left_out=(), removed=()))


class Person:
    """Has said yes to what two drives get, ONE and TWO."""

    def __init__(self, session: Session, bridge: HeldBridge, made: Plan | None = None) -> None:
        self.session = session
        self.bridge = bridge
        self.sticks = [drive("a"), drive("b")]
        self.many = ManyController(session, bridge, session)
        self.ended = 0
        self.many.all_ended.connect(self._count)
        self.plug(*self.sticks)
        targets = tuple(map(target, self.sticks))
        session.set_targets(targets)
        session.set_plans(plan(), tuple(DrivePlan(each, made or plan()) for each in targets))
        session.approve()
        self.many.enter()

    def _count(self) -> None:
        self.ended += 1

    def plug(self, *drives: Drive) -> None:
        """These are in now, and no others."""
        self.session.drives.drives = drives
        self.session.drives.changed.emit()

    @property
    def states(self) -> list[RowState]:
        return [row.state for row in self.status.rows]

    def state(self, number: int) -> RowState:
        return self.states[number - 1]

    @property
    def status(self) -> ManyStatus:
        return self.many.status

    def begin(self) -> None:
        """It is known what the jobs share."""
        self.bridge.finish(SimpleNamespace())

    def finish(self, number: int = 0) -> None:
        """The job that began as the how manieth."""
        result = DriveResult(Path("/media"), outcome())
        self.bridge.tasks.pop(number).end(result, None)

    def fail(self, error: Any, number: int = 0) -> None:
        self.bridge.tasks.pop(number).end(None, error)

    def look(self, decision: Decision, *entries: str, made: Plan | None = None) -> None:
        """What the drive is, that came last, and the plan for it."""
        judgement = Judgement(decision, entries)
        self.bridge.tasks.pop().end(LookedAt(Path("/media/x"), made or plan(), judgement), None)


@pytest.fixture
def person(session: Session, bridge: HeldBridge) -> Person:
    session.set_choice(Choice((HELLO,), session.default_options))
    return Person(session, bridge)


@pytest.fixture
def made(person: Person) -> Person:
    """Both are ready, and it keeps going."""
    person.begin()
    person.finish()
    person.finish()
    person.bridge.tasks.clear()
    person.many.keep_going(wanted=True)
    person.bridge.finish(None)
    person.bridge.finish(None)
    assert person.states == [RowState.EJECTED] * 2
    return person


def test_each_drive_tells_how_far_it_is(person: Person) -> None:
    assert person.states == [RowState.WAITING] * 2
    assert person.session.tells_of_drives
    person.begin()
    first, second = person.bridge.tasks
    first.hear(PhaseStarted(Phase.DOWNLOAD))
    first.hear(Advanced(Phase.DOWNLOAD, 1, 4, 25, 100))
    second.hear(PhaseStarted(Phase.VERIFY))
    assert person.states == [RowState.WRITING, RowState.CHECKING]
    assert person.status.rows[0].share == 0.25
    assert person.status.share == 0.125

    person.finish(1)
    assert person.states == [RowState.WRITING, RowState.READY]
    assert person.ended == 0
    person.finish()
    assert person.ended == 1
    assert person.status.made == 2
    assert person.status.can_eject


def test_one_that_fails_stops_no_other_and_can_be_tried_again(person: Person) -> None:
    person.begin()
    person.fail(DriveError(NO))
    assert person.states == [RowState.FAILED, RowState.WAITING]
    person.finish()
    assert person.states == [RowState.FAILED, RowState.READY]
    assert person.status.can_try_again

    person.bridge.tasks.clear()
    person.many.try_again(1)
    assert person.state(1) is RowState.LOOKING
    # Nobody is asked about it again, and it is checked whatever is on it.
    person.look(Decision.ALREADY)
    assert person.state(1) is RowState.WAITING


def test_all_are_paused_and_go_on_and_stop(person: Person) -> None:
    person.begin()
    person.many.pause_or_resume()
    assert all(task.paused for task in person.bridge.tasks)
    assert person.status.paused
    person.many.pause_or_resume()
    assert not any(task.paused for task in person.bridge.tasks)

    person.many.stop()
    assert all(task.stopping for task in person.bridge.tasks)
    assert person.states == [RowState.STOPPING] * 2
    assert not person.status.can_stop
    person.fail(InterruptedByUser(NO))
    person.fail(InterruptedByUser(NO))
    assert person.states == [RowState.FAILED] * 2
    assert person.ended == 1


def test_what_was_stopped_is_not_written_though_its_drive_was_just_looked_at(
    person: Person,
) -> None:
    person.begin()
    person.fail(DriveError(NO))
    person.many.try_again(1)
    assert person.state(1) is RowState.LOOKING
    person.many.stop()
    person.look(Decision.START)
    assert person.state(1) is RowState.FAILED
    assert person.status.rows[0].is_stopped
    person.fail(InterruptedByUser(NO))
    assert person.ended == 1
    # Nothing begins but the cache's tidying.
    assert len(person.bridge.tasks) == 1


@pytest.mark.parametrize("error", [OfflineError(NO), DriveGoneError(NO)])
def test_what_was_stopped_does_not_go_on_by_itself(person: Person, error: SatchelError) -> None:
    person.begin()
    person.many.stop()
    person.plug()
    person.fail(error)
    person.fail(error)
    person.plug(*(replace(stick, sequence=9) for stick in person.sticks))
    person.many.count_down()
    assert person.states == [RowState.FAILED] * 2
    assert person.ended == 1


def test_stopped_before_anything_began_it_has_ended_and_nothing_stays_of_it(
    person: Person,
) -> None:
    person.many.stop()
    assert person.states == [RowState.FAILED] * 2
    assert person.ended == 1
    late = person.bridge.tasks.pop(0)
    person.bridge.tasks.clear()
    person.many.try_again(1)
    person.look(Decision.START)
    # What those share that begin now is found out now.
    [sharing] = person.bridge.tasks
    late.end(SimpleNamespace(), None)
    assert person.bridge.tasks == [sharing]
    person.begin()
    person.finish()
    assert person.states == [RowState.READY, RowState.FAILED]


def test_what_is_pulled_out_too_early_goes_on_when_it_is_back(person: Person) -> None:
    person.begin()
    person.fail(DriveGoneError(NO))
    person.plug(person.sticks[1])
    person.finish()
    assert person.states == [RowState.UNPLUGGED, RowState.READY]
    person.bridge.tasks.clear()

    person.plug(person.sticks[1], drive("a", sequence=2))
    assert person.state(1) is RowState.LOOKING
    person.look(Decision.START)
    assert person.state(1) is RowState.WAITING


def test_what_it_takes_is_told_as_before_when_it_is_back(
    session: Session, bridge: HeldBridge
) -> None:
    session.set_choice(Choice((HELLO,), session.default_options))
    person = Person(session, bridge, plan(total=100, takes=300))
    person.begin()
    person.bridge.tasks[0].hear(PhaseStarted(Phase.DOWNLOAD))
    person.bridge.tasks[0].hear(Advanced(Phase.DOWNLOAD, 1, 4, 40, 100))
    person.fail(DriveGoneError(NO))
    person.plug(person.sticks[1])
    person.finish()
    person.bridge.tasks.clear()

    person.plug(person.sticks[1], drive("a", sequence=2))
    person.look(Decision.START, made=plan(total=80, takes=280))
    person.begin()
    person.bridge.tasks[0].hear(PhaseStarted(Phase.DOWNLOAD))
    person.bridge.tasks[0].hear(Advanced(Phase.DOWNLOAD, 1, 4, 40, 80))
    progress = person.status.rows[0].progress
    assert progress is not None
    assert (progress.bytes, progress.bytes_total) == (150, 300)


def test_without_internet_all_wait_and_try_again(person: Person) -> None:
    person.begin()
    person.fail(OfflineError(NO))
    person.fail(OfflineError(NO))
    assert person.states == [RowState.OFFLINE] * 2
    assert person.status.offline
    assert person.ended == 0
    wait = person.status.wait
    person.many.count_down()
    assert person.status.wait == wait - 1
    person.many.try_now()
    assert person.states == [RowState.LOOKING] * 2
    person.many.stop()


def test_an_empty_drive_that_comes_starts_by_itself(made: Person) -> None:
    made.plug(*made.sticks, drive("c"))
    assert made.states == [RowState.EJECTED, RowState.EJECTED, RowState.LOOKING]
    made.look(Decision.START)
    assert made.state(3) is RowState.WAITING
    made.begin()
    made.finish()
    made.bridge.finish(None)
    assert made.status.made == 3


def test_the_next_one_takes_the_row_of_one_that_was_pulled_out(made: Person) -> None:
    made.plug(made.sticks[0])
    made.plug(made.sticks[0], drive("c"))
    assert [(row.number, row.name) for row in made.status.rows] == [(1, "A"), (2, "C")]


def test_one_in_another_port_takes_nobodys_row(made: Person) -> None:
    made.plug(made.sticks[0])
    made.plug(made.sticks[0], replace(drive("c"), port="2-1"))
    assert [(row.number, row.name) for row in made.status.rows] == [(1, "A"), (2, "B"), (3, "C")]


def test_one_with_other_files_is_asked_about_first(made: Person) -> None:
    made.plug(*made.sticks, drive("c"), drive("d"))
    for _ in range(2):
        made.look(Decision.ASK, "Photos/", "letter")
    assert made.states[2:] == [RowState.ASKING] * 2
    assert made.status.rows[2].entries == ("Photos/", "letter")
    assert not made.bridge.tasks

    made.many.answer(3, use=True)
    made.many.answer(4, use=False)
    assert made.states[2:] == [RowState.WAITING, RowState.DECLINED]


def test_nobody_is_asked_about_one_that_has_gone(made: Person) -> None:
    made.plug(*made.sticks, drive("c"))
    made.look(Decision.ASK, "Photos/")
    made.plug(*made.sticks)
    assert made.states[2] is RowState.DECLINED
    made.many.answer(3, use=True)
    assert not made.bridge.tasks


def test_what_comes_back_when_nobody_looks_any_more_is_left_alone(person: Person) -> None:
    person.begin()
    person.fail(DriveGoneError(NO))
    person.plug(person.sticks[1])
    person.finish()
    person.many.leave()
    person.plug(person.sticks[1], drive("a", sequence=2))
    assert RowState.LOOKING not in person.states


def test_the_check_of_a_job_counts_as_one(person: Person) -> None:
    person.begin()
    done = outcome()
    person.bridge.tasks[0].end(DriveResult(Path("/media"), done), None)
    assert person.status.rows[0].check is done.check


def test_one_that_has_all_of_it_is_left_alone(made: Person) -> None:
    made.plug(*made.sticks, drive("c"))
    made.look(Decision.ALREADY)
    assert made.state(3) is RowState.ALREADY
    assert not made.bridge.tasks


def test_one_that_cannot_be_read_yet_is_looked_at_once_it_can(made: Person) -> None:
    made.plug(*made.sticks, drive("c", kind=""))
    assert made.state(3) is RowState.UNUSABLE
    assert made.status.rows[2].reason
    made.plug(*made.sticks, drive("c"))
    assert made.state(3) is RowState.LOOKING


def test_each_row_knows_where_its_drive_is_and_all_others_too(made: Person) -> None:
    """Ejecting one asks whoever takes apps from that one; one that came by itself is none less."""
    made.plug(*made.sticks, drive("c"))
    made.look(Decision.START)
    a, b, c = (Path(f"/media/{name}") for name in "abx")
    assert [made.many.roots(number) for number in (1, 2, 3)] == [[a], [b], [c]]
    assert made.many.roots() == [a, b, c]


def test_what_was_plugged_in_before_is_left_alone(person: Person) -> None:
    person.begin()
    person.plug(*person.sticks, drive("c"))
    person.many.keep_going(wanted=True)
    person.plug(*person.sticks, drive("c"))
    assert len(person.states) == 2
    person.plug(*person.sticks)
    person.plug(*person.sticks, drive("c", sequence=5))
    assert len(person.states) == 3


def test_it_ends_with_the_page(made: Person) -> None:
    made.plug(*made.sticks, drive("c"), drive("d"))
    made.look(Decision.ASK, "Photos/")
    made.many.leave()
    assert not made.status.keeps_going
    assert made.states[2:] == [RowState.DECLINED] * 2
    # What was being looked at is not heard of any more.
    made.look(Decision.START)
    assert made.states[2:] == [RowState.DECLINED] * 2
    made.plug(*made.sticks, drive("e"))
    assert len(made.states) == 4


def test_another_choice_counts_for_drives_that_come_later(made: Person) -> None:
    other = replace(HELLO, ref="app/org.test.Other/x86_64/stable", name="Other")
    made.session.set_choice(Choice((HELLO, other), made.session.default_options))
    assert made.status.rows, "what was made stays to be seen"
    wanted = made.many.wanted()
    assert wanted is not None
    assert wanted.request.refs == (f"up:{HELLO.ref}", f"up:{other.ref}")
    made.plug(*made.sticks, drive("c"))
    made.look(Decision.START)
    assert made.state(3) is RowState.WAITING


def test_one_that_was_made_alone_is_the_first_of_several(
    session: Session, bridge: HeldBridge
) -> None:
    session.set_choice(Choice((HELLO,), session.default_options))
    many = ManyController(session, bridge, session)
    many.enter()
    assert not many.status.rows
    session.drives.drives = (drive("a"),)
    many.take_over(target(drive("a")), ejected=False)
    many.keep_going(wanted=True)
    assert [row.state for row in many.status.rows] == [RowState.EJECTING]
    assert session.tells_of_drives

    bridge.finish(None)
    many.leave()
    assert not many.status.rows
    assert not session.tells_of_drives
