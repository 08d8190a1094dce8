"""A command that waits in the middle of its work while a test does something to its drives."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.satchel import ROOT, Done, command, environment
from tests.waiting import GUARD, until

HALTING = Path(__file__).parents[1] / "halting"


class Halted:
    """Attributes:
    done: what it left, once it has gone on to its end.
    """

    done: Done

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def signal(self, number: int) -> None:
        """It hears of it when it goes on."""
        self._process.send_signal(number)


@contextmanager
def halted(
    place: str, *arguments: str | Path, home: Path, env: Mapping[str, str]
) -> Iterator[Halted]:
    """It stands at ``place`` (see `HALTING`) within the block, and goes on after it."""
    process = subprocess.Popen(
        command(*arguments),
        env={
            **environment(home),
            **env,
            "PYTHONPATH": f"{HALTING}:{ROOT}",
            "SATCHEL_TEST_HALT": place,
        },
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    halting = Halted(process)
    watched = psutil.Process(process.pid)
    try:
        until(lambda: watched.status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE))
        assert watched.status() == psutil.STATUS_STOPPED, process.communicate()
        yield halting
    finally:
        process.send_signal(signal.SIGCONT)
        out, errors = process.communicate(timeout=GUARD)
        halting.done = Done(arguments, process.returncode, out, errors)
    assert "Traceback" not in halting.done.said, halting.done.said
