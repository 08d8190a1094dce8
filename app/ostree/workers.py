"""Processes that work side by side, each in one thread, and the parent's side of talking to them.

Threads would wait for Python's lock at every one of the many short system calls: the same pull
takes two processes 0.6 of the time it takes two threads, the same check 0.6 as well. The processes
share nothing but the repository. They die with their parent. Why: decision D2.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, ClassVar, Protocol

from app.closing import Closing
from app.errors import DriveError, SatchelError
from app.fs.files import is_for_everybody, readable_by_everybody
from app.message import Message
from app.ostree.forking import fork, forked, start_python
from app.remedy import Remedy

PROCESSES = 2
"""Enough for the drive to be the bottleneck, and what a small computer has cores for."""

_processes: ContextVar[int] = ContextVar("processes", default=PROCESSES)

TICK = 0.25
"""Seconds between looks at the clock and the cancel token while nothing happens."""

_START = """
import os, sys
from app.ostree.workers import serve
serve(*map(int, sys.argv[1:]))
os._exit(0)  # Nothing is left to do, and whoever waits for it waits for nothing else.
"""
_PR_SET_PDEATHSIG = 1
_STOPPING = (signal.SIGINT, signal.SIGTERM)
_PATIENCE = 30


def processes() -> int:
    """How many a pool in this thread has."""
    return _processes.get()


@contextlib.contextmanager
def one_of_many() -> Iterator[None]:
    """Within the block, in this thread, a pool has one process, which is forked: where there is a
    pool for each of several drives."""
    with with_processes(1), forked():
        yield


@contextlib.contextmanager
def with_processes(count: int) -> Iterator[None]:
    """Within the block, in this thread, a pool has so many: where there are many pools."""
    token = _processes.set(count)
    try:
        yield
    finally:
        _processes.reset(token)


class WorkerLostError(DriveError):
    """A process ended that should not have."""

    exit_code: ClassVar[int] = 3

    def __init__(self) -> None:
        super().__init__(
            Message("A part of Satchel was stopped from outside, perhaps for lack of memory."),
            Remedy.GO_ON_FROM_HERE,
        )


WorkerFunction = Callable[..., bool | None]
"""What a process does: called with its `Connection` and the arguments; a function of a module. True
if the process may be given another one then."""


_kept: ContextVar[list[Worker] | None] = ContextVar("kept", default=None)
"""In a block of `sparing`: those of its thread that are done."""

_spare: list[tuple[int, Worker]] = []
"""Processes that have done their work and may do other, with the threads that started them."""


class Process(Protocol):
    """Of one that was started, what is used here."""

    @property
    def pid(self) -> int: ...

    def opened(self) -> int:
        """A pidfd, for whoever closes it."""

    def kill(self) -> None: ...

    def wait(self) -> object: ...


def start_process(descriptor: int) -> Process:
    """One that runs `serve` with ``descriptor``. Tests put a quicker one in its place."""
    if (process := fork(descriptor)) is not None:
        return process
    # A copy of a process that has threads, or windows, is not wanted. Why: decision D335.
    return _Copy(descriptor) if is_alone() else _New(descriptor)


def is_alone() -> bool:
    """Whether this thread is the only one, of libraries as well."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


class _New:
    """A process that has to import all that it needs."""

    def __init__(self, descriptor: int) -> None:
        self._child = start_python(_START, [descriptor], str(os.getpid()))
        self.pid = self._child.pid

    def opened(self) -> int:
        return os.pidfd_open(self.pid)

    def kill(self) -> None:
        self._child.kill()

    def wait(self) -> int:
        return self._child.wait()


class _Copy:
    """A process that has imported already what this one has."""

    def __init__(self, descriptor: int) -> None:
        parent = os.getpid()
        # What raises in the parent would have the copy go on with what the parent does.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        try:
            self.pid = os.fork()
            if self.pid == 0:
                try:
                    _forget_parent(descriptor)
                    signal.pthread_sigmask(signal.SIG_SETMASK, before)
                    serve(descriptor, parent)
                finally:
                    # Nothing of the parent's is for this one to end.
                    os._exit(0)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def opened(self) -> int:
        return os.pidfd_open(self.pid)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        return os.waitpid(self.pid, 0)[1]


def _forget_parent(descriptor: int) -> None:
    """As in a new process there is nothing to read or say, to hold open, or to hear of."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    for opened in map(int, os.listdir("/proc/self/fd")):
        if opened > 2 and opened != descriptor:
            with contextlib.suppress(OSError):  # the listing's own
                os.close(opened)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)


class Worker:
    """The parent's side of one process: a spare one of this thread, else a new one.

    Attributes:
        connection: to the process; for `multiprocessing.connection.wait`.
        outstanding: tasks given and not answered; for whoever gives them.
    """

    def __init__(self, function: WorkerFunction, *arguments: Any) -> None:
        self.outstanding = 0
        spare = _take_spare()
        self._process, self.connection = _start() if spare is None else spare.taken
        self.run(function, *arguments)

    @property
    def taken(self) -> tuple[Process, Connection]:
        """The process, for whoever goes on with it."""
        return self._process, self.connection

    def run(self, function: WorkerFunction, *arguments: Any) -> None:
        """What it does next, when it has nothing to do. Raises as `send`."""
        # Whoever began it may have done so before: it has the umask of then.
        everybody = is_for_everybody()
        self.send((function.__module__, function.__qualname__, arguments, everybody))

    def offer(self) -> None:
        """Whoever starts one next in this thread gets it, until `take_back`: what it did is done,
        or it has nothing to say of it."""
        _spare.append((threading.get_ident(), self))

    def take_back(self) -> bool:
        """Whether nobody has got it meanwhile, and nobody will."""
        mine = [entry for entry in tuple(_spare) if entry[1] is self]
        for entry in mine:
            _spare.remove(entry)
        return bool(mine)

    def send(self, message: Any) -> None:
        """Raises what stopped the process, or `WorkerLostError`."""
        try:
            self.connection.send(message)
        except OSError as error:
            # It ended; what it had to say before that is still in the pipe.
            while True:
                try:
                    self.receive()
                except WorkerLostError:
                    raise WorkerLostError from error

    def receive(self) -> Any:
        """The next message. Raises what stopped the process, or `WorkerLostError`."""
        try:
            message = self.connection.recv()
        except (EOFError, OSError) as error:
            raise WorkerLostError from error
        if isinstance(message, Exception):
            raise message
        return message

    def dismiss(self) -> None:
        """Let the process end: it sees that nobody listens any more."""
        self.connection.close()

    def join(self, patience: float) -> None:
        """Wait until it has ended, or end it after so many seconds."""
        # Not Popen.wait(), which looks again and again while it waits.
        descriptor = self._process.opened()
        try:
            if not select.select([descriptor], [], [], patience)[0]:
                self._process.kill()
        finally:
            os.close(descriptor)
        self._process.wait()

    def end(self) -> None:
        """It is of no more use."""
        self.dismiss()
        self.join(0)


class WorkerPool(Closing):
    """`processes` workers that run the same function; ends them when the block is left.

    ``patience``: seconds that each may take to come to an end by itself.
    """

    def __init__(
        self, function: WorkerFunction, *arguments: Any, patience: float = _PATIENCE
    ) -> None:
        self.workers: list[Worker] = []
        self._patience = patience
        try:
            for _ in range(processes()):
                self.workers.append(Worker(function, *arguments))
        except BaseException:
            self.close()
            raise

    @property
    def outstanding(self) -> int:
        return sum(worker.outstanding for worker in self.workers)

    def close(self) -> None:
        for worker in self.workers:
            worker.dismiss()
        for worker in self.workers:
            worker.join(self._patience)

    def done(self) -> None:
        """Instead of `close`, when all has been answered: they are told None, after which within
        `sparing` they may do something else."""
        kept = _kept.get()
        if kept is None:
            self.close()
            return
        for worker in self.workers:
            with contextlib.suppress(SatchelError):
                worker.send(None)
                worker.offer()
                kept.append(worker)


@contextlib.contextmanager
def sparing() -> Iterator[None]:
    """Within the block, in this thread, processes of pools that are `WorkerPool.done` are spare; at
    its end those that nobody got end."""
    kept: list[Worker] = []
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        for worker in kept:
            if worker.take_back():
                worker.end()


def spare_worker(left: int = 0) -> Worker | None:
    """A spare process of this thread, for `Worker.run`, if so many others are ``left``; whoever has
    it ends it."""
    mine = threading.get_ident()
    return _take_spare() if sum(thread == mine for thread, _ in _spare) > left else None


class Prepared(Closing):
    """`processes`, and ``more``, for whoever starts some next in this thread: they import a module
    until then.

    Those that nobody got end when the block is left.
    """

    def __init__(self, module: str, more: int = 0) -> None:
        self._workers: list[Worker] = []
        # Whoever needs one next says why there is none.
        with contextlib.suppress(OSError, WorkerLostError):
            for _ in range(processes() + more):
                self._workers.append(Worker(_prepare, module))
        for worker in self._workers:
            worker.offer()

    def close(self) -> None:
        for worker in self._workers:
            if worker.take_back():
                worker.end()


@contextlib.contextmanager
def lent() -> Iterator[list[Worker]]:
    """The spare processes of this thread, perhaps none, to `Worker.run` something of which all has
    been received at the end of the block: then they are spare again. If it fails they end.
    """
    mine = []
    while (worker := _take_spare()) is not None:
        mine.append(worker)
    try:
        yield mine
    except BaseException:
        for worker in mine:
            worker.end()
        raise
    for worker in mine:
        worker.offer()


def _prepare(_connection: Connection, module: str) -> bool:
    import_module(module)
    return True


def _start() -> tuple[Process, Connection]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = start_process(theirs.fileno())
        return process, Connection(ours.detach())


def _take_spare() -> Worker | None:
    # Of a copy: other threads take theirs meanwhile.
    for entry in tuple(_spare):
        thread, worker = entry
        if thread == threading.get_ident():
            _spare.remove(entry)
            return worker
    return None


def serve(descriptor: int, parent: int | None = None) -> None:
    """The life of a process: learn which function, run it until nobody listens, tell what went
    wrong. ``parent``: it ends with the thread that started it, which is the one that uses it.
    """
    if parent is not None:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            return
    # Nothing here makes cycles, and looking for them costs a part of every object.
    gc.disable()
    with Connection(descriptor) as connection, contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            module, name, arguments, everybody = connection.recv()
            function: WorkerFunction = getattr(import_module(module), name)
            try:
                with readable_by_everybody() if everybody else contextlib.nullcontext():
                    if not function(connection, *arguments):
                        return
            except (EOFError, BrokenPipeError, ConnectionResetError):
                raise
            except Exception as error:
                _tell(connection, error)
                return


def _tell(connection: Connection, error: Exception) -> None:
    try:
        connection.send(error)
    except (TypeError, AttributeError):
        # Not every exception can be sent.
        connection.send(RuntimeError(f"{type(error).__name__}: {error}"))
