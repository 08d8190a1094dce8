"""Processes forked by a small one that has imported already what they run.

What was imported is in memory once, however many there are, and none waits for Python's start. The
one that forks has no threads, and nothing of its parent's but the other ends of a socket and of a
pipe. By the pipe the system ends it with its parent, and whoever it forked; what it forked outlives
it, so that no drive fails because it was killed. Why: decision D338.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path

from msgspec import Struct

_START = """
import os, sys
from app.ostree import forking, workers
forking.fork_on_demand(int(sys.argv[1]), int(sys.argv[2]), workers.serve)
os._exit(0)
"""
MODULES = ("app.ostree.pull.fetch_processes", "app.ostree.pull.cache_keeping", "app.ostree.fsck")
"""What jobs of drives have done by processes."""
_FORK, _DROP = b"fork", b"drop"
_LONGEST = 64


class ForkedProcess:
    """One that is somebody else's child: it is known by a pidfd, since its number may be another's
    once it has ended.
    """

    def __init__(self, pid: int, pidfd: int) -> None:
        """``pidfd``: from now on this object's."""
        self.pid = pid
        self._pidfd = pidfd

    def opened(self) -> int:
        return os.dup(self._pidfd)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def wait(self) -> None:
        """Once; whoever forked it does the rest."""
        select.select([self._pidfd], [], [])
        os.close(self._pidfd)


class _Begun(Struct, frozen=True):
    """A process that forks.

    Attributes:
        asked: where it is told to.
        life: it, and what it forked, ends when this is closed.
    """

    process: subprocess.Popen[bytes]
    asked: socket.socket
    life: int

    def fork(self, descriptor: int) -> ForkedProcess:
        """Raises `_GoneError` if it is not there any more, other OSErrors if it cannot."""
        answer, pidfds = self._ask(_FORK, descriptor)
        if answer <= 0:
            raise OSError(-answer, os.strerror(-answer))
        if not pidfds:
            # There was no room for one here; and nobody else is to read what is for that process.
            self._ask(_DROP)
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return ForkedProcess(answer, pidfds[0])

    def _ask(self, what: bytes, *descriptors: int) -> tuple[int, list[int]]:
        try:
            socket.send_fds(self.asked, [what], descriptors)
            told = socket.recv_fds(self.asked, _LONGEST, 1, socket.MSG_CMSG_CLOEXEC)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise _GoneError from error
        if not told[0]:
            raise _GoneError
        return int(told[0]), told[1]

    def close(self) -> None:
        """What it forked goes on."""
        self.asked.close()
        self.process.wait()


class _GoneError(ChildProcessError):
    """A process that forks has ended."""


class Forker:
    """The parent's side of the process that forks, for several threads; it begins with the first
    `start`, and another one in its place if it is killed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: _Begun | None = None
        self._lives: list[int] = []

    def start(self, descriptor: int) -> ForkedProcess:
        """One that runs `workers.serve` with ``descriptor``. Raises OSError: none can be forked."""
        with self._lock:
            try:
                return self._running().fork(descriptor)
            except _GoneError:
                return self._running(anew=True).fork(descriptor)

    def _running(self, *, anew: bool = False) -> _Begun:
        if self._begun is not None and anew:
            self._begun.close()
            self._begun = None
        if self._begun is None:
            self._begun = _begin()
            self._lives.append(self._begun.life)
        return self._begun

    def close(self) -> None:
        """What it forked and is not done ends as well."""
        with self._lock:
            begun, self._begun = self._begun, None
            lives, self._lives = self._lives, []
        if begun is not None:
            begun.close()
        for life in lives:
            os.close(life)


_forker: ContextVar[Forker | None] = ContextVar("forker", default=None)
_lock = threading.Lock()
_users: list[Forker] = []
"""The one that there is, as often as it is used."""


@contextlib.contextmanager
def forked() -> Iterator[None]:
    """Within the block, in this thread, processes are forked: where there are many. Those of other
    threads in such a block by the same one, which ends with the last of these blocks.
    """
    with _lock:
        _users.append(_users[0] if _users else Forker())
        mine = _users[0]
    token = _forker.set(mine)
    try:
        yield
    finally:
        _forker.reset(token)
        with _lock:
            _users.pop()
            last = not _users
        if last:
            mine.close()


def fork(descriptor: int) -> ForkedProcess | None:
    """As `Forker.start`; None where processes are not to be forked, or cannot be."""
    forker = _forker.get()
    if forker is not None:
        with contextlib.suppress(OSError):
            return forker.start(descriptor)
    return None


def _begin() -> _Begun:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        try:
            until, life = os.pipe()
        except OSError:
            ours.close()
            raise
        try:
            process = start_python(_START, (theirs.fileno(), until))
        except OSError:
            ours.close()
            os.close(life)
            raise
        finally:
            os.close(until)
    return _Begun(process, ours, life)


def start_python(code: str, descriptors: Sequence[int], *arguments: str) -> subprocess.Popen[bytes]:
    """One that runs ``code`` of ours, handed the numbers of ``descriptors``, and ``arguments``."""
    # A copy of the parent is not wanted: it may have threads and windows. And nothing is to be
    # imported from where Satchel was started, a drive perhaps.
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, *map(str, descriptors), *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


# What the process does


def fork_on_demand(descriptor: int, life: int, serve: Callable[[int], None]) -> None:
    """Its life: fork for each descriptor that comes, until nobody can send one.

    ``life``: the end of a pipe that nobody writes to, until its other end is closed.
    """
    _end_with(life)
    for module in MODULES:
        import_module(module)
    # What is there now is looked at by no collection, which would make it each process's own.
    gc.collect()
    gc.freeze()
    asked = socket.socket(fileno=descriptor)
    latest = 0
    while True:
        what, descriptors, _flags, _address = socket.recv_fds(asked, _LONGEST, 1)
        if what == _DROP:
            # Nobody has buried it yet.
            os.kill(latest, signal.SIGKILL)
            os.waitpid(latest, 0)
            asked.send(b"1")
            continue
        _bury()
        if not what:
            return
        try:
            if not descriptors:
                raise OSError(errno.EMFILE, "")
            pid = os.fork()
        except OSError as error:
            asked.send(str(-(error.errno or errno.EIO)).encode())
        else:
            if not pid:
                asked.close()
                serve(descriptors[0])
                os._exit(0)
            latest = pid
            # Nobody has buried it yet, even if it has ended.
            pidfd = os.pidfd_open(pid)
            socket.send_fds(asked, [str(pid).encode()], [pidfd])
            os.close(pidfd)
        for each in descriptors:
            os.close(each)


def _end_with(life: int) -> None:
    """The system ends this process, and all that it forks, when the pipe's other end is closed.

    A signal at the parent's end would come from the one that forked, not from who needs them.
    """
    fcntl.fcntl(life, fcntl.F_SETSIG, signal.SIGKILL)  # `man 2 fcntl`
    fcntl.fcntl(life, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([life], [], [], 0)[0]:
        os._exit(0)


def _bury() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
