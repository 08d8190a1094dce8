"""A school: an upstream, a computer with ports, and drives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devices import Devices, Disk
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.ostree.web import Web
from tests.satchel import Done, satchel
from tests.stick.lines.running import RunningLine
from tests.upstream import Upstream

_BIG = 3_000_000


def fill(upstream: Upstream) -> None:
    """Two apps, one of them of some size."""
    upstream.add_runtime(runnable=False)
    big = random.Random(1).randbytes(_BIG).hex()[:_BIG]
    upstream.add_app("org.test.Hello", files={"share/big": big})
    upstream.add_app("org.test.Other")
    upstream.update()


class School:
    """Attributes:
    web: where the apps come from.
    """

    def __init__(self, directory: Path, upstream: Upstream, devices: Devices) -> None:
        self.directory = directory
        self.web = Web(upstream.path)
        self.devices = devices
        self.home = directory / "home"
        self.remote = directory / "school.flatpakrepo"
        self.remote.write_text(upstream.flatpakrepo(self.web.url))
        self._lines: list[RunningLine] = []

    def line(self, *arguments: str | Path) -> RunningLine:
        line = RunningLine(
            self.home, *arguments, "--remote", self.remote, env=self.devices.environment
        )
        self._lines.append(line)
        return line

    def drive(self, label: str, kind: str = "ext4", *, megabytes: int = 48) -> Disk:
        """Not plugged in yet."""
        return self.devices.disk(kind, label=label, megabytes=megabytes)

    def satchel(self, *arguments: str | Path, check: bool | int = True) -> Done:
        return satchel(*arguments, home=self.home, env=self.devices.environment, check=check)

    def close(self) -> None:
        for line in self._lines:
            line.close()
        self.web.close()


@pytest.fixture
def school(devices: Devices, tmp_path: Path, upstream_key: SigningKey) -> Iterator[School]:
    place = School(tmp_path, kept_upstream(tmp_path / "upstream", upstream_key, fill), devices)
    yield place
    place.close()
