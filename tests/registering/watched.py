"""``satchel watch`` while a test plugs drives in, and drives that only seem to be there."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.drive.drive import Drive, Volume
from app.message import NOTHING
from tests.satchel import ROOT, command
from tests.waiting import GUARD


def drive(root: Path) -> Drive:
    """One with a volume that is mounted there."""
    volume = Volume("/dev/sdb1", 17, "ext4", "STICK", "", 1, (root,))
    return Drive("/dev/sdb", 16, "", "", "", "usb", 1, True, False, NOTHING, (volume,), 5)


class Watched:
    """The command, and what it has told."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._rest = b""
        self._others: list[dict[str, Any]] = []

    def event(self, name: str, label: str) -> dict[str, Any]:
        """Wait for an event of the drive that is called so; others before it are forgotten."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + GUARD
        while True:
            while b"\n" in self._rest:
                line, _, self._rest = self._rest.partition(b"\n")
                told = dict(json.loads(line))
                if (told["event"], told.get("drive")) == (name, label):
                    return told
                self._others.append(told)
            left = max(deadline - time.monotonic(), 0)
            assert select.select([self.process.stdout], [], [], left)[0], self._others
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, "it has ended"
            self._rest += data

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(GUARD)


@contextmanager
def watching(*switches: str, env: Mapping[str, str]) -> Iterator[Watched]:
    process = subprocess.Popen(
        command("watch", "--json", *switches),
        env={**env, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            yield Watched(process)
        finally:
            process.kill()


def links(directory: Path) -> dict[str, Path]:
    """Name → where it leads in the end, of what flatpak looks at."""
    return {path.name: path.resolve() for path in sorted(directory.iterdir())}
