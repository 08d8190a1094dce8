"""The second drive from the cache, and what filling the cache costs the first."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.bench.bounds import BOUND, bound, reading
from tests.bench.processes import Sample, say
from tests.bench.sides import Bench
from tests.bench.targets import empty
from tests.bench.upstream import Upstream


def cache(bench: Bench, upstream: Upstream) -> None:
    """The cache lies on this computer's disk, the drives on a file system of their own."""
    sides: dict[str, Callable[[], Sample]] = {BOUND: lambda: bound(bench, upstream)}
    if bench.satchel:
        warm = bench.satchel_env()
        say("  cache: filling it")
        make(bench, upstream, warm)
        sides["satchel"] = lambda: make(bench, upstream, warm)
        sides["first, keeping"] = lambda: _fresh(bench, upstream, keeping=True)
        sides["first, not keeping"] = lambda: _fresh(bench, upstream, keeping=False)
    reading(bench, upstream)
    bench.take_turns("cache", sides)
    for name in ("satchel", "cp"):
        empty(bench.base / name)


def make(bench: Bench, upstream: Upstream, env: dict[str, str]) -> Sample:
    return bench.satchel_make(bench.server.plain, upstream, bench.base / "satchel", env)


def _fresh(bench: Bench, upstream: Upstream, *, keeping: bool) -> Sample:
    """A computer that has nothing yet; what it keeps is removed again."""
    env = bench.satchel_env()
    if not keeping:
        settings = Path(env["XDG_CONFIG_HOME"], "satchel", "settings.json")
        settings.parent.mkdir()
        # Nothing can be kept there.
        settings.write_text(json.dumps({"cache": "/proc"}))
    sample = make(bench, upstream, env)
    shutil.rmtree(Path(env["XDG_CACHE_HOME"]))
    return sample
