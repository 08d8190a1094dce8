"""Processes that run one function, and how they are got rid of."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.beside import beside
from app.fs.files import readable_by_everybody
from app.ostree import forking, workers
from app.ostree.workers import Prepared, Process, Worker, WorkerPool, lent
from tests.satchel import ROOT
from tests.waiting import GUARD

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
    enough = threading.Event()
    with beside(enough.wait):
        with WorkerPool(tell_and_stay, patience=0) as pool:
            assert all(worker.receive() for worker in pool.workers)
        enough.set()


_ALONE = """
import colorsys, os, signal, sys
from app.ostree.workers import Worker

def tell(connection):
    held = {os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")}
    connection.send((
        "colorsys" in sys.modules,
        os.getsid(0) == os.getpid(),
        signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL,
        [name for name in held if "pipe:" in name or name.endswith(".py")],
    ))

signal.signal(signal.SIGUSR1, lambda number, frame: None)
sys.stdout.write("once ")
with open(os.__file__):
    worker = Worker(tell)
    print(*worker.receive())
    worker.dismiss()
    worker.join(30)
"""


def test_one_without_threads_is_copied_and_holds_nothing_of_its_parent() -> None:
    """What is imported is so there; the copy neither writes what was to be said nor hears of it."""
    done = subprocess.run(
        [sys.executable, "-c", _ALONE],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "once True True True []\n", done.stderr


def name_parent(connection: Connection) -> None:
    connection.send(os.getppid())
    connection.recv()


def test_where_there_are_many_one_process_forks_them() -> None:
    """For all threads, whether it is asked again or not; it ends with the last of them."""
    parents: list[int] = []
    both = threading.Barrier(2)

    def work() -> None:
        with workers.one_of_many(), WorkerPool(name_parent, patience=0) as pool:
            assert len(pool.workers) == 1
            parents.append(pool.workers[0].receive())
            both.wait(GUARD)

    threads = [threading.Thread(target=work) for _ in range(both.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(parents) == len(threads)
    assert len({*parents, os.getpid()}) == 2
    with pytest.raises(ProcessLookupError):
        os.kill(parents[0], 0)
    with WorkerPool(name_parent, patience=0) as pool:
        assert {worker.receive() for worker in pool.workers} == {os.getpid()}


def answer(connection: Connection) -> None:
    connection.send(os.getppid())
    while (asked := connection.recv()) is not None:
        connection.send(asked)


def test_when_the_one_that_forks_is_killed_nobody_else_is() -> None:
    """What it forked goes on, another one forks what comes, and all of it ends with the block."""
    with workers.one_of_many():
        pool = WorkerPool(answer)
        forker = pool.workers[0].receive()
        os.kill(forker, signal.SIGKILL)
        pool.workers[0].send("still")
        assert pool.workers[0].receive() == "still"
        with WorkerPool(answer, patience=0) as another:
            second = another.workers[0].receive()
            assert second not in {forker, os.getpid()}
    with pytest.raises(workers.WorkerLostError):
        pool.workers[0].receive()
    pool.close()
    for ended in (forker, second):
        with pytest.raises(ProcessLookupError):
            os.kill(ended, 0)


def test_where_no_more_can_be_open_nobody_else_reads_what_is_for_a_process() -> None:
    """One was forked, and there was no room here to know it by."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    with workers.one_of_many(), WorkerPool(answer, patience=0) as first:
        forker = first.workers[0].receive()
        before = _children(forker)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            resource.setrlimit(resource.RLIMIT_NOFILE, (theirs.fileno() + 1, limit[1]))
            try:
                # Those below are taken too.
                taken = _all_that_can_be_open()
                assert forking.fork(theirs.fileno()) is None
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, limit)
            for each in taken:
                os.close(each)
        assert _children(forker) == before


def _all_that_can_be_open() -> list[int]:
    taken = []
    with contextlib.suppress(OSError):
        while True:
            taken.append(os.dup(0))
    return taken


def _children(process: int) -> str:
    return Path(f"/proc/{process}/task/{process}/children").read_text()


def test_forked_ones_are_ended_as_others() -> None:
    with workers.one_of_many():
        pools = []
        for _ in range(3):
            with WorkerPool(tell_and_stay, patience=0) as pool:
                pools.append(pool.workers[0].receive())
        assert len(set(pools)) == len(pools)
    for number in pools:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_what_was_forked_ends_with_the_parent_of_who_forked_it() -> None:
    """Though it waits for nobody."""
    code = (
        "import os, signal; from app.ostree import workers\n"
        "from tests.ostree.test_workers import tell_and_stay\n"
        "with workers.one_of_many(), workers.WorkerPool(tell_and_stay) as pool:\n"
        "    print(pool.workers[0].receive(), flush=True)\n"
        "    signal.pause()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdout is not None
        forked = os.pidfd_open(int(process.stdout.readline()))
        process.kill()
        assert select.select([forked], [], [], GUARD)[0]
        os.close(forked)


def tell_umask(connection: Connection) -> bool:
    before = os.umask(0)
    os.umask(before)
    connection.send(before)
    return True


def test_a_prepared_process_writes_for_everybody_where_its_parent_does() -> None:
    """It was begun with the umask of the person, before the job."""
    before = os.umask(0o077)
    try:
        with Prepared("json"), lent() as helpers:
            with readable_by_everybody():
                helpers[0].run(tell_umask)
                assert helpers[0].receive() == 0o022
            helpers[0].run(tell_umask)
            assert helpers[0].receive() == 0o077
    finally:
        os.umask(before)
