"""The processes of `app.ostree.workers`, started in a tenth of the time.

A start of Python costs more than most of them do in a test. So one process imports what they run,
and forks for each: it has no threads. They are processes as any, but for whose children they are;
with the fixture `real_workers` they are started as Satchel starts them.

This is not `app.ostree.forking`, since a test may change directory, umask and environment, which a
worker that it starts has to have as well; there nobody does.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import threading
from pathlib import Path

from app.closing import Closing
from app.ostree import workers
from app.ostree.forking import MODULES, start_python

_START = "import sys; from tests.quick_workers import fork_on_demand as f; f(int(sys.argv[1]))"
_LONGEST = 1 << 20


class _Forked:
    """As `subprocess.Popen` to a worker."""

    def __init__(self, pid: int, waited_for: list[int]) -> None:
        self.pid = pid
        self._waited_for = waited_for

    def opened(self) -> int:
        return os.pidfd_open(self.pid)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Until it has ended; its status is for whoever forked it."""
        descriptor = self.opened()
        select.select([descriptor], [], [])
        os.close(descriptor)
        self._waited_for.append(self.pid)
        return 0


class QuickWorkers(Closing):
    """Has processes forked; to `start` is what `workers.start_process` is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waited_for: list[int] = []
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        if self._socket is not None and self._process is not None:
            # Not only closed: whatever a test forked has it as well.
            self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._process.wait()

    def start(self, descriptor: int) -> workers.Process:
        with self._lock:
            asked = self._begun()
            done = list(self._waited_for)
            del self._waited_for[: len(done)]
            text = json.dumps([done, os.getcwd(), _umask(), dict(os.environ)])
            socket.send_fds(asked, [text.encode()], [descriptor])
            return _Forked(int(asked.recv(_LONGEST)), self._waited_for)

    def begin(self) -> None:
        """Otherwise it begins with the first `start`."""
        with self._lock:
            self._begun()

    def _begun(self) -> socket.socket:
        if self._socket is not None:
            return self._socket
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = start_python(_START, (theirs.fileno(),))
        return self._socket


def _umask() -> int:
    """This process's, without setting it: it has threads."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("\nUmask:")[2].split()[0], 8)


def fork_on_demand(descriptor: int) -> None:
    """The life of the process that forks."""
    for module in MODULES:
        __import__(module)
    gc.collect()
    gc.freeze()
    asked = socket.socket(fileno=descriptor)
    while True:
        text, descriptors, _flags, _address = socket.recv_fds(asked, _LONGEST, 1)
        if not text:
            return
        done, directory, umask, environment = json.loads(text)
        for pid in done:
            os.waitpid(pid, 0)
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            asked.close()
            os.setsid()
            os.chdir(directory)
            os.umask(umask)
            os.environ.clear()
            os.environ.update(environment)
            workers.serve(descriptors[0], parent)
            os._exit(0)
        os.close(descriptors[0])
        asked.send(str(pid).encode())
