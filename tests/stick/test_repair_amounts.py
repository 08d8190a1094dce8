"""How much a repair says beforehand that it takes, and what it then has taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.satchel import satchel
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
