"""Processes that are measured, and the tools that they need."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

MB = 1_000_000


class BenchError(Exception):
    """A command failed or a tool is missing."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass
class Sample:
    """One run: wall-clock seconds, and the largest resident set of the process or its children.

    A child starts out in a copy of this process, so no peak is below this process's own size (some
    25 MB): nothing here holds much in memory.
    """

    seconds: float
    peak_mb: float


def measure(command: list[str], env: dict[str, str] | None = None) -> Sample:
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(max(0, output.seek(0, os.SEEK_END) - 3000))
            text = output.read().decode(errors="replace")
            raise BenchError(f"{shlex.join(command)}\nexit status {process.returncode}\n{text}")
    return Sample(seconds, usage.ru_maxrss * 1024 / MB)


def call(*command: str, env: dict[str, str] | None = None) -> None:
    measure(list(command), env)


def need(*names: str) -> None:
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    missing = [name for name in names if not shutil.which(name, path=path)]
    if missing:
        raise BenchError(f"not installed: {' '.join(missing)} (packaging/test installs them)")
    os.environ["PATH"] = path
