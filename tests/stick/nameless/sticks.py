"""What is on the sticks, and where their sources are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.stick.makers import REPO
from tests.stick.receiving.computers import Computer
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
OTHER = f"app/org.test.Other/{ARCH}/stable"
RUNTIME = f"runtime/org.test.Platform/{ARCH}/1"
DRIVER = f"runtime/org.test.Platform.GL.default/{ARCH}/1"
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
RUNTIME_LOCALE = f"runtime/org.test.Platform.Locale/{ARCH}/1"
ALL = frozenset({HELLO, OTHER, RUNTIME, DRIVER, LOCALE, RUNTIME_LOCALE})

ORIGIN = "remote:up"


@dataclass(frozen=True)
class Made:
    """A stick, and its upstream, which is not to be reached any more."""

    drive: Path
    upstream: Upstream

    @property
    def repo(self) -> Path:
        return self.drive / REPO

    @property
    def url(self) -> str:
        """Where its source is, as its clients are to have it."""
        return self._fields("Url")

    def _fields(self, name: str) -> str:
        lines = (self.drive / "satchel/up.flatpakrepo").read_text().splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith(f"{name}="))

    def commits(self, refs: frozenset[str] = ALL) -> dict[str, str]:
        return {ref: self.upstream.refs[ref] for ref in refs}


def leads_home(computer: Computer, made: Made, name: str = "up") -> bool:
    """Whether the remote has its real address, and nothing is left of a run."""
    there = f"url={made.url}" in settings(computer, name)
    left = (computer.installation / "repo/tmp/satchel-install").exists()
    return there and "xa.satchel" not in computer.config and computer.untouched() and not left


def settings(computer: Computer, name: str) -> set[str]:
    """What the configuration says of a remote."""
    section = computer.config.partition(f'[remote "{name}"]')[2].partition("\n[")[0]
    return set(section.splitlines()) - {""}
