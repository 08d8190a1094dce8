"""What nobody can do without: to write every object, to inflate it and to hash it."""

from __future__ import annotations

from pathlib import Path

from tests.bench.processes import Sample, measure
from tests.bench.sides import Bench
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

_PYTHON = Path(__file__).resolve().parents[2] / ".venv/bin/python"
"""Has isal."""

BOUND = "cp + sync, and reading"


def reading(bench: Bench, upstream: Upstream) -> Sample:
    """Every object inflated and hashed, on two processors."""
    beside = Path(bench.satchel[0]).with_name("python") if bench.satchel else _PYTHON
    python = _PYTHON if _PYTHON.exists() else beside
    return measure([str(python), "-c", _READ, str(upstream.repo / "objects")])


def bound(bench: Bench, upstream: Upstream) -> Sample:
    """Every object copied and flushed, and then every one inflated and hashed."""
    return both(bench.copy(upstream, bench.base / "cp"), reading(bench, upstream))


def both(first: Sample, second: Sample) -> Sample:
    """One after the other."""
    return Sample(first.seconds + second.seconds, max(first.peak_mb, second.peak_mb))
