"""A teacher's computer that serves sticks, and pupils' on the same network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.client import Client
from tests.namespaces import Computer
from tests.satchel import ROOT, command, environment, satchel
from tests.upstream import Upstream
from tests.waiting import GUARD

PORT = 8080


class Serve:
    """``satchel serve`` on a computer, until the context ends.

    Attributes:
        events: what it has told so far, as JSON.
    """

    def __init__(self, computer: Computer, made: Made, *options: str) -> None:
        self.address = f"http://{computer.address}:{PORT}/"
        self.events: list[dict[str, Any]] = []
        self._errors = made.home / "serve.errors"
        words = command(
            "serve", made.drive, *options, f"--listen={computer.address}:{PORT}", "--json"
        )
        with open(self._errors, "wb") as errors:
            self.process = computer.start(
                *map(os.fsdecode, words),
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**environment(made.home), "DBUS_SYSTEM_BUS_ADDRESS": computer.bus},
                cwd=ROOT,
            )

    def __enter__(self) -> Self:
        try:
            self.until("serving")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def until(
        self, event: str, is_it: Callable[[dict[str, Any]], bool] | None = None
    ) -> dict[str, Any]:
        """The next such event."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told: dict[str, Any] = json.loads(line)
            self.events.append(told)
            if told["event"] == event and (is_it is None or is_it(told)):
                return told
        raise AssertionError(f"it ended before {event}: {self.events}\n{self.said}")

    @property
    def said(self) -> str:
        """What it printed for people."""
        return self._errors.read_text()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it, if it has not ended; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        assert self.process.stdout is not None
        if not self.process.stdout.closed:
            self.events += map(json.loads, self.process.stdout)
            self.process.stdout.close()
        return self.process.wait(GUARD)


@dataclass(frozen=True)
class Made:
    """A stick, and the home of whoever made it and knows its publisher's key."""

    drive: Path
    home: Path
    remote: Path

    def add(self, *apps: str) -> None:
        satchel("make", self.drive, *apps, "--remote", self.remote, "--yes", home=self.home)


def make_stick(upstream: Upstream, directory: Path, *apps: str) -> Made:
    """Below ``directory``, with these apps of a remote called ``test``."""
    made = Made(directory / "drive", directory / "home", directory / "test.flatpakrepo")
    made.drive.mkdir()
    made.home.mkdir()
    made.remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    made.add(*apps)
    return made


class Pupil(Client):
    """A `Client` of whom nothing but flatpak is on a computer of a network."""

    def __init__(self, computer: Computer, directory: Path) -> None:
        super().__init__(directory)
        self._computer = computer

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """``flatpak ARGUMENTS``; what it says is in `said`."""
        with open(self.directory / "said", "wb") as said:
            return self._computer.start(
                "flatpak", *arguments, env=self.environment, stdout=said, stderr=said
            )

    def trust(self, certificate: Path) -> None:
        """All of its computer does, as if an administrator had added it."""
        bundle = "/etc/ssl/certs/ca-certificates.crt"
        assert self._computer.run("mount", "--bind", certificate, bundle).returncode == 0

    @property
    def said(self) -> str:
        return (self.directory / "said").read_text(errors="replace")

    def deployed(self, ref: str) -> str:
        """The commit that it has installed of a ref."""
        return os.readlink(self.directory / "user" / ref / "active")
