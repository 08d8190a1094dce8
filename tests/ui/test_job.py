"""A whole job through the bridge: its processes live as long as its thread, and no longer."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from app.errors import InterruptedByUser
from app.flatpak.refs import host_arch
from app.fs.files import readable_by_everybody
from app.progress import CancelToken, Phase, PhaseStarted, Reporter
from app.stick.demo import APP
from app.stick.environment import Environment
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.writing.job import run_job
from app.stick.writing.outcome import Outcome
from tests.waiting import GUARD, GUARD_MS
from ui.tasks.bridge import Bridge, Task

_LONG = GUARD_MS


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    own_bridge = Bridge()
    yield own_bridge
    own_bridge.close()


def outcome_of(task: Task, qtbot: QtBot) -> Any:
    """What came of it: a result or an error."""
    heard: list[object] = []
    task.done.connect(heard.append)
    task.failed.connect(heard.append)
    with qtbot.waitSignal(task.finished, timeout=_LONG):
        pass
    [only] = heard
    return only


def plan_of(bridge: Bridge, qtbot: QtBot, demo: Environment) -> Plan:
    assert demo.demo_drive is not None
    request = PlanRequest(demo.demo_drive, (APP,), None, None, Options(host_arch()))
    known = demo.known_remotes()
    task = bridge.run(lambda report, cancel: make_plan(request, demo, known, report, cancel))
    plan = outcome_of(task, qtbot)
    assert isinstance(plan, Plan), plan
    return plan


@pytest.mark.usefixtures("real_workers")
def test_a_job_makes_a_sound_drive(bridge: Bridge, qtbot: QtBot, demo: Environment) -> None:
    before = psutil.Process().children(recursive=True)
    plan = plan_of(bridge, qtbot, demo)
    known = demo.known_remotes()
    umask = os.umask(0o077)
    try:
        task = bridge.run(
            lambda report, cancel: run_job(plan, demo, known, report, cancel), guarded=True
        )
        outcome = outcome_of(task, qtbot)
        after = os.umask(0o077)
    finally:
        os.umask(umask)

    assert isinstance(outcome, Outcome), outcome
    assert outcome.check is not None
    assert outcome.check.ok
    assert after == 0o077
    assert psutil.Process().children(recursive=True) == before


@pytest.mark.usefixtures("real_workers")
def test_a_job_is_cancelled_in_the_middle_and_done_again(
    bridge: Bridge, qtbot: QtBot, demo: Environment
) -> None:
    before = psutil.Process().children(recursive=True)
    plan = plan_of(bridge, qtbot, demo)
    known = demo.known_remotes()

    def until_download(_report: Reporter, cancel: CancelToken) -> Outcome:
        def look(event: object) -> None:
            if isinstance(event, PhaseStarted) and event.phase is Phase.DOWNLOAD:
                cancel.request()

        return run_job(plan, demo, known, look, cancel)

    stopped = outcome_of(bridge.run(until_download, guarded=True), qtbot)
    assert isinstance(stopped, InterruptedByUser)
    assert psutil.Process().children(recursive=True) == before

    again = plan_of(bridge, qtbot, demo)
    task = bridge.run(lambda report, cancel: run_job(again, demo, known, report, cancel))
    outcome = outcome_of(task, qtbot)
    assert isinstance(outcome, Outcome), outcome


def test_what_several_jobs_write_is_for_everybody(tmp_path: Path) -> None:
    inside, go = threading.Event(), threading.Event()
    umask = os.umask(0o077)

    def other() -> None:
        with readable_by_everybody():
            inside.set()
            go.wait(GUARD)
            (tmp_path / "second").write_text("x")

    try:
        with readable_by_everybody():
            thread = threading.Thread(target=other)
            thread.start()
            inside.wait(GUARD)
            (tmp_path / "first").write_text("x")
        go.set()
        thread.join()
        (tmp_path / "own").write_text("x")
    finally:
        os.umask(umask)

    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("first", "second", "own")]
    assert modes == [0o644, 0o644, 0o600]
