"""The demo's drive is a small one, not this computer's disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.drive.space import Quota, measure
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, silent
from app.stick.demo import APP, demo_environment
from app.stick.environment import Environment
from app.stick.inspecting.overview import read_overview
from app.stick.planning.estimate import DoesNotFitError, check_room
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.planning.target_state import read_target
from tests.environments import environment_in

GB = 10**9


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Environment]:
    with demo_environment(environment_in(tmp_path)) as demo:
        yield demo


def test_it_has_8_gb_whatever_this_computer_has(demo: Environment) -> None:
    assert demo.demo_drive is not None
    overview = read_overview(demo.demo_drive, demo, Known(()), CancelToken())
    assert overview.space.total == 8 * GB
    assert overview.space.free <= 8 * GB
    assert read_target(demo.demo_drive, quota=demo.quota).space == overview.space


def test_what_is_on_it_takes_room(tmp_path: Path) -> None:
    quota = Quota(tmp_path, GB)
    empty = measure(tmp_path, quota)
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps/one").write_bytes(b"x" * 10_000)
    used = empty.free - measure(tmp_path, quota).free
    assert used == empty.allocated(10_000) + empty.cluster


def test_others_directories_are_not_concerned(tmp_path: Path) -> None:
    (tmp_path / "drive").mkdir()
    assert measure(tmp_path, Quota(tmp_path / "drive", GB)).total == measure(tmp_path).total


def test_a_plan_that_does_not_fit_it_is_refused(
    demo: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = demo.demo_drive
    assert drive is not None
    small = Quota(drive, 100_000)
    monkeypatch.setattr(Environment, "quota", small)
    assert demo.built_in is not None
    request = PlanRequest(drive, (APP,), demo.built_in[0], None, Options(demo.arch))
    plan = make_plan(request, demo, Known(demo.built_in), silent, CancelToken())
    assert not plan.estimate.fits
    with pytest.raises(DoesNotFitError):
        check_room(plan.estimate)
