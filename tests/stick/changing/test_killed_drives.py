"""Jobs on real file systems that are killed: what was whole installs, and the next run goes on."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.servers import HostileServer
from tests.stick.changing.changed import HARMLESS, NOBODY, changes_of, killed_at
from tests.stick.changing.four_jobs import STAYING, prepare
from tests.stick.made_drive import MadeDrive, objects
from tests.upstream import Upstream
from tests.volumes import Image, mount, run
from tests.waiting import until

pytestmark = [
    pytest.mark.kills,
    pytest.mark.devices,
    pytest.mark.slow,
    pytest.mark.thorough,
]

KILLS = 30
SPARE = 8
"""Changes that may be fewer the next time."""


class _Drive:
    """A file system with a stick, as often as it is wanted."""

    def __init__(self, kind: str, directory: Path, tree: Path) -> None:
        self._kind = kind
        self._image = Image(directory)
        self._image.fill(kind)
        self._before = directory / "before.img"
        self.place = directory / "mounted"
        with self._in():
            run("cp", "-r", f"{tree}/.", self.place)
        shutil.copyfile(self._image.path, self._before)

    @contextmanager
    def as_before(self) -> Iterator[None]:
        """It is in and mounted within the block."""
        shutil.copyfile(self._before, self._image.path)
        with self._in():
            yield

    @contextmanager
    def _in(self) -> Iterator[None]:
        mount(self._kind, self._image.plug(), self.place)
        try:
            yield
        finally:
            self._take_out()
            self._image.unplug()

    def again(self) -> None:
        """Out and in again: what was only in the computer's memory is written, or lost."""
        self._take_out()
        mount(self._kind, self._image.device, self.place)

    def _take_out(self) -> None:
        # Whoever made a namespace of mounts meanwhile may have this one for a while longer.
        run("sync", "--file-system", self.place)
        # What worked for the one that was killed may be ending still.
        until(lambda: not subprocess.run(["umount", self.place], check=False).returncode)

    def close(self) -> None:
        self._image.close()


def _refs(drive: Path) -> dict[str, str]:
    base = drive / ".ostree/repo/refs"
    return {
        str(path.relative_to(base)): path.read_text()
        for path in base.rglob("*")
        if path.is_file() and path.name != "ostree-metadata"
    }


def _sound(drive: Path, home: Path, *more: str) -> None:
    words = ("verify", "--json", "--trust-drive-keys", drive)
    report = satchel(*words, home=home, check=False).json
    codes = {each["code"] for each in report["findings"]}
    assert codes <= HARMLESS.union(more), report["findings"]


@pytest.mark.parametrize("kind", ["ext4", "exfat"])
@pytest.mark.parametrize("job", STAYING)
def test_killed(
    job: str, kind: str, made: MadeDrive, full: MadeDrive, newer: Upstream, tmp_path: Path
) -> None:
    upstream = newer if job == "update" else made.upstream
    with HostileServer(upstream.path, full.web.port) as web:
        _kill_often(job, kind, made, prepare(job, made, upstream, web.url), tmp_path)


def _kill_often(
    job: str, kind: str, made: MadeDrive, arguments: list[str | Path], tmp_path: Path
) -> None:
    drive = _Drive(kind, tmp_path / "images", made.drive)
    home = made.home
    try:
        # The second time this computer has kept what comes, and fewer changes are needed.
        for _ in range(2):
            with drive.as_before():
                count = changes_of(drive.place, home, job, *arguments)
                goal = _refs(drive.place), objects(drive.place)
        for number in range(KILLS):
            chance = random.Random(f"{job} {kind} {number}")
            moment = 1 + int((number + chance.random()) * (count - SPARE) / KILLS)
            with drive.as_before():
                killed_at(moment, drive.place, home, job, *arguments)
                drive.again()
                if job != "repair":
                    # Large is called otherwise by the next catalogue: FORMAT.md.
                    _sound(drive.place, home, *(["kit-altered"] if job == "update" else []))
                client = Client(tmp_path / "client")
                key, collection = made.upstream.key.public, made.upstream.collection
                client.remote_add("up", NOBODY, key, collection, check=False)
                client.install("up", *STAYING[job], sideload=drive.place / ".ostree/repo")
                shutil.rmtree(client.directory)
                satchel(job, "--json", drive.place, *arguments, home=home)
                drive.again()
                _sound(drive.place, home)
                assert (_refs(drive.place), objects(drive.place)) == goal, moment
    finally:
        drive.close()
