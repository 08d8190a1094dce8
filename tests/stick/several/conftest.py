"""A school: an upstream, a computer, and drives."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.devices import Devices, Disk
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.ostree.web import Web
from tests.satchel import Done, satchel
from tests.stick.several.running_line import RunningLine
from tests.upstream import Upstream, host_arch

HELLO = f"app/org.test.Hello/{host_arch()}/stable"
NOBODY = "http://127.0.0.1:9/"
"""An address where no server is."""

_BIG = 3_000_000


def fill(upstream: Upstream) -> None:
    """Two apps, one of them of some size."""
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello", files={"share/big": big(1)})
    upstream.add_app("org.test.Other")
    upstream.update()


def big(seed: int) -> str:
    """The contents of a file of some size, another one each time."""
    return random.Random(seed).randbytes(_BIG).hex()[:_BIG]


class School:
    """Attributes:
    web: where the apps come from.
    env: what its computer sees beside its own directories.
    """

    def __init__(self, directory: Path, upstream: Upstream) -> None:
        self.directory = directory
        self.upstream = upstream
        self.web = Web(upstream.path)
        self.env: Mapping[str, str] = {}
        self.home = directory / "home"
        self.home.mkdir()
        self.remote = directory / "school.flatpakrepo"
        self.remote.write_text(upstream.flatpakrepo(self.web.url))
        self._clients = 0
        self._lines: list[RunningLine] = []

    def line(self, *arguments: str | Path) -> RunningLine:
        """``satchel make ARGUMENTS --keep-going``"""
        return self.running("make", *arguments, "--keep-going", "--remote", self.remote)

    def running(self, *words: str | Path) -> RunningLine:
        """The same in all its words."""
        line = RunningLine(self.home, *words, env=self.env)
        self._lines.append(line)
        return line

    def directories(self, count: int) -> list[Path]:
        """Where drives may be made, without drives."""
        places = [self.directory / f"drive-{number}" for number in range(count)]
        for place in places:
            place.mkdir()
        return places

    def satchel(self, *arguments: str | Path, check: bool | int = True) -> Done:
        return satchel(*arguments, home=self.home, env=self.env, check=check)

    def make(self, places: list[Path], *refs: str) -> None:
        also = [word for place in places[1:] for word in ("--also", place)]
        self.satchel("make", places[0], *refs, *also, "--remote", self.remote, "--json")

    def publish(self) -> None:
        """Upstream has something new of some size."""
        self.upstream.bump(HELLO, {"share/news": big(2)})
        self.upstream.update()

    def fetched(self) -> list[str]:
        """The contents of files that were downloaded, as often as they were."""
        asked = (each for each in self.web.asked if each.method == "GET")
        return [each.path for each in asked if each.path.endswith(".filez")]

    def apps(self, place: str | Path) -> set[str]:
        """The IDs of those on a drive."""
        inspected = self.satchel("inspect", place, "--json").json
        return {
            ref["ref"].split("/")[1]
            for collection in inspected["collections"]
            for ref in collection["refs"]
            if ref["ref"].startswith("app/")
        }

    def install(self, place: Path, ref: str) -> None:
        """A new computer without network installs from a drive, and gets what upstream has."""
        assert self.installed(place, ref) == self.upstream.commit(ref)

    def installed(self, place: Path, ref: str) -> str:
        """The commit that a new computer without network gets from a drive."""
        self._clients += 1
        client = Client(self.directory / f"client-{self._clients}")
        key = self.upstream.key.public
        client.remote_add("up", NOBODY, key, self.upstream.collection, check=False)
        client.install("up", ref, sideload=place / ".ostree/repo")
        return client.installed()[ref]

    def close(self) -> None:
        for line in self._lines:
            line.close()
        self.web.close()


@pytest.fixture
def school(tmp_path: Path, upstream_key: SigningKey) -> Iterator[School]:
    place = School(tmp_path, kept_upstream(tmp_path / "upstream", upstream_key, fill))
    yield place
    place.close()


class Ports:
    """Where real drives are plugged in."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices

    def drive(self, label: str = "", kind: str = "ext4", *, megabytes: int = 48) -> Disk:
        """Not plugged in yet; without a file system where ``kind`` is empty."""
        return self._devices.disk(kind, label=label, megabytes=megabytes)


@pytest.fixture
def ports(devices: Devices, school: School) -> Ports:
    """Of the school's computer."""
    school.env = devices.environment
    return Ports(devices)


def exit_codes(done: Done) -> list[int]:
    """Of each drive, in their order."""
    drives: list[dict[str, Any]] = done.finished["drives"]
    return [drive["exit_code"] for drive in drives]
