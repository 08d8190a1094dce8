"""Jobs that end in the middle of a download."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil
import pytest

from app.stick.memory.unfinished_jobs import UnfinishedJobs
from tests.stick.interrupted.jobs import JOB, Goal, Hold, assert_alone, assert_valid, complete
from tests.stick.made_drive import MadeDrive, check_refusal, objects, published
from tests.waiting import GUARD, until

pytestmark = pytest.mark.kills


def test_killed_while_downloading(made_drive: MadeDrive, goal: Goal, hold: Hold) -> None:
    """Its helpers go with it, though nobody tells them to."""
    held = hold()
    helpers = psutil.Process(held.job.process.pid).children(recursive=True)
    assert helpers
    held.job.process.kill()
    held.job.process.wait()
    _, alive = psutil.wait_procs(helpers, timeout=GUARD)
    assert alive == []
    held.gate.set()
    assert_valid(made_drive)
    complete(made_drive, goal)


def test_helper_killed(made_drive: MadeDrive, goal: Goal, hold: Hold) -> None:
    held = hold()
    job = psutil.Process(held.job.process.pid)
    command = job.cmdline()
    for helper in job.children():
        # As soon as it has lost one the job ends the others.
        with contextlib.suppress(psutil.NoSuchProcess):
            # A copy of the job; gpg's agent is none.
            if helper.cmdline() == command:
                helper.kill()
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert_valid(made_drive)
    complete(made_drive, goal)


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.thorough)]
)
def test_asked_to_stop(
    made_drive: MadeDrive, goal: Goal, hold: Hold, number: signal.Signals
) -> None:
    before = published(made_drive.drive)
    held = hold()
    held.job.process.send_signal(number)
    done = held.job.finish()
    assert done.returncode == 130, done.said
    held.gate.set()
    assert done.finished["error"]["exit_code"] == 130
    assert "Run the same command again" in done.stderr
    assert published(made_drive.drive) == before
    assert_valid(made_drive)
    complete(made_drive, goal)


def test_objects_that_never_reached_the_medium(
    made_drive: MadeDrive, goal: Goal, hold: Hold
) -> None:
    """After a power cut: names without content. Another job in between has no use for them."""
    had = objects(made_drive.drive)
    noise = max(
        (path for path in (goal.directory / "undisturbed/drive").rglob("*.filez")),
        key=lambda path: path.stat().st_size,
    )
    held = hold(noise.name)
    base = made_drive.drive / ".ostree/repo/objects"
    until(lambda: any(name.endswith(".filez") for name in objects(made_drive.drive) - had))
    held.job.process.kill()
    held.job.process.wait()
    held.gate.set()
    assert_alone(made_drive.directory)
    for name in objects(made_drive.drive) - had:
        if name.endswith(".filez"):
            os.truncate(base / name, 0)
    made_drive.web.everything = None
    assert made_drive.make("org.test.Other").finished["ok"]
    complete(made_drive, goal, *JOB)


def test_the_computer_remembers_it_until_it_has_ended(
    made_drive: MadeDrive, goal: Goal, hold: Hold
) -> None:
    jobs = UnfinishedJobs(made_drive.home / ".local/state/satchel/unfinished.json")
    held = hold()
    (job,) = jobs.all().values()
    assert {wanted.ref.split("/")[1] for wanted in job.refs} == set(JOB)
    held.job.process.kill()
    held.job.process.wait()
    held.gate.set()
    assert list(jobs.all()) == [str(made_drive.drive)]

    complete(made_drive, goal)
    assert jobs.all() == {}
