"""A line that runs while a test plugs drives in and pulls them out."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.satchel import command, environment
from tests.waiting import GUARD


class RunningLine:
    """A ``satchel make --keep-going``, with ``--json``, and what it has told so far.

    Attributes:
        events: all of them.
    """

    def __init__(self, home: Path, *arguments: str | Path, env: Mapping[str, str]) -> None:
        home.mkdir(exist_ok=True)
        self.events: list[dict[str, Any]] = []
        self._errors = open(home / "errors", "w+b")  # noqa: SIM115
        self._process = subprocess.Popen(
            command(*arguments, "--json"),
            env={**environment(home), **env},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self._buffer = b""

    def until(self, *events: str, **fields: Any) -> dict[str, Any]:
        """The first event like this, or one of these, from now on."""
        deadline = time.monotonic() + GUARD
        while True:
            for told in self._read(deadline):
                if told["event"] in events and all(told[name] == fields[name] for name in fields):
                    return told

    def _read(self, deadline: float) -> list[dict[str, Any]]:
        """At least one more, which is all that is returned."""
        assert self._process.stdout is not None
        while b"\n" not in self._buffer:
            left = max(deadline - time.monotonic(), 0)
            assert select.select([self._process.stdout], [], [], left)[0], self.told
            data = os.read(self._process.stdout.fileno(), 65536)
            assert data, self.told
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        self.events.append(json.loads(line))
        return self.events[-1:]

    @property
    def told(self) -> str:
        """For whoever reads why a test failed."""
        self._errors.seek(0)
        return f"{self.events}\n{self._errors.read().decode()}"

    def stop(self, *, check: int = 0) -> dict[str, Any]:
        """Ctrl-C; the last event."""
        self._process.send_signal(signal.SIGINT)
        last = self.until("finished")
        status = self._process.wait(GUARD)
        assert "Traceback" not in self.told, self.told
        assert status == check, self.told
        return last

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._errors.close()
