"""The job behind the Make page: every state, and how it gets there."""

from __future__ import annotations

import pytest

from app.errors import InterruptedByUser, UpstreamError
from app.message import Message
from app.progress import Advanced, AppProgress, AppsAdvanced, Notice, Phase, PhaseStarted
from app.replacing import replace
from app.severity import Severity
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import outcome, plan, report
from ui.controllers.failures import Written
from ui.controllers.job import JobController, JobState, JobStatus, LogEntry
from ui.controllers.progress import Progress
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.state.works.planned import PlannedWork
from ui.state.works.work import Work, WorkKind

STOPPED = InterruptedByUser(Message("Stopped."))
BROKEN = UpstreamError(Message("It broke off."))


class Clock:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Ears:
    """Hear what a controller tells."""

    def __init__(self, controller: JobController) -> None:
        self.states: list[JobState] = []
        self.begun: list[tuple[Work, bool]] = []
        self.entries: list[LogEntry] = []
        self.progress: list[Progress] = []
        self.pages: list[PageName] = []
        self.apps: list[AppsAdvanced] = []
        self.ended: list[object] = []
        controller.status_changed.connect(self._take)
        controller.started.connect(lambda work, fresh: self.begun.append((work, fresh)))
        controller.logged.connect(self.entries.append)
        controller.apps_advanced.connect(self.apps.append)
        controller.go.connect(self.pages.append)
        controller.succeeded.connect(self.ended.append)
        controller.failed.connect(self.ended.append)

    def _take(self, status: JobStatus) -> None:
        if status.progress is not None and status.progress not in self.progress[-1:]:
            self.progress.append(status.progress)
        if status.state not in self.states[-1:]:
            self.states.append(status.state)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def job(chosen: Session, bridge: HeldBridge, clock: Clock) -> JobController:
    return JobController(chosen, bridge, chosen, clock=clock)


@pytest.fixture
def running(job: JobController, chosen: Session) -> JobController:
    """The person has said yes and looks at it."""
    chosen.set_plan(plan())
    chosen.approve()
    job.enter()
    return job


def test_nothing_begins_before_the_person_said_so(
    job: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    chosen.set_plan(plan())
    job.enter()
    assert job.status.state is JobState.IDLE
    assert not bridge.tasks


def test_it_goes_through_its_phases_and_ends_well(
    running: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    ears = Ears(running)
    assert running.status.state is JobState.RUNNING
    assert bridge.tasks[0].guarded
    for phase in (Phase.TRUST, Phase.DOWNLOAD, Phase.FLUSH, Phase.WRITE, Phase.VERIFY):
        bridge.report(PhaseStarted(phase))
        assert running.status.phase is phase
    assert running.status.written is Written.ALL

    result = outcome()
    bridge.finish(result)
    ended = running.status
    assert ended.state is JobState.FINISHED
    assert chosen.outcome is result
    assert ears.ended == [result]
    assert ears.entries[-1] is JobState.FINISHED


@pytest.mark.parametrize("unsigned", [False, True])
def test_its_own_check_counts_as_one_unless_it_was_lenient(
    job: JobController, chosen: Session, bridge: HeldBridge, unsigned: bool
) -> None:
    chosen.set_plan(plan())
    chosen.approve()
    job.enter()
    judged = replace(report(), stamp="as written", finished=1)
    bridge.finish(replace(outcome(judged), usual=not unsigned))
    assert chosen.checks.of("as written") == (None if unsigned else judged)


@pytest.mark.parametrize("phase", [Phase.DOWNLOAD, Phase.VERIFY])
def test_paused_and_resumed_where_that_can_be(
    running: JobController, bridge: HeldBridge, phase: Phase
) -> None:
    assert not running.status.can_pause
    running.pause_or_resume()
    assert running.status.state is JobState.RUNNING

    bridge.report(PhaseStarted(phase))
    ears = Ears(running)
    running.pause_or_resume()
    assert bridge.tasks[0].paused
    running.pause_or_resume()
    assert not bridge.tasks[0].paused
    assert ears.states == ears.entries == [JobState.PAUSED, JobState.RUNNING]


def test_what_is_paused_has_no_pace(
    running: JobController, bridge: HeldBridge, clock: Clock
) -> None:
    bridge.report(PhaseStarted(Phase.DOWNLOAD))
    ears = Ears(running)
    for number in range(1, 6):
        clock.seconds += 1
        bridge.report(Advanced(Phase.DOWNLOAD, number, 10, number * 1000, 10_000))
    assert ears.progress[-1].share == 0.5
    assert ears.progress[-1].rate == pytest.approx(1000)
    assert ears.progress[-1].left is not None

    running.pause_or_resume()
    clock.seconds += 1000
    bridge.report(Advanced(Phase.DOWNLOAD, 6, 10, 6000, 10_000))
    resting = ears.progress[-1]
    assert (resting.rate, resting.left, resting.still) == (None, None, None)
    assert resting.objects == 5
    assert running.status.percent == 50


def test_nothing_is_told_of_an_earlier_phase_in_a_pause(
    running: JobController, bridge: HeldBridge
) -> None:
    bridge.report(PhaseStarted(Phase.DOWNLOAD))
    bridge.report(Advanced(Phase.DOWNLOAD, 1, 10, 1000, 10_000))
    running.pause_or_resume()
    bridge.report(PhaseStarted(Phase.VERIFY))
    before = running.status.progress
    bridge.report(Advanced(Phase.VERIFY, 1, 10, 1000, 10_000))
    assert running.status.progress is before


def test_stopped_it_can_go_on(running: JobController, bridge: HeldBridge) -> None:
    ears = Ears(running)
    bridge.report(PhaseStarted(Phase.DOWNLOAD))
    running.stop()
    stopping = running.status
    assert stopping.state is JobState.STOPPING
    assert not stopping.can_stop
    assert not stopping.can_pause
    running.stop()

    bridge.fail(STOPPED)
    ended = running.status
    assert ended.state is JobState.FAILED
    assert ended.written is Written.PARTS
    assert ears.ended == [STOPPED]

    running.start()
    assert running.status.state is JobState.RUNNING
    [(_, fresh)] = ears.begun
    assert not fresh


def test_a_failure_is_readable_while_somebody_reads_it(
    running: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    bridge.fail(BROKEN)
    # The drive was pulled out.
    chosen.set_target(None)
    assert running.status.error is BROKEN
    running.leave()
    assert running.status.state is JobState.IDLE


def test_a_failure_that_nobody_reads_goes_with_its_plan(
    running: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    running.leave()
    bridge.fail(BROKEN)
    chosen.set_plan(None)
    assert running.status.state is JobState.IDLE


def test_an_outcome_for_another_plan_is_none(
    running: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    ears = Ears(running)
    chosen.set_plan(plan(until=1))
    bridge.finish(outcome())
    assert chosen.outcome is None
    assert not ears.ended
    assert ears.pages == [PageName.REVIEW]
    assert running.status.state is JobState.IDLE


def test_without_a_drive_it_leads_to_the_drives(
    running: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    ears = Ears(running)
    chosen.set_target(None)
    bridge.finish(outcome())
    assert ears.pages == [PageName.DRIVE]


def test_what_is_worth_a_line_is_logged(running: JobController, bridge: HeldBridge) -> None:
    ears = Ears(running)
    notice = Notice(Severity.INFO, Message("Something."))
    bridge.report(PhaseStarted(Phase.TRUST))
    bridge.report(notice)
    apps = AppsAdvanced((AppProgress("app/org.test.Hello/x86_64/stable", 1, 2, saved=False),))
    bridge.report(apps)
    bridge.fail(BROKEN)
    assert ears.entries == [Phase.TRUST, notice, BROKEN]
    assert ears.apps == [apps]


def test_amounts_are_told_as_the_room_that_review_told(
    job: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    chosen.set_plan(plan(total=100, takes=300))
    chosen.approve()
    ears = Ears(job)
    job.enter()
    bridge.report(PhaseStarted(Phase.DOWNLOAD))
    bridge.report(AppsAdvanced((AppProgress("app/org.test.App/x86_64/stable", 10, 40, False),)))
    bridge.report(Advanced(Phase.DOWNLOAD, 1, 2, 50, 100))
    assert (ears.progress[-1].bytes, ears.progress[-1].bytes_total) == (150, 300)
    assert (ears.apps[-1].apps[0].bytes, ears.apps[-1].apps[0].bytes_total) == (30, 120)
    bridge.report(PhaseStarted(Phase.VERIFY))
    bridge.report(Advanced(Phase.VERIFY, 1, 2, 50, 100))
    assert (ears.progress[-1].bytes, ears.progress[-1].bytes_total) == (50, 100)


def test_the_whole_stays_what_was_told_when_it_was_less_in_the_end(
    job: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    chosen.set_plan(plan(total=100, takes=300))
    chosen.approve()
    ears = Ears(job)
    job.enter()
    bridge.report(PhaseStarted(Phase.DOWNLOAD))
    for done, whole in ((50, 100), (80, 80), (110, 110)):
        bridge.report(Advanced(Phase.DOWNLOAD, 1, 2, done, whole))
    told = [(progress.bytes, progress.bytes_total) for progress in ears.progress]
    assert told == [(150, 300), (300, 300), (330, 330)]


@pytest.mark.parametrize("kind", [WorkKind.UPDATE, WorkKind.REPAIR])
def test_other_work_than_what_was_chosen_begins_as_soon_as_it_is_shown(
    job: JobController, chosen: Session, bridge: HeldBridge, kind: WorkKind
) -> None:
    ears = Ears(job)
    chosen.begin(PlannedWork(plan(), kind=kind))
    assert not bridge.tasks
    job.enter()
    assert job.status.kind is kind
    bridge.fail(BROKEN)
    assert job.status.kind is kind

    # Nothing is looked over: it is looked at again, and goes on.
    job.plan_again()
    bridge.finish(PlannedWork(plan(), kind=kind))
    assert ears.states[-3:] == [JobState.FAILED, JobState.RESUMING, JobState.RUNNING]
    chosen.set_plan(None)
    bridge.finish(outcome())
    assert ears.pages == [PageName.CONTENTS]


def test_work_that_is_said_yes_to_on_the_page_begins_there(
    running: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    bridge.finish(outcome())
    repair = PlannedWork(plan(), kind=WorkKind.REPAIR)
    chosen.begin(repair)
    assert running.status.state is JobState.RUNNING
    assert running.status.kind is WorkKind.REPAIR
