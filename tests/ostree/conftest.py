"""Repositories made by the real ostree, servers, and a look at what a test left behind."""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.repository import Repository
from tests.kept import kept
from tests.ostree.web import Web
from tests.quick_workers import QuickWorkers

COLLECTION = "org.example.Tests"
REF = "app/org.example.App/x86_64/stable"
BIG = 6 * 1024 * 1024


def ostree(*arguments: str | Path) -> str:
    done = subprocess.run(
        ["ostree", *map(str, arguments)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass(frozen=True)
class Made:
    """A repository and one commit in it."""

    path: Path
    commit: str

    @property
    def commit_bytes(self) -> bytes:
        return self.file(ObjectName(self.commit, ObjectKind.COMMIT)).read_bytes()

    def file(self, name: ObjectName) -> Path:
        return self.path / "objects" / name.path

    def objects(self, *kinds: ObjectKind) -> list[ObjectName]:
        """Everything in the store, of these kinds or all, sorted."""
        names = []
        for path in (self.path / "objects").glob("??/*"):
            name = ObjectName.from_path(path.parent.name, path.name)
            if name is not None and (not kinds or name.kind in kinds):
                names.append(name)
        return sorted(names)

    @property
    def big(self) -> ObjectName:
        """The largest object."""
        return max(self.objects(), key=lambda name: self.file(name).stat().st_size)

    def small(self, kind: ObjectKind = ObjectKind.FILE) -> ObjectName:
        """Some object that is not large."""
        return next(name for name in self.objects(kind) if self.file(name).stat().st_size < 10_000)


def write_ref(repository: Repository, collection: str, name: str, commit: str) -> None:
    """As a job does, for one ref and at once."""
    repository.name_ref(collection, name, repository.stage_ref(commit, "one"))


def make(path: Path, fill: Callable[[Path], None]) -> Made:
    tree = path.with_name(path.name + ".tree")
    tree.mkdir()
    fill(tree)
    ostree("init", f"--repo={path}", "--mode=archive", f"--collection-id={COLLECTION}")
    commit = ostree(
        "commit",
        f"--repo={path}",
        f"--branch={REF}",
        "--owner-uid=0",
        "--owner-gid=0",
        "--add-metadata-string=version=1.0",
        f"--tree=dir={tree}",
    )
    return Made(path, commit)


def fill(tree: Path) -> None:
    rng = random.Random(7)
    for name in ("bin", "lib", "lib/deep", "lib/déjà"):
        (tree / name).mkdir()
    (tree / "empty").touch()
    (tree / "bin/app").write_bytes(b"#!/bin/sh\n")
    (tree / "bin/app").chmod(0o755)
    (tree / "bin/link").symlink_to("../lib/größe")
    (tree / "lib/größe").write_text("ü" * 3000)
    (tree / "lib/deep/zeros").write_bytes(bytes(BIG))
    (tree / "lib/deep/noise").write_bytes(rng.randbytes(BIG))
    for index in range(40):
        (tree / f"lib/déjà/{index:02}").write_bytes(rng.randbytes(rng.randrange(1, 5000)))


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Read-only: shared by all tests."""

    def make_kept(place: Path) -> None:
        place.mkdir()
        make(place / "repo", fill)

    made_from = Path(__file__).read_text(), ostree("--version")
    place = tmp_path_factory.mktemp("upstream") / "made"
    shutil.copytree(kept("ostree", made_from, make_kept), place, symlinks=True)
    path = place / "repo"
    return Made(path, ostree("rev-parse", f"--repo={path}", REF))


@pytest.fixture
def web(upstream: Made) -> Iterator[Web]:
    server = Web(upstream.path)
    yield server
    server.close()


def open_files() -> set[str]:
    files = set()
    for entry in os.listdir("/proc/self/fd"):
        try:
            files.add(f"{entry}:{os.readlink(f'/proc/self/fd/{entry}')}")
        except OSError:
            continue  # the listing's own
    return files


@pytest.fixture
def nothing_left(quick_workers: QuickWorkers) -> Iterator[None]:
    """Fails a test that leaves descriptors or worker threads behind."""
    quick_workers.begin()
    before = open_files()
    yield
    # An expected error holds the frames it came through, and with them a source and its handle.
    gc.collect()
    assert open_files() <= before
    assert not [t.name for t in threading.enumerate() if t.name.startswith("satchel-")]
    # What is there now stays; the next test's collection passes it over.
    gc.freeze()
