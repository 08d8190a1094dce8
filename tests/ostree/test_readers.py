"""Who reads from a repository without its lock."""

from __future__ import annotations

import mmap
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.fs.files import file_system_kind
from app.fs.root import Root
from app.ostree import readers
from app.ostree.object_files import ObjectFiles
from app.ostree.readers import FormerLists, Reader, find_reader
from app.ostree.workers import WorkerPool, one_of_many


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "repo/objects/ab").mkdir(parents=True)
    (tmp_path / "repo/summary").write_bytes(b"first")
    return tmp_path / "repo"


@contextmanager
def another(redirection: str, place: Path) -> Iterator[int]:
    """Another program that has something open, or works somewhere."""
    process = subprocess.Popen(
        ["sh", "-c", f"{redirection}; echo; read end"],
        cwd=place,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process.pid
    finally:
        process.communicate()


@pytest.mark.parametrize("opened", ["exec 5<objects", "exec 5<objects/ab", "exec 5<summary"])
def test_who_has_it_open(repository: Path, tmp_path: Path, opened: str) -> None:
    """Whatever link it is reached by; not those who only are in its directory."""
    (tmp_path / "link").symlink_to(repository)
    root = Root(tmp_path / "link")
    assert find_reader(root) is None
    with another(opened, repository) as pid:
        assert find_reader(root) == Reader("sh", pid)
    (repository / "objects.old").mkdir()
    (repository / "summary.sig").touch()
    with another("exec 5<.. 6<objects.old 7<summary.sig", repository):
        assert find_reader(root) is None


def test_who_goes_by_a_list_of_before(repository: Path) -> None:
    """Mapped only, as flatpak has it at first, and seen by nobody in ``/proc`` perhaps."""
    root = Root(repository)
    with open(repository / "summary", "rb") as file, FormerLists(root) as lists:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        file.close()
        lists.keep()
        root.replace("summary", b"second")
        assert lists.reader() == Reader()
        mapped.close()
        assert lists.reader() is None
        lists.keep()
        root.replace("summary", b"third")
        descriptor = os.open(repository / "summary", os.O_RDONLY)
        assert lists.reader() is None
        os.close(descriptor)


def test_a_network_that_refuses_every_lease_tells_of_nobody(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Root(repository)
    with open(repository / "summary", "rb") as other, FormerLists(root) as lists:
        lists.keep()
        root.replace("summary", b"second")
        assert lists.reader() == Reader()
        kind = file_system_kind(other.fileno())
        monkeypatch.setattr(readers, "_DISTANT", frozenset({kind}))
        assert lists.reader() is None


def read_on(connection: Connection, objects: Root) -> None:
    with ObjectFiles(objects):
        connection.send(os.getppid())
        connection.recv()


def test_processes_that_work_for_this_one_are_no_readers(repository: Path) -> None:
    """Also where another one forked them."""
    root = Root(repository)
    with one_of_many(), WorkerPool(read_on, root.below("objects"), patience=0) as pool:
        assert pool.workers[0].receive() != os.getpid()
        assert find_reader(root) is None
