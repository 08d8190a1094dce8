"""Computers whose clock is wrong: a dead battery, so that they start in 1970 or 2001."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

_DATE = """#!/bin/sh
case " $* " in *" -s "*) ;; *) exec /bin/date "$@" ;; esac
for moment do :; done
exec env -u LD_PRELOAD /bin/date -u -d "$moment" "+@%Y-%m-%d %H:%M:%S" >"$FAKETIME_TIMESTAMP_FILE"
"""
_PYTHON = """import os, time

def settime(clock, seconds):
    moment = time.strftime("@%Y-%m-%d %H:%M:%S\\n", time.gmtime(seconds))
    with open(os.environ["FAKETIME_TIMESTAMP_FILE"], "w") as file:
        file.write(moment)

time.clock_settime = settime
"""


class WrongClock:
    """What runs by `command` with `environment` sees its own clock, and sets no other one.

    libfaketime tells what it says. Each process begins at that moment.
    """

    def __init__(self, directory: Path, moment: str) -> None:
        """``moment``: as 2001-01-01 00:00:00, UTC."""
        self._file = directory / "clock"
        self._programs = directory / "clock-programs"
        self._programs.mkdir(parents=True)
        self._file.write_text(f"@{moment}\n")
        (self._programs / "date").write_text(_DATE)
        (self._programs / "date").chmod(0o755)
        (self._programs / "sitecustomize.py").write_text(_PYTHON)

    @property
    def says(self) -> str:
        """The moment, as it was set."""
        return self._file.read_text().strip().removeprefix("@")

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """With what a process needs to see this clock."""
        python = variables.get("PYTHONPATH", "")
        return {
            **variables,
            "PATH": f"{self._programs}:{variables['PATH']}",
            "PYTHONPATH": f"{self._programs}:{python}",
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }

    @property
    def command(self) -> tuple[str, ...]:
        """Comes before the command: the computer's real clock cannot be set, whoever runs it."""
        return ("setpriv", "--bounding-set=-sys_time", "--inh-caps=-sys_time")


def _library() -> Path:
    done = subprocess.run(
        ["dpkg", "-L", "libfaketime"], capture_output=True, text=True, check=False
    )
    for line in done.stdout.splitlines():
        if line.endswith("/libfaketime.so.1"):
            return Path(line)
    raise AssertionError("packaging/test installs what is missing here: libfaketime")
