"""Taking off and adding at once, where only one of both has room."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.drive.safety.guard import DriveGoneError
from app.errors import InterruptedByUser
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken, Event, Phase, PhaseStarted, silent
from app.stick.checking.check import CheckOptions
from app.stick.checking.check_place import check_path
from app.stick.planning.changes import NO_CHANGES, Changes
from app.stick.planning.estimate import DoesNotFitError
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.writing import job, job_memory
from app.stick.writing.job import run_job
from app.stick.writing.outcome import Outcome
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.changing.changed import ARCH, HARMLESS, LARGE, OTHER
from tests.upstream import COLLECTION, Upstream
from tests.volumes import mounted_tmpfs

pytestmark = [pytest.mark.devices, pytest.mark.slow]

HEAVY = f"app/org.test.Heavy/{ARCH}/stable"
ROOM = 1_500_000
"""Bytes that are free beside what is there: too few for another large app."""


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Other")
    upstream.add_app("org.test.Large", size=3_000_000)
    upstream.add_app("org.test.Heavy", size=3_000_000)
    upstream.update()


class Maker:
    """Somebody with a drive that has Other and Large, and room for little else."""

    def __init__(self, directory: Path, upstream: Upstream, key: SigningKey) -> None:
        self.drive = directory / "drive"
        url = upstream.path.as_uri()
        remote = Remote(name="up", url=url, keys=(key.public,), collection_id=COLLECTION)
        self.environment = environment_in(directory, remote)
        self.known = self.environment.known_remotes()

    def plan(self, *refs: str, changes: Changes = NO_CHANGES) -> Plan:
        request = PlanRequest(self.drive, refs, None, None, Options(ARCH), changes=changes)
        return make_plan(request, self.environment, self.known, silent, CancelToken())

    def do(self, plan: Plan, *, until: Phase | None = None) -> Outcome:
        """``until``: stopped when this begins."""
        cancel = CancelToken()

        def report(event: Event) -> None:
            if until is not None and event == PhaseStarted(until):
                cancel.request()

        return run_job(plan, self.environment, self.known, report, cancel)

    def codes(self) -> set[str]:
        remotes = self.environment.judges(self.known)
        report = check_path(self.drive, remotes, CheckOptions(), silent, CancelToken())
        return {finding.code.value for finding in report.findings}

    def has(self, ref: str) -> bool:
        return (self.drive / ".ostree/repo/refs/mirrors" / COLLECTION / ref).is_file()


@pytest.fixture
def maker(upstream_key: SigningKey, tmp_path: Path) -> Iterator[Maker]:
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill)
    made = Maker(tmp_path, upstream, upstream_key)
    made.drive.mkdir()
    with mounted_tmpfs(made.drive):
        made.do(made.plan("org.test.Other", "org.test.Large"))
        taken = os.statvfs(made.drive)
        size = (taken.f_blocks - taken.f_bfree) * taken.f_frsize + ROOM
        subprocess.run(["mount", "-o", f"remount,size={size}", made.drive], check=True)
        yield made


def test_what_comes_off_makes_room(maker: Maker) -> None:
    with pytest.raises(DoesNotFitError):
        maker.do(maker.plan("org.test.Heavy"))
    plan = maker.plan("org.test.Heavy", changes=Changes(off=((COLLECTION, LARGE),)))
    assert plan.estimate.fits
    assert [each.ref for each in plan.first] == [LARGE]
    assert any("goes before anything is written" in str(each.message) for each in plan.notices)
    outcome = maker.do(plan)
    assert outcome.check is not None
    assert outcome.check.ok
    assert maker.has(HEAVY)
    assert maker.has(OTHER)
    assert not maker.has(LARGE)
    assert shutil.disk_usage(maker.drive).free < 2 * ROOM


@contextmanager
def late(*functions: Callable[[], object], **_: object) -> Iterator[None]:
    """As `beside`, of a thread that comes to nothing before the end of the block."""
    yield
    for function in functions:
        function()


def test_stopped_between_the_two(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays is whole, what was to come is known, and the same plan made anew goes on."""
    monkeypatch.setattr(job, "beside", late)
    # Others than this one in memory are recognised.
    monkeypatch.setattr(job_memory, "directory_key", str)
    changes = Changes(off=((COLLECTION, LARGE),))
    plan = maker.plan("org.test.Heavy", changes=changes)
    with pytest.raises(InterruptedByUser):
        maker.do(plan, until=Phase.DOWNLOAD)
    (unfinished,) = maker.environment.unfinished.all().values()
    assert [wanted.ref for wanted in unfinished.refs] == [HEAVY]
    assert maker.has(OTHER)
    assert not maker.has(LARGE)
    assert maker.codes() <= HARMLESS
    maker.do(maker.plan("org.test.Heavy", changes=changes))
    assert maker.has(HEAVY)
    assert maker.codes() <= HARMLESS


@pytest.mark.thorough
def test_exchanged_between_the_two(maker: Maker) -> None:
    """Nobody is told that all is as before."""
    plan = maker.plan("org.test.Heavy", changes=Changes(off=((COLLECTION, LARGE),)))

    def report(event: Event) -> None:
        if event == PhaseStarted(Phase.DOWNLOAD):
            subprocess.run(["umount", "--lazy", maker.drive], check=True)
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", maker.drive], check=True)

    with pytest.raises(DriveGoneError) as caught:
        run_job(plan, maker.environment, maker.known, report, CancelToken())
    assert str(caught.value).endswith("was unplugged or exchanged.")


def test_where_there_is_room_for_both_what_goes_goes_last(maker: Maker) -> None:
    subprocess.run(["mount", "-o", "remount,size=64M", maker.drive], check=True)
    plan = maker.plan("org.test.Heavy", changes=Changes(off=((COLLECTION, LARGE),)))
    assert plan.first == ()
    with pytest.raises(InterruptedByUser):
        maker.do(plan, until=Phase.DOWNLOAD)
    assert maker.has(LARGE)
