"""``satchel serve`` while a test asks it for things."""

from __future__ import annotations

import http.client
import json
import os
import select
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.client import Client
from tests.satchel import command, environment
from tests.waiting import GUARD

Event = dict[str, Any]


class Served:
    """The command, and what it has told.

    Attributes:
        serving: what it said at first.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._rest = b""
        self._others: list[Event] = []
        self.serving = self.event("serving")

    @property
    def base(self) -> str:
        """The address, with a slash at its end."""
        return str(self.serving["addresses"][0]["url"])

    @property
    def remote(self) -> Event:
        """The first source."""
        return dict(self.serving["remotes"][0])

    def event(self, name: str, fits: Callable[[Event], bool] = lambda _event: True) -> Event:
        """Wait for an event; others before it are forgotten."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + GUARD
        while True:
            while b"\n" in self._rest:
                line, _, self._rest = self._rest.partition(b"\n")
                told = dict(json.loads(line))
                if told["event"] == name and fits(told):
                    return told
                self._others.append(told)
            left = max(deadline - time.monotonic(), 0)
            assert select.select([self.process.stdout], [], [], left)[0], self._others
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, f"it has ended: {self._others}"
            self._rest += data

    def told(self, name: str, fits: Callable[[Event], bool]) -> Event:
        """An event, whether it has been passed over or is to come."""
        for event in self._others:
            if event["event"] == name and fits(event):
                return event
        return self.event(name, fits)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """What is at an address below: status and body."""
        return self.ask("GET", path, headers)[:2]

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body, headers."""
        place = urlsplit(self.base)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=GUARD)
        try:
            connection.request(method, f"/{path}", headers=dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """The processes of the web server, the first of them first."""
        said = subprocess.run(
            ["ps", "-o", "pid=", "-C", "nginx", "--sort=pid"],
            stdout=subprocess.PIPE,
            check=False,
        ).stdout.split()
        ours: list[int] = []
        for pid in map(int, said):
            if pid in ours or _parent(pid) in (self.process.pid, *ours):
                ours.append(pid)
        return ours

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(GUARD)


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return 0


def say(client: Client, command: str) -> str:
    """A command as people type it, in an installation of their own; there is no other."""
    words = shlex.split(command)
    assert words[0] == "flatpak"
    return client.run(words[1], "--user", *words[2:]).stdout


@contextmanager
def serving(
    *words: str | Path,
    home: Path,
    listen: str = "127.0.0.1:0",
    env: Mapping[str, str] | None = None,
) -> Iterator[Served]:
    """``satchel serve WORDS`` as whoever has ``home``."""
    process = subprocess.Popen(
        command("serve", "--json", "--listen", listen, *words),
        env={**environment(home), **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            yield Served(process)
        finally:
            if process.poll() is None:
                process.terminate()
