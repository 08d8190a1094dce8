"""A hub's worth in one run, on a computer with little memory."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from pathlib import Path

import psutil
import pytest

from tests.satchel import command, environment
from tests.stick.several.conftest import School

DRIVES = 20
MOST = 350_000_000

pytestmark = pytest.mark.thorough


class Memory:
    """Of a process and all that it started: the most there was at one moment, shared parts once."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.most = 0
        self._process = psutil.Process(process.pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            with contextlib.suppress(psutil.Error):
                both = (self._process, *self._process.children(recursive=True))
                self.most = max(self.most, sum(map(_share, both)))

    def close(self) -> None:
        self._ended.set()
        self._thread.join()


def _share(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        size: int = process.memory_full_info().pss
        return size
    return 0


def _most_memory(school: School, *arguments: str | Path) -> int:
    process = subprocess.Popen(
        command(*arguments, "--json"),
        env=environment(school.home),
        cwd=school.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    memory = Memory(process)
    try:
        assert process.wait() == 0
    finally:
        memory.close()
    return memory.most


def test_making_and_updating_and_copying(school: School) -> None:
    source, *places = school.directories(DRIVES + 1)
    also = [word for place in places[1:] for word in ("--also", place)]
    remote = ("--remote", school.remote)
    memory = _most_memory(school, "make", places[0], "org.test.Hello", *also, *remote)
    assert 0 < memory < MOST
    school.publish()
    assert _most_memory(school, "update", *places, *remote) < MOST
    school.make([source], "org.test.Hello")
    assert _most_memory(school, "clone", source, *places, "--trust-drive-keys") < MOST
    for place in places:
        assert school.satchel("verify", place, "--trust-drive-keys", "--json").json["ok"]
