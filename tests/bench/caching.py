"""The second drive from the cache, and what filling the cache costs the first."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench.processes import Sample, measure, say
from tests.bench.sides import Bench
from tests.bench.targets import empty
from tests.bench.upstream import Upstream

_READ = """
import os, sys
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from isal import isal_zlib

def read(folder):
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb", buffering=0) as file:
            data = file.read()
        state = sha256()
        if name.endswith(".filez"):
            inflate = isal_zlib.decompressobj(-15)
            data = data[8 + int.from_bytes(data[:4], "big"):]
            while data:
                state.update(inflate.decompress(data, 65536))
                data = inflate.unconsumed_tail
        else:
            state.update(data)

folders = [entry.path for entry in os.scandir(sys.argv[1])]
with ProcessPoolExecutor(2) as pool:
    list(pool.map(read, folders, chunksize=16))
"""
"""What has to be done to every object: hashed, and inflated before; on two processors."""


def cache(bench: Bench, upstream: Upstream) -> None:
    """The cache lies on this computer's disk, the drives on a file system of their own."""
    objects = upstream.repo / "objects"

    def reading() -> Sample:
        python = Path(bench.satchel[0]).with_name("python") if bench.satchel else sys.executable
        return measure([str(python), "-c", _READ, str(objects)])

    def both() -> Sample:
        copy, read = bench.copy(upstream, bench.base / "cp"), reading()
        return Sample(copy.seconds + read.seconds, max(copy.peak_mb, read.peak_mb))

    sides: dict[str, Callable[[], Sample]] = {"cp + sync, and reading": both}
    if bench.satchel:
        warm = bench.satchel_env()
        say("  cache: filling it")
        make(bench, upstream, warm)
        sides["satchel"] = lambda: make(bench, upstream, warm)
        sides["first, keeping"] = lambda: _fresh(bench, upstream, keeping=True)
        sides["first, not keeping"] = lambda: _fresh(bench, upstream, keeping=False)
    reading()
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
