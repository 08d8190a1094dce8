"""A drive, and who made it."""

from __future__ import annotations

from pathlib import Path

from tests.satchel import satchel
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"


class Made:
    """A home, a ``.flatpakrepo`` of a local upstream, and a finished stick."""

    def __init__(self, directory: Path, upstream: Upstream) -> None:
        self.home = directory / "home"
        self.home.mkdir()
        self.file = directory / "up.flatpakrepo"
        self.file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        self.remote = ("--remote", str(self.file))
        self.drive = directory / "drive"
        self.drive.mkdir()
        self.events = satchel(
            "make", self.drive, "org.test.Hello", *self.remote, "--json", home=self.home
        ).events
