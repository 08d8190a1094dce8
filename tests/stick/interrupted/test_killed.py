"""Jobs that are killed at any moment."""

from __future__ import annotations

import random
import signal

import pytest

from tests.client import Client
from tests.stick.interrupted.jobs import ARCH, JOB, Goal, assert_alone, assert_valid, complete, run
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.upstream import Upstream

pytestmark = pytest.mark.kills

KILLS = 60
EVERY = 6
"""Of so many kills one is in the gate, the others are in thorough runs."""


@pytest.fixture(scope="module")
def moments(goal: Goal) -> list[int]:
    """Where to kill: everywhere, with some randomness."""
    chance = random.Random(31)
    step = goal.changes / KILLS
    return [1 + int((number + chance.random()) * step) for number in range(KILLS)]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=[] if number % EVERY == 0 else pytest.mark.thorough)
        for number in range(KILLS)
    ],
)
def test_killed(made_drive: MadeDrive, goal: Goal, moments: list[int], number: int) -> None:
    """Before any change that the job makes to the drive."""
    done = run(made_drive, *JOB, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(moments[number]))
    assert '"finished"' not in done.stdout
    assert_alone(made_drive.directory)
    if number // EVERY % 4 == 3:
        assert_valid(made_drive, "--quick")
    complete(made_drive, goal)


@pytest.mark.thorough
def test_killed_late_and_then_early(
    made_drive: MadeDrive, goal: Goal, client: Client, default_upstream: Upstream
) -> None:
    """While refs are exchanged, and again before the next job has got that far: clients see the
    stick as it was."""
    run(made_drive, *JOB, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(goal.changes * 2 // 3))
    assert_valid(made_drive)
    run(made_drive, *JOB, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT="4")
    assert "journal-left" in assert_valid(made_drive)
    client.remote_add(
        "up",
        "http://127.0.0.1:9/",
        made_drive.upstream.key.public,
        "org.test.Upstream",
        check=False,
    )
    ref = f"app/org.test.Hello/{ARCH}/stable"
    # The client leaves its cache in the repository's tmp/.
    copy_drive(made_drive.drive, made_drive.directory / "copy")
    client.install("up", "org.test.Hello", sideload=made_drive.directory / "copy/.ostree/repo")
    assert client.installed()[ref] == default_upstream.refs[ref]
    complete(made_drive, goal)
