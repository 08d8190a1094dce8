"""Satchel's command in this process: `app.cli.main.main`, alone with its environment.

A start of Python costs more than most commands do. What a process of its own would have to itself
is lent to the command and put back: environment, time zone, directory, umask, handlers of signals,
context variables, and the descriptors 0 to 2, so that what it starts inherits them as well.
"""

from __future__ import annotations

import contextlib
import contextvars
import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from app.cli.main import main

_READ_ONCE = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "GLIBC_")
"""How variables begin that the interpreter or the C library reads when it starts."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
_THREADS = "satchel-"
"""How Satchel's threads are called: a test's server may start others meanwhile."""

_NULL, _OUT, _ERR = range(3)


class _TooLong(BaseException):
    """No Exception: the command would tell of those as of any other."""


def needs_process(changes: Mapping[str, str]) -> bool:
    """Whether only a new process can see these variables, or take signals as one does."""
    return (
        any(name.startswith(_READ_ONCE) for name in changes)
        or threading.current_thread() is not threading.main_thread()
    )


def run(
    arguments: Sequence[str | bytes], environment: Mapping[str, str], cwd: Path, timeout: float
) -> subprocess.CompletedProcess[bytes]:
    """``satchel ARGUMENTS`` to its end; its outputs are what it wrote, byte by byte.

    Raises TimeoutExpired after ``timeout`` seconds, AssertionError if it leaves a thread behind
    that would have kept its process alive.
    """
    words = [os.fsdecode(word) for word in arguments]
    before = set(threading.enumerate())
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with (
            _time_limit(words, timeout),
            _handlers_kept(),
            _umask_kept(),
            _environment(environment),
            contextlib.chdir(cwd),
            _descriptors(out, err),
            _streams(),
        ):
            status = contextvars.copy_context().run(main, words)
        left = [
            thread.name
            for thread in threading.enumerate()
            if thread not in before and thread.name.startswith(_THREADS) and not thread.daemon
        ]
        assert not left, f"threads left behind: {left}"
        return subprocess.CompletedProcess(words, status, _all(out), _all(err))


def _all(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    _set(variables)
    try:
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)
    time.tzset()


@contextlib.contextmanager
def _descriptors(out: BinaryIO, err: BinaryIO) -> Iterator[None]:
    """Standard input is empty; the outputs are these files, also for what is started meanwhile."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in (_NULL, _OUT, _ERR)]
    null = os.open(os.devnull, os.O_RDONLY)
    try:
        for number, source in enumerate((null, out.fileno(), err.fileno())):
            os.dup2(source, number)
        yield
    finally:
        for number, source in enumerate(kept):
            os.dup2(source, number)
            os.close(source)
        os.close(null)


@contextlib.contextmanager
def _streams() -> Iterator[None]:
    """As Python opens them in the locale C.UTF-8, without a terminal."""
    before = sys.stdin, sys.stdout, sys.stderr
    streams = (
        _stream(_NULL, "r", "surrogateescape"),
        _stream(_OUT, "w", "surrogateescape"),
        _stream(_ERR, "w", "backslashreplace", line_buffering=True),
    )
    sys.stdin, sys.stdout, sys.stderr = streams
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
        for stream in streams:
            stream.close()


def _stream(
    number: int, mode: str, errors: str, *, line_buffering: bool = False
) -> io.TextIOWrapper:
    raw = open(number, f"{mode}b", closefd=False)  # noqa: SIM115
    return io.TextIOWrapper(raw, "utf-8", errors, line_buffering=line_buffering)


@contextlib.contextmanager
def _umask_kept() -> Iterator[None]:
    before = os.umask(0)
    os.umask(before)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def _handlers_kept() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _time_limit(words: Sequence[str], seconds: float) -> Iterator[None]:
    def expired(_number: int, _frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _TooLong:
        raise subprocess.TimeoutExpired(words, seconds) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
