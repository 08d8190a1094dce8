"""What nobody can do without: to write every object, and to inflate or deflate it and hash it."""

from __future__ import annotations

from pathlib import Path

from tests.bench.processes import Sample, measure
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

_PACK = """
import os, subprocess, sys
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from isal import isal_zlib

source, target = sys.argv[1:]

def pack(folder):
    os.mkdir(f"{target}/{folder}")
    for name in os.listdir(f"{source}/{folder}"):
        path = f"{source}/{folder}/{name}"
        if os.path.islink(path):
            continue
        is_file = name.endswith(".file")
        state = sha256()
        packer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
        with open(path, "rb", 0) as read, open(f"{target}/{folder}/{name}", "wb", 0) as write:
            while data := read.read(1 << 20):
                state.update(data)
                write.write(packer.compress(data) if is_file else data)
            if is_file:
                write.write(packer.flush())

folders = os.listdir(source)
os.mkdir(target)
with ProcessPoolExecutor(2) as pool:
    list(pool.map(pack, folders, chunksize=16))
subprocess.run(["sync", "-f", target], check=True)
"""

_PYTHON = Path(__file__).resolve().parents[2] / ".venv/bin/python"
"""Has isal."""

BOUND = "cp + sync, and reading"


def reading(bench: Bench, upstream: Upstream) -> Sample:
    """Every object inflated and hashed, on two processors."""
    return measure([_python(bench), "-c", _READ, str(upstream.repo / "objects")])


def packing(bench: Bench, installed: Path, target: Path) -> Sample:
    """Every file of a repository where flatpak installs hashed, deflated and written, on two
    processors, and flushed."""
    empty(target)
    return measure([_python(bench), "-c", _PACK, str(installed / "objects"), str(target)])


def _python(bench: Bench) -> str:
    beside = Path(bench.satchel[0]).with_name("python") if bench.satchel else _PYTHON
    return str(_PYTHON if _PYTHON.exists() else beside)


def bound(bench: Bench, upstream: Upstream) -> Sample:
    """Every object copied and flushed, and then every one inflated and hashed."""
    return both(bench.copy(upstream, bench.base / "cp"), reading(bench, upstream))


def both(first: Sample, second: Sample) -> Sample:
    """One after the other."""
    return Sample(first.seconds + second.seconds, max(first.peak_mb, second.peak_mb))
