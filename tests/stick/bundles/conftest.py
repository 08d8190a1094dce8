"""A drive, the demo's remote, and files with one of its apps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.flatpak.bundles.given import GivenBundle, open_bundle
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, silent
from app.replacing import replace
from app.stick.checking.check import CheckOptions
from app.stick.checking.check_place import check_path
from app.stick.checking.report import CheckReport
from app.stick.demo import DemoRemote
from app.stick.environment import Environment
from app.stick.planning.changes import NO_CHANGES, Changes
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.store.location import find_stick
from app.stick.store.record import StickRecord, read_record
from app.stick.writing.job import run_job
from app.stick.writing.outcome import Outcome
from tests.bundles import bundle_bytes, newer_unsigned
from tests.environments import environment_in


@dataclass(frozen=True)
class Maker:
    """Who makes a drive: on a computer that knows the demo's remote."""

    drive: Path
    environment: Environment
    known: Known
    files: Path

    @property
    def signed(self) -> Path:
        """A file with an app whose publisher is known."""
        return self.files / "signed.flatpak"

    @property
    def unsigned(self) -> Path:
        """One with the same app, newer and by nobody."""
        return self.files / "unsigned.flatpak"

    def opened(self, *files: Path | str) -> tuple[GivenBundle, ...]:
        cache, network = self.environment.cache, self.environment.network
        return tuple(
            open_bundle(str(file), cache, network, CancelToken(), silent) for file in files
        )

    def plan(
        self,
        *files: Path | str,
        refs: Sequence[str] = (),
        changes: Changes = NO_CHANGES,
        **options: Any,
    ) -> Plan:
        request = PlanRequest(
            self.drive,
            tuple(refs),
            None,
            None,
            replace(Options("x86_64"), **options),
            changes=changes,
            bundles=self.opened(*files),
        )
        return make_plan(request, self.environment, self.known, silent, CancelToken())

    def do(self, plan: Plan) -> Outcome:
        return run_job(plan, self.environment, self.known, silent, CancelToken())

    def make(self, *files: Path | str, refs: Sequence[str] = ()) -> Outcome:
        return self.do(self.plan(*files, refs=refs))

    def check(self, **options: Any) -> CheckReport:
        remotes = self.environment.judges(self.known)
        chosen = replace(CheckOptions(), **options)
        return check_path(self.drive, remotes, chosen, silent, CancelToken())

    @property
    def record(self) -> StickRecord:
        record = read_record(find_stick(self.drive))
        assert record is not None
        return record

    @property
    def folder(self) -> Path:
        return self.drive / "satchel/bundles"


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("files")
    build = tmp_path_factory.mktemp("build")
    options = ("--runtime-repo=https://example.org/r.flatpakrepo",)
    (directory / "signed.flatpak").write_bytes(bundle_bytes(build, *options))
    (directory / "unsigned.flatpak").write_bytes(newer_unsigned(build))
    return directory


@pytest.fixture(scope="session")
def remote() -> Iterator[DemoRemote]:
    with DemoRemote() as demo:
        yield demo


@pytest.fixture
def maker(tmp_path: Path, remote: DemoRemote, files: Path) -> Maker:
    drive = tmp_path / "drive"
    drive.mkdir()
    environment = environment_in(tmp_path / "maker", remote.remote)
    return Maker(drive, environment, environment.known_remotes(), files)
