"""Signals: Ctrl-C is heard by what is too deep down to be handed who may stop it."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.invocation import Invocation
from app.cli.output import error_json, write_json
from app.errors import InterruptedByUser
from app.message import Message
from app.progress import heed
from app.trust.gpg import GpgMissingError
from tests.satchel import environment
from tests.stick import damage
from tests.waiting import GUARD

STOPPED_WHILE_IMPORTING = """
import importlib.abc, os, signal, sys
class Stop(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == module:
            os.kill(os.getpid(), number)
module, number = sys.argv.pop(1), int(sys.argv.pop(1))
sys.meta_path.insert(0, Stop())
from app.cli.main import main
sys.exit(main())
"""


def no_thread(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


@pytest.mark.parametrize("start", [threading.Thread.start, no_thread])
def test_a_parser_hears_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, start: Callable[[threading.Thread], None]
) -> None:
    """Also where no other thread can be started to listen."""

    def run(_arguments: argparse.Namespace, invocation: Invocation) -> int:
        heed()
        os.kill(os.getpid(), signal.SIGINT)
        while not invocation.cancel.requested:
            pass
        heed()
        return 0

    monkeypatch.setattr("app.cli.running._function", lambda _command: run)
    monkeypatch.setattr(threading.Thread, "start", start)
    status, said = damage.run(tmp_path, "remotes")
    assert status == 130, said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("can't start new thread"), "no further process or thread"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "no further process"),
        (OSError(errno.EMFILE, "Too many open files"), "no further file"),
        (MemoryError(), "too little memory"),
        (RuntimeError("another"), "This is a bug"),
    ],
)
def test_a_limit_of_the_computer_is_no_bug(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception, said: str
) -> None:
    def run(_arguments: argparse.Namespace, _invocation: Invocation) -> int:
        raise error

    monkeypatch.setattr("app.cli.running._function", lambda _command: run)
    _, words = damage.run(tmp_path, "remotes")
    assert said in words
    assert ("bug" in words) == ("bug" in said)


def test_gpg_hears_of_it_as_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A terminal tells all programs; what gpg then does not say is nobody's fault."""

    def run(_arguments: argparse.Namespace, invocation: Invocation) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        while not invocation.cancel.requested:
            pass
        raise GpgMissingError

    monkeypatch.setattr("app.cli.running._function", lambda _command: run)
    status, said = damage.run(tmp_path, "remotes")
    assert status == 130, said


def test_how_its_processes_end_is_known_whoever_started_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who ignores what becomes of their own hands that on to Satchel."""

    def run(_arguments: argparse.Namespace, _invocation: Invocation) -> int:
        return subprocess.run(["false"], check=False).returncode

    monkeypatch.setattr("app.cli.running._function", lambda _command: run)
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        status, said = damage.run(tmp_path, "remotes")
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert status == 1, said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "module",
    ["app.cli.running", "app.message", "app.cli.invocation", "app.cli.commands.update"],
)
def test_it_is_heard_while_the_program_begins(
    tmp_path: Path, module: str, number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last of them once a command has begun; programs are told what they are told later."""
    script = [sys.executable, "-c", STOPPED_WHILE_IMPORTING, module, str(int(number))]

    def stopped(*words: str) -> str:
        ended = subprocess.run(
            [*script, "update", "/nowhere", *words],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (130, "satchel: Stopped as you asked.\n")
        return ended.stdout

    assert stopped() == ""
    error = InterruptedByUser(Message("Stopped as you asked."))
    write_json({"event": "finished", "ok": False, "error": error_json(error)})
    assert stopped("--json") == capsys.readouterr().out


COPY_THAT_IS_STOPPED = """
import contextlib, os, signal, sys
fork = os.fork
def stopped():
    pid = fork()
    if not pid:
        os.kill(os.getpid(), int(sys.argv[1]))
    return pid
os.fork = stopped
from app.cli.main import main
from app.ostree import workers
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    with contextlib.suppress(workers.WorkerLostError):
        workers.Worker(workers._prepare, "json").receive()
except KeyboardInterrupt:
    os.write(1, b"a copy went on\\n")
os.write(1, b"parent\\n")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_no_copy_goes_on_as_the_command(tmp_path: Path, number: signal.Signals) -> None:
    """Of the moment in which it is a copy, and not yet a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", COPY_THAT_IS_STOPPED, str(int(number))],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=GUARD,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "parent\n", "")
