"""Running the real flatpak: with which variables, stopped how, and what it said."""

from __future__ import annotations

import os
import re
import selectors
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from app.errors import SatchelError
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.required_flatpak import Version, parse_version
from app.message import Message
from app.processes import start, stop
from app.progress import Cancel
from app.text import Policy, clean

_STANDARD_SYSTEM = Path("/var/lib/flatpak")
_TICK = 0.2
_GRACE = 5.0
_MOST_LINES = 400
_LINE_ENDS = re.compile(r"[\r\n]+")


class FlatpakMissingError(SatchelError):
    """This computer has no flatpak."""


class Said(Struct, frozen=True):
    """How a run ended. ``lines``: the last of what it said, cleaned."""

    status: int
    lines: tuple[str, ...]

    @property
    def reason(self) -> str:
        """What it complained of; empty if it said nothing."""
        errors = [line for line in self.lines if line.lower().startswith(("error:", "warning:"))]
        worst = [line for line in errors if line.lower().startswith("error:")] or errors
        return (worst or list(self.lines[-1:]) or [""])[-1]


class FlatpakProgram(Struct, frozen=True):
    """flatpak as this person runs it.

    Attributes:
        variables: of the process, as flatpak gets them.
    """

    variables: Mapping[str, str]

    @classmethod
    def of(cls, variables: Mapping[str, str], directories: FlatpakDirectories) -> FlatpakProgram:
        """For these directories. Raises FlatpakMissingError."""
        if shutil.which("flatpak", path=variables.get("PATH")) is None:
            raise FlatpakMissingError(
                Message("This computer has no flatpak, which runs these apps."),
                Message(
                    "Install it with the computer's own software centre (the package is called "
                    "“flatpak”), then try again."
                ),
            )
        own = {"FLATPAK_USER_DIR": str(directories.user)}
        if directories.system != _STANDARD_SYSTEM:
            own["FLATPAK_SYSTEM_DIR"] = str(directories.system)
        return cls({**variables, **own})

    def ask(self, *arguments: str) -> str:
        """What it answers at once, in English; empty if it fails."""
        done = subprocess.run(
            ["flatpak", *arguments],
            env={**self.variables, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return done.stdout.decode(errors="replace") if done.returncode == 0 else ""

    def version(self) -> Version | None:
        return parse_version(self.ask("--version").rpartition(" ")[2])

    def run(
        self,
        arguments: Sequence[str | Path],
        cancel: Cancel,
        tell: Callable[[str], None] = lambda _: None,
    ) -> Said:
        """To its end. ``tell`` gets each line as it comes. Raises what ``cancel`` raises; then
        flatpak was stopped.

        The languages that are installed are this computer's, so the variables stay as they are.
        """
        return run_told(["flatpak", *map(str, arguments)], self.variables, cancel, tell)


def run_told(
    command: Sequence[str],
    variables: Mapping[str, str],
    cancel: Cancel,
    tell: Callable[[str], None] = lambda _: None,
) -> Said:
    """A program that runs flatpak, likewise."""
    process = start(command, variables, subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        try:
            lines = _follow(process, cancel, tell)
            status = process.wait()
        except BaseException:
            stop(process, _GRACE)
            raise
    return Said(status, tuple(lines))


def _follow(
    process: subprocess.Popen[bytes], cancel: Cancel, tell: Callable[[str], None]
) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    rest = ""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            cancel.check()
            if not selector.select(_TICK):
                continue
            data = os.read(process.stdout.fileno(), 1 << 16)
            text = rest + data.decode(errors="replace")
            *whole, rest = _LINE_ENDS.split(text) if data else (text, "")
            for line in filter(None, (clean(line, Policy.SENTENCE) for line in whole)):
                tell(line)
                lines.append(line)
            del lines[:-_MOST_LINES]
            if not data:
                return lines
