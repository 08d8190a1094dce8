"""A drive that is copied, and one that is repaired, against the least that has to be done."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

from tests.bench.bounds import BOUND, bound
from tests.bench.processes import Sample, call, measure, say
from tests.bench.sides import Bench
from tests.bench.targets import empty
from tests.bench.upstream import Upstream

_MISSING = 0.01
_FLIPPED = 0.01
"""Of the objects."""


def clone(bench: Bench, upstream: Upstream) -> None:
    """Without the check at the end, as the pulls are."""
    satchel = bench.satchel or []
    original, copy = bench.base / "original", bench.base / "satchel"
    env = bench.satchel_env()
    bench.satchel_make(bench.server.plain, upstream, original, env)

    def ours() -> Sample:
        empty(copy)
        copy.mkdir()
        return measure([*satchel, "clone", str(original), str(copy), "--no-verify", "--yes"], env)

    bench.take_turns("clone", {BOUND: lambda: bound(bench, upstream), "satchel": ours})
    for path in (original, copy, bench.base / "cp"):
        empty(path)


def repair(bench: Bench, upstream: Upstream) -> None:
    """From the cache, checked before and after, against making the drive anew from there."""
    satchel = bench.satchel or []
    stick, damaged = bench.base / "satchel", bench.base / "damaged"
    plain, env = bench.server.plain, bench.satchel_env()
    bench.satchel_make(plain, upstream, damaged, env)
    say(f"  repair: {_damage(damaged)} objects are damaged")

    def ours() -> Sample:
        empty(stick)
        call("cp", "-a", str(damaged), str(stick))
        subprocess.run(["sync", "-f", str(stick)], check=True)
        remote = bench.repo_file(plain, upstream)
        return measure([*satchel, "repair", str(stick), "--remote", str(remote), "--yes"], env)

    def anew() -> Sample:
        return bench.satchel_make(plain, upstream, stick, env, checked=True)

    sides = {BOUND: lambda: bound(bench, upstream), "making it anew": anew, "satchel": ours}
    bench.take_turns("repair", sides)
    for path in (stick, damaged, bench.base / "cp"):
        empty(path)


def _damage(stick: Path) -> int:
    """Some objects go, some change; how many."""
    rng = random.Random(11)
    objects = sorted((stick / ".ostree/repo/objects").glob("??/*.filez"))
    missing = rng.sample(objects, int(len(objects) * _MISSING))
    flipped = rng.sample(sorted({*objects} - {*missing}), int(len(objects) * _FLIPPED))
    for path in missing:
        path.unlink()
    for path in flipped:
        with path.open("r+b") as file:
            file.seek(-2, os.SEEK_END)
            byte = file.read(1)
            file.seek(-2, os.SEEK_END)
            file.write(bytes([byte[0] ^ 1]))
    return len(missing) + len(flipped)
