"""A stick that is brought up to date, and freed of what it needs no more."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

from tests.bench.processes import Sample, call, measure, say
from tests.bench.sides import Bench
from tests.bench.targets import empty
from tests.bench.upstream import Upstream, write_content

_CHANGED = 0.018
"""Of the files. With the directories above them it is a twentieth of the objects."""


def change_app(root: Path) -> None:
    """Some of the files that `fill_app` wrote get another content."""
    rng = random.Random(7)
    small = sorted(path for path in root.rglob("f?????") if path.is_file())
    for path in rng.sample(small, int(len(small) * _CHANGED)):
        write_content(path, path.stat().st_size, rng.random() ** 4, rng)


def change(bench: Bench, before: Upstream, after: Upstream) -> None:
    """Making a stick against updating it, and both programs' pruning of the same stick."""
    satchel = bench.satchel or []
    plain, stick, old = bench.server.plain, bench.base / "satchel", bench.base / "old"
    env = bench.satchel_env()
    # Neither side finds anything that this computer has kept.
    settings = Path(env["XDG_CONFIG_HOME"], "satchel", "settings.json")
    settings.parent.mkdir()
    settings.write_text(json.dumps({"cache": "/proc"}))
    bench.satchel_make(plain, before, old, env)
    share = len(_objects(after) - _objects(before)) / len(_objects(after))
    say(f"  update: {share:.1%} of the objects are new")

    def make() -> Sample:
        return bench.satchel_make(plain, after, stick, env)

    def update(*further: str) -> Sample:
        _copy(old, stick)
        remote = bench.repo_file(plain, after)
        command = [*satchel, "update", str(stick), "--remote", str(remote)]
        return measure([*command, "--no-verify", "--yes", *further], env)

    bench.take_turns("update", {"satchel make": make, "satchel": update})
    update("--no-prune")
    copy = bench.base / "copy"
    os.replace(stick, old.with_name("littered"))
    littered = old.with_name("littered")

    def ours() -> Sample:
        _copy(littered, copy)
        return measure([*satchel, "prune", str(copy)], env)

    def theirs() -> Sample:
        _copy(littered, copy)
        repository = copy / ".ostree/repo"
        return measure(["ostree", "prune", "--refs-only", f"--repo={repository}"])

    bench.take_turns("prune", {"ostree prune": theirs, "satchel": ours})
    for path in (stick, old, littered, copy):
        empty(path)


def _objects(upstream: Upstream) -> set[str]:
    return {path.name for path in (upstream.repo / "objects").glob("??/*")}


def _copy(source: Path, target: Path) -> None:
    empty(target)
    call("cp", "-a", str(source), str(target))
    subprocess.run(["sync", "-f", str(target)], check=True)
