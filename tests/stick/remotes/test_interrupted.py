"""An update that is killed at any moment leaves what computers can install all the same."""

from __future__ import annotations

import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.build_contents import app_files
from tests.satchel import ROOT, satchel
from tests.stick.damage import HELLO, OTHER
from tests.stick.interrupted.jobs import FATAL
from tests.stick.remotes.carrying import Carrier
from tests.upstream import Upstream

pytestmark = [pytest.mark.kills, pytest.mark.thorough]

LOCALE = HELLO.replace("app/org.test.Hello", "runtime/org.test.Hello.Locale")
"""It leaves with the update."""

_KILLS = 40
"""Around the exchange of lists and names, and now and then before it."""


@dataclass(frozen=True)
class Job:
    """A drive that waits for an update, and how often that changes it."""

    carrier: Carrier
    newest: str
    changes: int


def update(carrier: Carrier, *, check: bool | int = True, **variables: str | Path) -> None:
    words = ("update", carrier.drive, "--json", "--yes", "--remote", carrier.remote)
    env = {"PYTHONPATH": f"{FATAL}:{ROOT}", "SATCHEL_TEST_DRIVE": str(carrier.drive)}
    env |= {name: str(value) for name, value in variables.items()}
    satchel(*words, home=carrier.home, env=env, check=check)


@pytest.fixture(scope="module")
def job(nameless: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Job:
    place = tmp_path_factory.mktemp("job")
    carrier = Carrier(nameless.copy(place / "upstream"), place)
    carrier.make("org.test.Hello", "org.test.Other", "--no-verify")
    newest = carrier.upstream.bump(HELLO, app_files("org.test.Hello", "Hallo", "Hallo"))
    carrier.upstream.remove(LOCALE)
    carrier.upstream.update()
    shutil.copytree(place / "drive", place / "other/drive", symlinks=True)
    shutil.copytree(place / "home", place / "other/home", symlinks=True)
    count = place / "count"
    update(Carrier(carrier.upstream, place / "other"), SATCHEL_TEST_COUNT=count)
    return Job(carrier, newest, int(count.read_text()))


@pytest.mark.parametrize("number", range(_KILLS))
def test_killed(job: Job, tmp_path: Path, number: int) -> None:
    for name in ("drive", "home"):
        shutil.copytree(job.carrier.directory / name, tmp_path / name, symlinks=True)
    carrier = Carrier(job.carrier.upstream, tmp_path)
    moment = 1 + number * job.changes // _KILLS
    update(carrier, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(moment))
    errors = carrier.errors()
    assert not errors, (moment, job.changes)
    update(carrier)
    assert carrier.refs[HELLO] == job.newest
    assert LOCALE not in carrier.refs
    assert OTHER in carrier.refs
    assert carrier.errors() == set()
    left = [path for path in carrier.drive.rglob("*") if path.name.endswith((".tmp", ".new"))]
    assert left == []
