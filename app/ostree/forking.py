"""Processes forked by a small one that has imported already what they run.

What was imported is in memory once, however many there are, and none waits for Python's start. The
one that forks has no threads, and nothing of its parent's but the other end of a socket: it ends
with its parent, and whoever it forked with it. Why: decision D338.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path

_START = """
import os, sys
from app.ostree import forking, workers
forking.fork_on_demand(int(sys.argv[1]), workers.serve)
os._exit(0)
"""
_MODULES = ("app.ostree.pull.transfer", "app.ostree.pull.cache_keeping", "app.ostree.fsck")
"""What jobs of drives have done by processes."""
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


class Forker:
    """The parent's side of the process that forks, for several threads; it begins with the first
    `start`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: tuple[socket.socket, subprocess.Popen[bytes]] | None = None

    def start(self, descriptor: int) -> ForkedProcess:
        """One that runs `workers.serve` with ``descriptor``. Raises OSError: none can be forked."""
        with self._lock:
            if self._begun is None:
                self._begun = _begin()
            asked, _process = self._begun
            socket.send_fds(asked, [b"fork"], [descriptor])
            answer, pidfds, _flags, _address = socket.recv_fds(asked, _LONGEST, 1)
        if not pidfds:
            raise ChildProcessError(int(answer or 0), "not forked")
        return ForkedProcess(int(answer), pidfds[0])

    def close(self) -> None:
        """What it forked and is not done ends as well."""
        with self._lock:
            begun, self._begun = self._begun, None
        if begun is not None:
            asked, process = begun
            asked.close()
            process.wait()


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


def _begin() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        return ours, start_python(_START, theirs.fileno())


def start_python(code: str, descriptor: int, *arguments: str) -> subprocess.Popen[bytes]:
    """One that runs ``code`` of ours, handed ``descriptor``'s number and ``arguments``."""
    # A copy of the parent is not wanted: it may have threads and windows. And nothing is to be
    # imported from where Satchel was started, a drive perhaps.
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, str(descriptor), *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        pass_fds=[descriptor],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


# What the process does


def fork_on_demand(descriptor: int, serve: Callable[[int, int], None]) -> None:
    """Its life: fork for each descriptor that comes, until nobody can send one."""
    for module in _MODULES:
        import_module(module)
    # What is there now is looked at by no collection, which would make it each process's own.
    gc.collect()
    gc.freeze()
    own = os.getpid()
    asked = socket.socket(fileno=descriptor)
    while True:
        data, descriptors, _flags, _address = socket.recv_fds(asked, _LONGEST, 1)
        _bury()
        if not data:
            return
        try:
            pid = os.fork()
        except OSError as error:
            asked.send(str(error.errno).encode())
        else:
            if not pid:
                asked.close()
                serve(descriptors[0], own)
                os._exit(0)
            # Nobody has buried it yet, even if it has ended.
            pidfd = os.pidfd_open(pid)
            socket.send_fds(asked, [str(pid).encode()], [pidfd])
            os.close(pidfd)
        os.close(descriptors[0])


def _bury() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
