"""Very many objects go, whoever helps; what is no object stays."""

from __future__ import annotations

import errno
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.errors import InterruptedByUser
from app.fs.root import Root
from app.message import Message
from app.ostree import removing
from app.ostree.object_files import ObjectFiles
from app.ostree.objects import ObjectKind, key_path, kind_key
from app.ostree.reach import ObjectReach
from app.ostree.tree_keys import KnownTrees
from app.ostree.workers import Prepared, WorkerFunction, lent
from tests.ostree.conftest import Made

TREE = kind_key(ObjectKind.DIRTREE)


@pytest.fixture
def objects(upstream: Made, tmp_path: Path) -> Root:
    shutil.copytree(upstream.path / "objects", tmp_path / "objects")
    return Root(tmp_path / "objects")


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removing, "_MANY", 1)
    monkeypatch.setattr(removing, "_PART", 1)


def keys_of(objects: Root) -> list[bytes]:
    with ObjectFiles(objects) as files:
        return sorted(files.keys())


@pytest.mark.parametrize("helped", [False, True], ids=["alone", "helped"])
def test_all_go_but_what_stands_in_a_place_of_theirs(objects: Root, helped: bool) -> None:
    keys = keys_of(objects)
    blocked = {keys[0], keys[-1]}
    for key in blocked:
        path = objects.base / key_path(key)
        path.unlink()
        path.mkdir()
    with Prepared(removing.__name__) if helped else nullcontext():
        for _ in range(2):  # They are spare again, and what has gone is gone.
            with removing.removing(objects, len(keys)) as remove:
                told = [key for some in remove(keys) for key in some]
            assert sorted(told) == keys
            with lent() as helpers:
                assert bool(helpers) is helped
    assert set(keys_of(objects)) == blocked


@pytest.fixture
def few_files(objects: Root) -> Iterator[None]:
    """No more may be open than some of the directories are."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    next_one = os.open("/", os.O_RDONLY)
    os.close(next_one)
    assert len(objects.names(".")) > 20
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_one + 10, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("few_files")
def test_all_go_where_few_files_may_be_open(objects: Root) -> None:
    with removing.removing(objects, 1) as remove:
        list(remove(keys_of(objects)))
    assert not keys_of(objects)


def stop_removing(objects: Root, keys: list[bytes]) -> None:
    with removing.removing(objects, len(keys)) as remove:
        for _ in remove(keys):
            raise InterruptedByUser(Message("Stopped as you asked."))


def test_who_stops_stops_whoever_helps(objects: Root) -> None:
    keys = keys_of(objects)
    with Prepared(removing.__name__):
        with pytest.raises(InterruptedByUser):
            stop_removing(objects, keys)
        with lent() as helpers:
            assert not helpers


def ended(*_: object) -> bool:
    return False


def failed(connection: Connection, _objects: Root) -> bool:
    """As one whose part of the job before comes to a bad end only now."""
    connection.recv()
    raise OSError(errno.ENOSPC, "elsewhere")


def left(connection: Connection, objects: Root) -> bool:
    """One that says something of what it did before."""
    connection.send("left")
    return removing.remove_told(connection, objects)


@pytest.mark.parametrize("helper", [ended, failed, left])
def test_all_go_whatever_becomes_of_whoever_helps(
    objects: Root, monkeypatch: pytest.MonkeyPatch, helper: WorkerFunction
) -> None:
    monkeypatch.setattr(removing, "remove_told", helper)
    keys = keys_of(objects)
    with Prepared(__name__):
        with removing.removing(objects, len(keys)) as remove:
            for part in keys[:9], keys[9:]:
                assert sorted(key for some in remove(part) for key in some) == part
                assert not set(keys_of(objects)).intersection(part)
        with lent() as helpers:
            assert len(helpers) == (2 if helper is left else 1)
    assert not keys_of(objects)


def rows(objects: Root, keys: list[bytes]) -> Iterator[list[bytes]]:
    with ObjectReach(objects) as reach:
        for step in reach.parents_first(keys):
            yield from step


def test_no_object_outlasts_what_it_needs(objects: Root) -> None:
    keys = keys_of(objects)
    gone: set[bytes] = set()
    with ObjectReach(objects) as reach:
        for row in rows(objects, keys):
            needed = {below for key in row for below in reach.below(key) or ()}
            assert needed.isdisjoint(gone)
            assert needed.isdisjoint(row)
            gone.update(row)
    assert gone == set(keys)


def test_trees_that_lie_very_deep_are_put_in_order_as_well() -> None:
    """As nobody makes them, but may put them on a drive."""
    trees = [TREE + number.to_bytes(32) for number in range(50_000)]
    known = KnownTrees()
    known.below = {above: (below,) for above, below in pairwise(trees)} | {trees[-1]: ()}
    with ObjectReach(Root(Path("/")), known, present=frozenset(trees)) as reach:
        commits, rows, rest = reach.parents_first(trees)
    assert rows == [[tree] for tree in trees]
    assert not any((*commits, *rest))
