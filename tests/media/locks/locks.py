"""People who lock what a small upstream has, and make drives of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.satchel import Done, command, environment, satchel
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
PLATFORM = f"runtime/org.test.Platform/{ARCH}/1"

JOURNEY = {
    "TZ": "Asia/Kathmandu",
    "LC_ALL": "",
    "LANG": "tr_TR.UTF-8",
    "LANGUAGE": "tr:de",
    "USER": "somebody",
    "LOGNAME": "somebody",
}

Tree = dict[str, tuple[int, int, bytes]]
"""Path → mode, time of the last change in nanoseconds, content or target."""


@contextmanager
def elsewhere() -> Iterator[None]:
    """What a process inherits beside its environment is as on another computer."""
    cores, before = os.sched_getaffinity(0), os.umask(0o077)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
        os.umask(before)


def tree_of(place: Path) -> Tree:
    """All of a directory, byte for byte."""
    return {str(path.relative_to(place)): _node(path) for path in sorted(place.rglob("*"))}


def _node(path: Path) -> tuple[int, int, bytes]:
    status = path.lstat()
    data = b""
    if path.is_symlink():
        data = str(path.readlink()).encode()
    elif path.is_file():
        data = path.read_bytes()
    return status.st_mode, status.st_mtime_ns, data


def differences(one: Path, other: Path) -> list[str]:
    """Paths at which anything is another; each with what it is."""
    here, there = tree_of(one), tree_of(other)
    return [
        f"{path}: {here.get(path, '-')!r:.300} {there.get(path, '-')!r:.300}"
        for path in sorted(here.keys() | there.keys())
        if here.get(path) != there.get(path)
    ]


def forget_lists(upstream: Upstream) -> None:
    """As if upstream had published something else altogether: its lists are gone."""
    for name in ("summary", "summary.sig", "summary.idx", "summary.idx.sig"):
        (upstream.path / name).unlink()
    shutil.rmtree(upstream.path / "summaries")


class Colleague:
    """Somebody with a computer of their own, and a drive."""

    def __init__(self, directory: Path, lock: Path, remote: tuple[str | Path, ...]) -> None:
        self.home, self.drive = directory / "home", directory / "drive"
        for place in (self.home, self.drive):
            place.mkdir(parents=True)
        self._lock = lock
        self._remote = remote

    def make(
        self, *words: str | Path, check: bool | int = True, env: dict[str, str] | None = None
    ) -> Done:
        return satchel(
            "make",
            self.drive,
            *words,
            "--locked",
            self._lock,
            *self._remote,
            home=self.home,
            check=check,
            env=env,
        )

    def start(self) -> subprocess.Popen[bytes]:
        """`make`, in a process of its own that goes on."""
        words = ("make", self.drive, "--locked", self._lock, *self._remote, "--no-verify")
        return subprocess.Popen(
            command(*words),
            env=environment(self.home),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def verify(self) -> Any:
        return satchel(
            "verify", self.drive, "--json", *self._remote, home=self.home, check=False
        ).json

    def finding(self, code: str) -> dict[str, Any] | None:
        """The first with this code."""
        findings: list[dict[str, Any]] = self.verify()["findings"]
        return next((each for each in findings if each["code"] == code), None)

    def inspect(self, *words: str) -> Done:
        return satchel("inspect", self.drive, *words, home=self.home)

    @property
    def record(self) -> Any:
        """What the drive says of itself."""
        return json.loads((self.drive / ".ostree/repo/extensions/satchel/stick.json").read_text())

    @property
    def tree(self) -> Tree:
        return tree_of(self.drive)


class Builder:
    """Somebody who locks what an upstream at ``url`` has."""

    def __init__(self, directory: Path, upstream: Upstream, url: str) -> None:
        self.upstream = upstream
        self._directory = directory
        self.home = directory / "home"
        self.home.mkdir(parents=True)
        file = directory / "up.flatpakrepo"
        file.write_text(upstream.flatpakrepo(url))
        self.remote: tuple[str | Path, ...] = ("--remote", file)
        self.path = directory / "satchel.lock"

    def lock(self, *words: str | Path, check: bool | int = True) -> Done:
        return satchel("lock", "-o", self.path, *words, *self.remote, home=self.home, check=check)

    @property
    def json(self) -> Any:
        return json.loads(self.path.read_text())

    def write(self, lock: Any) -> None:
        """A lock that somebody has changed."""
        self.path.write_text(json.dumps(lock))

    def commit(self, ref: str) -> str:
        """Which one is locked."""
        commits = [
            source["refs"][ref]["commit"]
            for source in self.json["sources"].values()
            if ref in source["refs"]
        ]
        assert len(commits) == 1
        commit: str = commits[0]
        return commit

    def colleague(self, name: str, *, knows: bool = True) -> Colleague:
        """Somebody who gets the lock; ``knows``: and has the source."""
        directory = self._directory.parent / name
        return Colleague(directory, self.path, self.remote if knows else ())
