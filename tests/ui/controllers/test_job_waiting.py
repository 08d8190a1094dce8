"""What a job waits for by itself: the internet, the drive that was pulled out, room on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.drive.drive import Drive, Volume
from app.drive.safety.guard import DriveGoneError
from app.errors import InterruptedByUser, SatchelError, UpstreamError
from app.fs.files import DriveFullError
from app.message import NOTHING, Message
from app.ostree.pull.answers import OfflineError
from app.progress import Advanced, Phase, PhaseStarted
from app.replacing import replace
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import GB, plan
from ui.controllers.job import JobController, JobState
from ui.controllers.shortage import Shortage
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.state.works.planned import PlannedWork

OFFLINE = OfflineError(Message("There is no internet connection."))
GONE = DriveGoneError(Message("The drive was unplugged."))
FULL = DriveFullError(Message("The drive is full."))
BROKEN = UpstreamError(Message("It broke off."))

VOLUME = Volume("/dev/sdx1", 17, "ext4", "APPS", "A-B", GB, (Path("/media/APPS"),))
DRIVE = Drive("/dev/sdx", 16, "", "Stick", "S", "usb", GB, True, False, NOTHING, (VOLUME,))
TARGET = Target(Path("/media/APPS"), "APPS", DRIVE, VOLUME)
ELSEWHERE = replace(VOLUME, device="/dev/sdy1", number=33, mount_points=(Path("/media/APPS1"),))
BACK = Target(Path("/media/APPS1"), "APPS", replace(DRIVE, device="/dev/sdy", number=32), ELSEWHERE)
OTHER = Target(Path("/media/OTHER"), "OTHER", DRIVE, replace(VOLUME, uuid="C-D", label="OTHER"))


@pytest.fixture
def job(chosen: Session, bridge: HeldBridge) -> JobController:
    """It runs, on a drive that can be pulled out."""
    chosen.set_target(TARGET)
    controller = JobController(chosen, bridge, chosen)
    chosen.set_plan(plan())
    chosen.approve()
    controller.enter()
    bridge.report(PhaseStarted(Phase.DOWNLOAD))
    return controller


def state(job: JobController) -> JobState:
    """As it is now."""
    return job.status.state


def pass_seconds(job: JobController, seconds: int) -> None:
    for _ in range(seconds):
        job.count_down()


def test_without_internet_it_tries_again_by_itself_and_less_and_less_often(
    job: JobController, bridge: HeldBridge
) -> None:
    failed: list[object] = []
    job.failed.connect(failed.append)
    waits = []
    for _ in range(4):
        bridge.fail(OFFLINE)
        assert state(job) is JobState.OFFLINE
        waits.append(job.status.wait)
        pass_seconds(job, job.status.wait - 1)
        assert job.status.wait == 1
        job.count_down()
        assert state(job) is JobState.RUNNING
    assert waits == [15, 30, 60, 60]
    # Nobody is called: it goes on by itself.
    assert not failed

    bridge.report(Advanced(Phase.DOWNLOAD, 1, 2, 10, 20))
    bridge.fail(OFFLINE)
    assert job.status.wait == 15


def test_somebody_who_knows_better_need_not_wait(job: JobController, bridge: HeldBridge) -> None:
    bridge.fail(OFFLINE)
    job.try_now()
    assert state(job) is JobState.RUNNING


def test_stopped_while_it_waits_it_stays_so(job: JobController, bridge: HeldBridge) -> None:
    bridge.fail(OFFLINE)
    job.stop()
    assert state(job) is JobState.FAILED
    pass_seconds(job, 100)
    assert state(job) is JobState.FAILED
    job.try_now()
    assert state(job) is JobState.RUNNING


@pytest.mark.parametrize("error", [OFFLINE, GONE])
def test_stopped_it_stays_so_whatever_else_happens_before_it_has(
    job: JobController, bridge: HeldBridge, error: SatchelError
) -> None:
    job.stop()
    bridge.fail(error)
    assert state(job) is JobState.FAILED
    assert job.status.error is error
    pass_seconds(job, 20)
    assert state(job) is JobState.FAILED
    assert not bridge.tasks


def test_a_server_that_is_away_is_not_the_internet(job: JobController, bridge: HeldBridge) -> None:
    bridge.fail(BROKEN)
    assert state(job) is JobState.FAILED


@pytest.mark.parametrize("first_offline", [False, True])
def test_the_drive_that_was_pulled_out_goes_on_in_another_port(
    job: JobController, chosen: Session, bridge: HeldBridge, first_offline: bool
) -> None:
    bridge.fail(OFFLINE if first_offline else GONE)
    chosen.set_target(None)
    assert state(job) is JobState.UNPLUGGED
    assert chosen.plan is None
    if first_offline:
        pass_seconds(job, 100)
        assert state(job) is JobState.UNPLUGGED

    chosen.set_target(BACK)
    assert state(job) is JobState.RESUMING
    again = plan()
    bridge.finish(PlannedWork(again))
    assert chosen.plan is again
    assert chosen.approved
    assert state(job) is JobState.RUNNING


@pytest.mark.parametrize(("takes", "told"), [(280, 300), (310, 300), (600, 600)])
def test_what_a_job_takes_is_told_as_before_when_the_drive_is_back(
    chosen: Session, bridge: HeldBridge, takes: int, told: int
) -> None:
    """What is on the drive now tells better what it takes. Twice as much is told all the same."""
    chosen.set_target(TARGET)
    job = JobController(chosen, bridge, chosen)
    chosen.set_plan(plan(total=100, takes=300))
    chosen.approve()
    job.enter()
    bridge.report(PhaseStarted(Phase.DOWNLOAD))
    bridge.report(Advanced(Phase.DOWNLOAD, 1, 4, 40, 100))
    assert figures(job) == (120, 300)

    bridge.fail(GONE)
    chosen.set_target(None)
    chosen.set_target(BACK)
    bridge.finish(PlannedWork(plan(total=80, takes=takes), goes_on=True))
    bridge.report(PhaseStarted(Phase.DOWNLOAD))
    bridge.report(Advanced(Phase.DOWNLOAD, 1, 4, 40, 80))
    assert figures(job) == (told // 2, told)


def test_after_another_look_at_it_the_number_is_the_one_that_was_seen(
    chosen: Session, bridge: HeldBridge
) -> None:
    job = JobController(chosen, bridge, chosen)
    for takes in (300, 280):
        chosen.set_plan(plan(total=100, takes=takes))
        chosen.approve()
        job.enter()
        bridge.report(PhaseStarted(Phase.DOWNLOAD))
        bridge.report(Advanced(Phase.DOWNLOAD, 1, 4, 50, 100))
        assert figures(job) == (takes // 2, takes)
        bridge.fail(BROKEN)


def figures(job: JobController) -> tuple[int, int]:
    """“120 of 300”."""
    assert job.status.progress is not None
    return job.status.progress.bytes, job.status.progress.bytes_total


@pytest.mark.parametrize(
    ("free", "shortage"),
    [
        (GB, Shortage(others=3 * GB, lacking=GB)),
        # An estimate is not exact to the byte.
        (4 * GB - 10**7, Shortage(others=0, lacking=0)),
    ],
)
def test_of_a_full_drive_it_is_found_out_who_took_the_room_and_how_much_is_missing(
    chosen: Session, bridge: HeldBridge, free: int, shortage: Shortage
) -> None:
    """Of 6 GB that were free it was to take 4, and has taken 2."""
    job = JobController(chosen, bridge, chosen)
    chosen.set_plan(plan(total=4 * GB, takes=4 * GB))
    chosen.approve()
    job.enter()
    bridge.report(PhaseStarted(Phase.DOWNLOAD))
    bridge.report(Advanced(Phase.DOWNLOAD, 1, 2, 2 * GB, 4 * GB))
    bridge.fail(FULL)
    assert state(job) is JobState.FAILED
    bridge.finish(free)
    assert job.status.shortage == shortage


def test_another_drive_does_not_go_on_by_itself(
    job: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    bridge.fail(GONE)
    chosen.set_target(None)
    chosen.set_target(OTHER)
    assert state(job) is JobState.IDLE
    assert not bridge.tasks


def test_nobody_who_has_gone_elsewhere_is_surprised(
    job: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    bridge.fail(GONE)
    chosen.set_target(None)
    job.leave()
    chosen.set_target(BACK)
    assert state(job) is JobState.IDLE
    assert not bridge.tasks


def test_a_folder_that_is_gone_is_a_failure(
    job: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    bridge.fail(BROKEN)
    chosen.set_target(Target(Path("/nowhere"), "Folder"))
    chosen.set_plan(plan())
    chosen.approve()
    job.enter()
    bridge.fail(GONE)
    assert state(job) is JobState.FAILED


def test_a_full_drive_is_looked_at_again(job: JobController, bridge: HeldBridge) -> None:
    bridge.fail(FULL)
    assert state(job) is JobState.FAILED
    job.look_again()
    assert state(job) is JobState.RESUMING
    bridge.fail(FULL)
    assert job.status.error is FULL

    job.look_again()
    bridge.finish(PlannedWork(plan()))
    assert state(job) is JobState.RUNNING


def test_what_cannot_be_planned_again_leads_to_the_drives(
    job: JobController, chosen: Session, bridge: HeldBridge
) -> None:
    pages: list[PageName] = []
    job.go.connect(pages.append)
    bridge.fail(InterruptedByUser(Message("Stopped.")))
    chosen.set_target(None)
    job.try_now()
    assert pages == [PageName.DRIVE]
