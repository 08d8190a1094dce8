"""Processes that run one function, and how they are got rid of."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.ostree import workers
from app.ostree.workers import Prepared, Process, WorkerPool

pytestmark = pytest.mark.usefixtures("real_workers")


def tell_and_stay(connection: Connection) -> None:
    """Deaf to whatever happens to its parent's end."""
    connection.send(os.getpid())
    while True:
        signal.pause()


def test_who_only_reads_is_not_waited_for() -> None:
    with WorkerPool(tell_and_stay, patience=0) as pool:
        numbers = [worker.receive() for worker in pool.workers]
    assert numbers
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_prepared_processes_are_taken_by_who_needs_some_and_else_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[int] = []
    start = workers.start_process

    def counted(descriptor: int) -> Process:
        process = start(descriptor)
        started.append(process.pid)
        return process

    monkeypatch.setattr(workers, "start_process", counted)
    with Prepared("json"), WorkerPool(tell_and_stay, patience=0) as pool:
        assert [worker.receive() for worker in pool.workers] == started
    with Prepared("json"):
        pass
    assert len(started) == 2 * workers.processes()
    for number in started:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_what_lies_where_satchel_was_started_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("app", "app/ostree"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / "app/ostree/workers.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    with WorkerPool(tell_and_stay, patience=0) as pool:
        assert all(worker.receive() for worker in pool.workers)
