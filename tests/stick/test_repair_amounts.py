"""How much a repair says beforehand that it takes, and what it then has taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.gpg import SigningKey
from tests.satchel import Done, satchel
from tests.servers import HostileServer
from tests.stick.damage import HELLO, Stick, copy_stick, delete, flip_middle
from tests.upstream import Upstream

TRUST = "--trust-drive-keys"


@pytest.mark.thorough
@pytest.mark.parametrize("unsigned", [False, True], ids=["", "unsigned"])
@pytest.mark.parametrize("source", ["upstream", "a drive", "half of a drive"])
def test_from(
    source: str,
    unsigned: bool,
    good: Path,
    stick: Stick,
    upstream: Upstream,
    stranger: Path,
    tmp_path: Path,
) -> None:
    """What nobody near has comes from upstream, also where its directory comes from near."""
    others = {name for ref in stick.refs() if ref != HELLO for name in stick.tree(ref).values()}
    names = sorted(set(stick.tree(HELLO).values()) - others, key=str)
    sizes = sum(stick.path(name).stat().st_size for name in names)
    for number, name in enumerate(names):
        (delete if number % 2 else flip_middle)(stick.path(name))
    # What is there of it is less than what has to come.
    stick.path(names[0]).write_bytes(b"x")
    if unsigned:
        delete(stick.signatures(HELLO))
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    words: list[Any] = ["--remote", remote]
    if source != "upstream":
        beside = copy_stick(good, tmp_path / "beside")
        if source == "half of a drive":
            for name in names[::3]:
                delete(beside.path(name))
        words += ["--from", beside.root]
    run = ("repair", stick.root, TRUST, "--json", *words)
    told = satchel(*run, "--dry-run", home=stranger).json
    done = satchel(*run, home=stranger).finished
    assert done["ok"]
    assert told["exact"]
    supplied = [(each["objects"], each["bytes"]) for each in told["supplies"]]
    assert [sum(each) for each in zip(*supplied, strict=True)] == [len(names), sizes]
    came = [done, *(job for job in done["jobs"]), *(job["replaced"] for job in done["jobs"])]
    assert sum(each["objects"] for each in came) == len(names)
    assert sum(each["bytes"] for each in came) == sizes


@pytest.mark.parametrize("before", [False, True], ids=["", "an update before"])
def test_of_a_source_whose_list_gets_newer(
    upstream_key: SigningKey, tmp_path: Path, *, before: bool
) -> None:
    """Without a collection ID computers take what the list names: what gets newer then is told, and
    what this computer has of it is not to download."""
    upstream = Upstream(tmp_path / "up", upstream_key, "")
    upstream.add_runtime()
    upstream.add_app("org.test.Hello")
    upstream.update()
    drives = [tmp_path / name for name in ("first", "second")]
    for place in (*drives, tmp_path / "home"):
        place.mkdir()
    with HostileServer(upstream.path) as web:
        remote = tmp_path / "up.flatpakrepo"
        remote.write_text(upstream.flatpakrepo(web.url))

        def run(verb: str, drive: Path, *words: str | Path) -> Done:
            return satchel(
                verb, drive, *words, "--remote", remote, "--json", home=tmp_path / "home"
            )

        for drive in drives:
            run("make", drive, "org.test.Hello")
        upstream.bump(HELLO, {"share/news": "news" * 1000})
        upstream.update()
        if before:
            run("update", drives[0])
        (drives[1] / ".ostree/repo/summary").unlink()
        plan = run("repair", drives[1], "--dry-run").json
        web.asked.clear()
        done = run("repair", drives[1]).finished
    assert plan["newer"] == [HELLO]
    assert plan["exact"]
    [job] = done["jobs"]
    assert plan["fetch"] == job["bytes"] - job["kept"]
    assert (plan["fetch"] == 0) == before
    supplied = [(each["objects"], each["bytes"]) for each in plan["supplies"]]
    assert [sum(each) for each in zip(*supplied, strict=True)] == [job["objects"], job["bytes"]]
