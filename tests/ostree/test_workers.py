"""Processes that run one function, and how they are got rid of."""

from __future__ import annotations

import errno
import os
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.ostree import workers
from app.ostree.workers import Prepared, Process, Worker, WorkerPool

pytestmark = pytest.mark.usefixtures("real_workers")


def tell_and_stay(connection: Connection) -> None:
    """Deaf to whatever happens to its parent's end."""
    connection.send(os.getpid())
    while True:
        signal.pause()


class Spare(Worker):
    """Without a process."""

    def __init__(self) -> None:
        self.outstanding = 0


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


def test_where_none_can_be_started_none_are_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever needs some says what that means."""
    started: list[Process] = []
    start = workers.start_process

    def one_at_most(descriptor: int) -> Process:
        if started:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        started.append(start(descriptor))
        return started[-1]

    monkeypatch.setattr(workers, "start_process", one_at_most)
    monkeypatch.setattr(workers, "processes", lambda: 2)
    with Prepared("json"), workers.lent() as helpers:
        assert len(helpers) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(started[0].pid, 0)


def test_spare_ones_are_taken_by_several_threads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gets its own, however their steps follow one another."""
    me, other = 1, 2
    mine, others = Spare(), Spare()
    monkeypatch.setattr(workers, "_spare", [])
    for thread, worker in ((other, others), (me, mine)):
        monkeypatch.setattr(threading, "get_ident", lambda thread=thread: thread)
        worker.offer()
    taken: list[Worker] = []

    def asked() -> int:
        # What the other thread does just then.
        if not taken:
            taken.append(others)
            workers._spare.remove((other, others))
        return me

    monkeypatch.setattr(threading, "get_ident", asked)
    with workers.lent() as helpers:
        assert helpers == [mine]
        assert not mine.take_back()


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
