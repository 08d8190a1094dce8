"""What is made once and kept on this computer: signing keys and upstreams; or once a test run.

An entry is named by the digest of all that it is made from, so whatever changes makes another one.
Test runs and their workers share the entries under a lock; each works on a copy. The directory may
be deleted by anybody while no tests run. What has not been used for a month goes by itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import inspect
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import build_contents, gpg, upstream
from tests.gpg import SigningKey
from tests.upstream import COLLECTION, Upstream, host_arch

_STATE = "state.json"
_TREE = "tree"
_MONTH = 30 * 86400


def directory() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "satchel-tests"


def kept(name: str, made_from: object, make: Callable[[Path], None]) -> Path:
    """A directory that only ``make`` has written to, now or in a run before; read-only.

    ``made_from``: whatever it depends on, as ``repr`` tells it.
    """
    digest = hashlib.sha256(repr(made_from).encode()).hexdigest()[:32]
    entry = directory() / f"{name}-{digest}"
    with _locked(entry):
        if not entry.exists():
            _tidy()
            _make(entry, make)
        os.utime(entry)
    return entry


def once_a_run(name: str, temporary: Path, make: Callable[[Path], None]) -> Path:
    """The same for the processes of this test run, in whose directory it is.

    ``temporary``: pytest's own directory for this process.
    """
    entry = (temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary) / name
    with _locked(entry):
        if not entry.exists():
            _make(entry, make)
    return entry


def kept_key(user_id: str) -> SigningKey:
    """A plain `SigningKey`; its home is this process's own, until it is closed."""

    def make(place: Path) -> None:
        key = SigningKey(user_id)
        try:
            key.stop_agent()
            shutil.copytree(
                key.homedir, place / _TREE, ignore=shutil.ignore_patterns("S.*", "*.lock")
            )
            (place / _STATE).write_text(json.dumps(key.state()))
        finally:
            key.close()

    made_from = (_source(gpg), _version("gpg"), user_id)
    entry = kept("key", made_from, make)
    return SigningKey.restored(entry / _TREE, json.loads((entry / _STATE).read_text()))


def kept_upstream(
    place: Path,
    key: SigningKey,
    fill: Callable[[Upstream], object],
    collection: str = COLLECTION,
    *,
    signed: bool = True,
) -> Upstream:
    """An upstream at ``place`` that ``fill`` has filled; it may be changed.

    ``fill`` may use nothing but what is in its module, in `tests.upstream` and in
    `tests.build_contents`.
    """

    def make(new: Path) -> None:
        made = Upstream(new / _TREE, key, collection, signed=signed)
        fill(made)
        (new / _STATE).write_text(json.dumps(made.state()))

    made_from = (
        *(_source(module) for module in (upstream, build_contents, gpg)),
        Path(inspect.getfile(fill)).read_text(),
        fill.__qualname__,
        *(_version(tool) for tool in ("flatpak", "ostree", "gpg")),
        platform.python_version(),
        [(name, path.stat().st_mtime_ns) for name, path in build_contents.programs()],
        (key.public, collection, host_arch(), signed),
    )
    entry = kept("upstream", made_from, make)
    shutil.copytree(entry / _TREE, place, symlinks=True)
    return Upstream.restored(place, key, collection, json.loads((entry / _STATE).read_text()))


@functools.cache
def _source(module: object) -> str:
    return inspect.getsource(module)  # type: ignore[arg-type]


@functools.cache
def _version(tool: str) -> str:
    return subprocess.run([tool, "--version"], check=True, capture_output=True, text=True).stdout


def _make(entry: Path, make: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory(prefix=".new-", dir=entry.parent) as new:
        make(Path(new, "entry"))
        Path(new, "entry").rename(entry)


@contextlib.contextmanager
def _locked(entry: Path) -> Iterator[None]:
    entry.parent.mkdir(parents=True, exist_ok=True)
    with open(entry.with_name(f"{entry.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tidy() -> None:
    """Remove what nobody has used for long."""
    for path in directory().iterdir():
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < time.time() - _MONTH:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
