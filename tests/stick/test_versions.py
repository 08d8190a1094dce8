"""Which versions an update leads from and to."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from app.flatpak.remotes.known import Known, read_remote
from app.ostree.pull.fetch import Network
from app.progress import CancelToken, silent
from app.stick.environment import Environment
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.planning.versions import updated_versions
from app.stick.writing.job import run_job
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"


class Place:
    """A drive, and what it is planned from."""

    def __init__(self, upstream: Upstream, directory: Path) -> None:
        self.drive = directory / "drive"
        self.drive.mkdir()
        file = directory / "up.flatpakrepo"
        file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        self.known = Known((read_remote(file),))
        self.environment: Environment = environment_in(directory, network=Network(retries=0))

    def plan(self, *refs: str) -> Plan:
        request = PlanRequest(self.drive, refs, None, None, Options(ARCH))
        return make_plan(request, self.environment, self.known, silent, CancelToken())

    def make(self, *refs: str) -> None:
        plan = self.plan(*refs)
        run_job(plan, self.environment, self.known, silent, CancelToken(), verify=False)

    def versions(self, plan: Plan) -> dict[str, tuple[str, str]]:
        return updated_versions(plan, self.environment, CancelToken())


@pytest.fixture
def upstream(upstream_key: SigningKey, tmp_path: Path) -> Upstream:
    upstream = Upstream(tmp_path / "up", upstream_key)
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello")
    upstream.update()
    return upstream


def release(upstream: Upstream, version: str) -> None:
    """Hello in another version, as its appstream says."""
    [info] = (upstream.directory / "build" / HELLO).rglob("*.xml.gz")
    text = gzip.decompress(info.read_bytes()).decode()
    text = text.replace("version='1.0'", f"version='{version}'").replace(
        'version="1.0"', f'version="{version}"'
    )
    info.write_bytes(gzip.compress(text.encode()))
    upstream.bump(HELLO, {})
    upstream.update()


def test_an_update_leads_from_one_to_the_other(upstream: Upstream, tmp_path: Path) -> None:
    place = Place(upstream, tmp_path)
    assert place.versions(place.plan("org.test.Hello")) == {}
    place.make("org.test.Hello")
    release(upstream, "1.1")
    plan = place.plan("org.test.Hello")
    assert {item.action for item in plan.items if item.ref == HELLO} == {Action.UPDATE}
    assert place.versions(plan) == {HELLO: ("1.0", "1.1")}


def test_where_nothing_gets_newer_nobody_is_asked(upstream: Upstream, tmp_path: Path) -> None:
    place = Place(upstream, tmp_path)
    place.make("org.test.Hello")
    assert place.versions(place.plan("org.test.Hello")) == {}
