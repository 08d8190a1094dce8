"""What a process beside has read is what is there, whatever becomes of it."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.fs.root import Root
from app.ostree import reading_ahead, workers
from app.ostree.object_files import ObjectFiles
from app.ostree.objects import ObjectKind, kind_key
from app.ostree.reading_ahead import ReadingAhead
from app.ostree.tree_keys import checked_tree
from app.ostree.workers import Process, Worker
from app.stick.writing.lists_beside import ListsBeside
from tests.ostree.conftest import Made

_TREE = kind_key(ObjectKind.DIRTREE)[0]


def tell(connection: Connection) -> None:
    connection.send(os.getpid())


def fail(_connection: Connection, *_arguments: object) -> bool:
    raise OverflowError


def nothing(_connection: Connection) -> bool:
    return True


def test_it_reads_what_is_there(upstream: Made, tmp_path: Path) -> None:
    shutil.copytree(upstream.path / "objects", tmp_path / "objects")
    objects = Root(tmp_path / "objects")
    with ObjectFiles(objects) as files:
        keys = frozenset(files.keys())
        sizes = files.sizes(keys)
        trees = dict(files.read_many(key for key in keys if key[0] == _TREE))
    damaged, empty = sorted(trees)[:2]
    places = [tmp_path / "objects" / path for path in map(_path, (damaged, empty))]
    places[0].write_bytes(b"damaged")
    places[1].write_bytes(b"")
    right = {key: checked_tree(key, data) for key, data in trees.items()}
    with ReadingAhead(objects) as ahead:
        # The last first: the others are waited for.
        told = ahead.sizes
        assert told == {key: size for key, size in {**sizes, damaged: 7}.items() if key != empty}
        assert ahead.keys == keys
        assert ahead.trees == {
            key: below for key, below in right.items() if key not in (damaged, empty)
        }


def _path(key: bytes) -> str:
    digits = key[1:].hex()
    return f"{digits[:2]}/{digits[2:]}.dirtree"


def test_what_was_killed_is_of_no_use(upstream: Made) -> None:
    with ReadingAhead(Root(upstream.path).below("objects")) as ahead:
        assert ahead._worker is not None
        number = ahead._worker.taken[0].pid
        os.kill(number, signal.SIGKILL)
        # Unless it was too late.
        assert ahead.keys is None or ahead.keys
        assert ahead.sizes is None or ahead.sizes
        ahead.spare()
    worker = Worker(tell)
    assert worker.receive() != number
    worker.dismiss()
    worker.join(30)


def test_there_is_nothing_to_read(upstream: Made) -> None:
    with ReadingAhead(Root(upstream.path).below("nowhere")) as ahead:
        assert ahead.keys is None
        assert ahead.sizes is None


def test_its_process_does_other_work_then(upstream: Made) -> None:
    with ReadingAhead(Root(upstream.path).below("objects")) as ahead:
        assert ahead._worker is not None
        number = ahead._worker.taken[0].pid
        assert ahead.sizes
        ahead.spare()
        for same in (True, False):
            worker = Worker(tell)
            assert (worker.receive() == number) is same
            worker.dismiss()
            worker.join(30)


def test_nobody_had_other_work(upstream: Made) -> None:
    with ReadingAhead(Root(upstream.path).below("objects")) as ahead:
        assert ahead._worker is not None
        number = ahead._worker.taken[0].pid
        assert ahead.sizes
        ahead.spare()
    worker = Worker(tell)
    assert worker.receive() != number
    worker.dismiss()
    worker.join(30)


def test_whatever_goes_wrong_there_is_seen_again_here(
    upstream: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_ahead, "_read", fail)
    with ReadingAhead(Root(upstream.path).below("objects")) as ahead:
        assert (ahead.keys, ahead.sizes) == (None, None)
    ListsBeside(Worker(fail)).wait()


def test_where_no_process_can_be_started_nothing_is_read_ahead(
    upstream: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(_descriptor: int) -> Process:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(workers, "start_process", cannot)
    with ReadingAhead(Root(upstream.path).below("objects")) as ahead:
        ahead.spare()
        assert (ahead.keys, ahead.sizes) == (None, None)
