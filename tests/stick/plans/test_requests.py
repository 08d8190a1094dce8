"""What planning costs: requests, and nothing written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.progress import Advanced, Phase, PhaseStarted, silent
from app.stick.memory.speeds import MeasuredSpeeds, SpeedMeter
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import Server
from tests.stick.plans.planned import Planning, app
from tests.upstream import Upstream


def tree(root: Path) -> dict[str, tuple[int, int, str]]:
    """Everything that can be seen to change: times, modes, contents."""
    files = {}
    for path in (root, *sorted(root.rglob("*"))):
        status = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        files[str(path)] = (status.st_mtime_ns, status.st_mode, hashlib.sha256(data).hexdigest())
    return files


@pytest.mark.parametrize(
    "index", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["index", "summary"]
)
def test_a_plan_writes_nothing_and_a_second_asks_once(
    upstream: Upstream,
    serve: Callable[..., Server],
    tmp_path: Path,
    index: bool,
) -> None:
    own = upstream.copy(tmp_path / "own")
    own.update(index=index)
    server = serve(own.path)
    planning = Planning(tmp_path, own, f"{server.url}/")
    before = tree(planning.drive)
    first = planning.plan("org.test.Hello")
    assert tree(planning.drive) == before
    server.forget()
    again = planning.plan("org.test.Hello")
    assert (again["items"], again["collections"]) == (first["items"], first["collections"])
    asked = [(request.path, request.status) for request in server.requests()]
    assert asked == [("/summary.idx" if index else "/summary", 304)]

    planning.run("make", "org.test.Hello")
    before = tree(planning.drive)
    server.forget()
    kept = planning.plan("org.test.Hello")
    assert {item["action"] for item in kept["items"]} == {"keep"}
    assert kept["estimate"]["fetch"] == kept["estimate"]["objects"] == 0
    assert tree(planning.drive) == before
    assert [request.status for request in server.requests()] == [304]

    own.bump(app("Hello"))
    own.update(index=index)
    plan = planning.plan("org.test.Old")
    actions = {item["ref"]: item["action"] for item in plan["items"]}
    assert actions[app("Hello")] == "update"
    assert actions[app("Old")] == "add"
    assert any("--keep-versions" in notice["hint"] for notice in plan["notices"])
    kept = planning.plan("org.test.Old", "--keep-versions")
    assert {item["ref"]: item["action"] for item in kept["items"]}[app("Hello")] == "keep"
    assert tree(planning.drive) == before


def test_how_long_it_takes_is_told_where_it_was_measured(planning: Planning) -> None:
    assert planning.plan("org.test.Hello")["duration"] is None
    assert "It takes" not in planning.run("plan", "org.test.Hello").stdout

    speeds = MeasuredSpeeds(planning.home / ".local/state/satchel/speeds.json")
    address = planning.plan("org.test.Hello")["collections"][0]["url"]
    meter = SpeedMeter(silent, iter(range(0, 80, 10)).__next__)
    for phase in (Phase.DOWNLOAD, Phase.VERIFY):
        meter(PhaseStarted(phase))
        meter(Advanced(phase, 1, 1, 50_000_000, 50_000_000))
    speeds.remember(str(planning.drive), [address], meter, 1)

    duration = planning.plan("org.test.Hello")["duration"]
    assert duration["least"] < duration["most"]
    said = planning.run("plan", "org.test.Hello").stdout
    assert "It takes less than a minute, at 5.0 MB a second." in said


def fill_other(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Foreign")
    upstream.update()


def test_it_tells_whose_it_is_where_several_have_it(
    planning: Planning, upstream_key: SigningKey, tmp_path: Path
) -> None:
    other = kept_upstream(tmp_path / "other", upstream_key, fill_other, "org.test.Other")
    known = planning.home / "config" / "remotes.d" / "other.flatpakrepo"
    known.parent.mkdir(parents=True)
    file = other.flatpakrepo(other.path.as_uri())
    known.write_text(file.replace("Title=Test", "Title=Another"))
    said = planning.run("plan", "org.test.Hello", "other:org.test.Foreign").stdout
    lists = [line.split()[1:4] for line in said.splitlines() if " appstream2/" in line]
    assert sorted(lists) == [[f"appstream2/{other.arch}", "of", of] for of in ("Another", "Test")]
    assert f"{app('Hello')} of " not in said
