"""After an interruption a plan says what is left, and the job then brings just that."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from app.flatpak.remotes.known import Known, read_remote
from app.ostree.pull.object_writer import MIN_PART
from app.progress import CancelToken, silent
from app.stick.planning.cost import Cost
from app.stick.planning.options import Options
from app.stick.planning.session import PlanSession
from app.stick.planning.target_state import read_target
from tests.environments import environment_in
from tests.satchel import Done, satchel
from tests.stick.interrupted.jobs import ARCH, JOB, Goal, Hold, assert_alone, run
from tests.stick.made_drive import MadeDrive

KILLS = 24
KIT = 600_000
"""Bytes of what is replaced, and of what is said around the objects."""
LISTS = 100_000
"""Bytes of commits, signatures and directories that nobody tells beforehand."""

pytestmark = pytest.mark.kills


def planned(made_drive: MadeDrive) -> Any:
    return satchel(
        "plan", "--json", made_drive.drive, *JOB, "--remote", made_drive.remote,
        home=made_drive.home,
    ).json["estimate"]  # fmt: skip


def counted(made_drive: MadeDrive) -> Cost:
    """What the window's Apps says, without asking upstream for commits."""
    environment = environment_in(made_drive.home)
    known = Known((read_remote(made_drive.remote),))
    drive = read_target(made_drive.drive)
    with PlanSession(drive, environment, known, silent, CancelToken()) as session:
        return session.cost(JOB, Options(ARCH))


def made(made_drive: MadeDrive) -> Any:
    made_drive.web.everything = None
    return made_drive.make(*JOB).finished


def downloads(done: Done) -> list[dict[str, Any]]:
    return [
        event
        for event in done.events
        if event["event"] == "progress" and event["phase"] == "download"
    ]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=[] if number % 6 == 3 else pytest.mark.thorough)
        for number in range(KILLS)
    ],
)
def test_what_is_left_after_a_kill(made_drive: MadeDrive, goal: Goal, number: int) -> None:
    moment = 1 + goal.changes * number // KILLS
    run(made_drive, *JOB, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(moment))
    estimate = planned(made_drive)
    finished = made(made_drive)
    assert finished["bytes"] - LISTS <= estimate["fetch"]
    if estimate["exact"]:
        assert estimate["fetch"] <= finished["bytes"] + LISTS
        assert estimate["objects"] == pytest.approx(finished["objects"], abs=12)


@pytest.mark.thorough
def test_a_file_that_was_under_way(made_drive: MadeDrive, goal: Goal, hold: Hold) -> None:
    """All trees are there, and of the files all but the largest."""
    noise = max(
        (path for path in (goal.directory / "undisturbed/drive").rglob("*.filez")),
        key=lambda path: path.stat().st_size,
    )
    held = hold(noise.name)
    held.job.process.kill()
    held.job.process.wait()
    held.gate.set()
    assert_alone(made_drive.directory)
    size = noise.stat().st_size
    estimate = planned(made_drive)
    assert size <= estimate["fetch"] <= size + LISTS
    assert estimate["fetch"] + estimate["there"] == estimate["total"]
    cost = counted(made_drive).estimate
    assert cost.fetch == pytest.approx(estimate["fetch"], abs=LISTS)
    assert cost.there == estimate["there"]
    finished = made(made_drive)
    assert estimate["fetch"] == pytest.approx(finished["bytes"], abs=LISTS)


def test_the_bar_begins_with_what_is_there(made_drive: MadeDrive, hold: Hold) -> None:
    held = hold()
    held.job.process.kill()
    held.job.process.wait()
    held.gate.set()
    assert_alone(made_drive.directory)
    estimate = planned(made_drive)
    made_drive.web.everything = None
    events = downloads(made_drive.make(*JOB))
    assert {event["bytes_total"] for event in events[:-1]} <= {estimate["total"]}
    assert events[0]["bytes"] >= estimate["there"] > 0
    assert events[-1]["bytes"] == events[-1]["bytes_total"]


def used(made_drive: MadeDrive) -> int:
    status = os.statvfs(made_drive.drive)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6])
def test_room_that_the_rest_takes(small: MadeDrive, goal: Goal, share: float) -> None:
    moment = int(goal.changes * share)
    run(small, *JOB, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(moment))
    estimate = planned(small)
    before = used(small)
    assert made(small)["ok"]
    took = used(small) - before
    # What is left of a file and not worth continuing makes room.
    assert took - KIT <= estimate["write"] <= took + KIT + MIN_PART


def test_what_fits_is_not_refused(small: MadeDrive, goal: Goal) -> None:
    """Most of a job is on a small drive, and there is room for the rest, not for all of it."""
    moment = goal.changes // 2
    run(small, *JOB, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(moment))
    estimate = planned(small)
    ballast = small.drive / "ballast"
    free = estimate["space"]["free"]
    with ballast.open("wb") as file:
        file.write(bytes(max(0, free - estimate["write"] - 1_500_000)))
    assert counted(small).fits
    assert made(small)["ok"]
