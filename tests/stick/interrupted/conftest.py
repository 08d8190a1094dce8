"""A stick before a job that is going to be interrupted, and the job where it waits."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.flatpak.upstream.summary_index import SummaryIndex
from tests.servers import Exchange, HostileServer, lasting_port
from tests.stick.interrupted.jobs import ARCH, JOB, Goal, Held, Job, assert_alone, run, tmpfs
from tests.stick.made_drive import MadeDrive, copy_drive, objects, only, published
from tests.upstream import Upstream
from tests.waiting import until


@pytest.fixture(scope="session")
def goal(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Goal:
    directory = tmp_path_factory.mktemp("goal")
    old = default_upstream
    new = old.copy(directory / "up")
    new.bump(f"app/org.test.Hello/{ARCH}/stable", {"share/news": b"news" * 5000})
    made = SummaryIndex((old.path / "summary.idx").read_bytes()).last_modified
    assert made is not None
    until(lambda: time.time() > made + 1)
    new.update()
    (directory / "drive").mkdir()
    with HostileServer(old.path, lasting_port()) as web:
        made_drive = MadeDrive(directory, new, web)
        assert made_drive.make("org.test.Hello").finished["ok"]
        copy_drive(directory / "drive", directory / "undisturbed/drive")
        web.root = new.path
        other = MadeDrive(directory / "undisturbed", new, web)
        count = directory / "count"
        run(other, *JOB, SATCHEL_TEST_COUNT=str(count))
    drive = directory / "undisturbed/drive"
    return Goal(directory, new, published(drive), objects(drive), int(count.read_text()), web.port)


@pytest.fixture
def made_drive(
    goal: Goal, hostile: Callable[..., HostileServer], tmp_path: Path
) -> Iterator[MadeDrive]:
    """The stick before the job, and the upstream of the job."""
    copy_drive(goal.directory / "drive", tmp_path / "drive")
    yield MadeDrive(tmp_path, goal.upstream, hostile(goal.upstream.path, goal.port))
    assert_alone(tmp_path)


@pytest.fixture
def hold(made_drive: MadeDrive) -> Iterator[Callable[..., Held]]:
    """Starts a job and brings it to where it waits for files."""
    held: list[Held] = []

    def start(ending: str = ".filez") -> Held:
        gate = threading.Event()

        def wait(exchange: Exchange) -> None:
            until(lambda: gate.is_set() or exchange.web.closing.is_set())
            exchange.good()

        made_drive.web.everything = only(ending, wait)
        waiting = Held(made_drive, Job(made_drive, *JOB), gate)
        held.append(waiting)
        until(
            lambda: (
                any(asked.endswith(ending) for asked in made_drive.web.paths())
                or waiting.job.process.poll() is not None
            )
        )
        assert waiting.job.process.poll() is None, waiting.job.finish().said
        return waiting

    yield start
    for waiting in held:
        waiting.gate.set()
        waiting.job.process.kill()
        waiting.job.process.communicate()


@pytest.fixture
def small(made_drive: MadeDrive, goal: Goal) -> Iterator[MadeDrive]:
    """The stick on a file system of its own, with hardly more room than the job needs."""
    shutil.rmtree(made_drive.drive)
    with tmpfs(made_drive.drive, 16_000_000):
        shutil.copytree(
            goal.directory / "drive", made_drive.drive, symlinks=True, dirs_exist_ok=True
        )
        yield made_drive
