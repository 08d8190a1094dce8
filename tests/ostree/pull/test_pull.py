"""Pulling what is there, into what is there: only right objects get their names."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind
from app.ostree.pull import flusher
from app.ostree.pull.delivery import PullResult, Work
from app.ostree.pull.transfer import Transfer
from app.ostree.tree_keys import KnownTrees, checked_tree
from app.progress import Advanced, Cancel, Phase
from tests.ostree.conftest import Made, make, ostree
from tests.ostree.pull.target import Target
from tests.ostree.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]

# The plain case


def test_everything_arrives_as_it_is_upstream(upstream: Made, web: Web, target: Target) -> None:
    result = target.pull(upstream, web.url)
    assert target.same_as(upstream)
    assert target.leftovers() == []
    assert result.objects == len(upstream.objects()) - 1  # the commit was there
    sizes = sum(upstream.file(name).stat().st_size for name in upstream.objects())
    assert result.bytes == sizes - len(upstream.commit_bytes)
    assert target.repository.partial_commits() == {upstream.commit}
    last = target.events[-1]
    assert last == Advanced(Phase.DOWNLOAD, result.objects, result.objects, result.bytes, 0)
    ostree("fsck", f"--repo={target.repository.path}")


def test_nothing_is_asked_for_twice_and_trees_come_first(
    upstream: Made, web: Web, target: Target
) -> None:
    target.pull(upstream, web.url)
    paths = web.paths()
    assert len(paths) == len(set(paths)) == len(upstream.objects()) - 1
    assert paths[0].endswith(".dirtree")


def test_a_local_upstream(upstream: Made, target: Target) -> None:
    result = target.pull(upstream, upstream.path.as_uri())
    assert target.same_as(upstream)
    assert target.leftovers() == []
    assert result.objects == len(upstream.objects()) - 1


def test_without_another_thread_what_comes_is_flushed_at_the_end(
    upstream: Made, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(flusher, "STEP", 1)
    monkeypatch.setattr(threading.Thread, "start", cannot)
    target.pull(upstream, upstream.path.as_uri())
    assert target.same_as(upstream)


def test_what_is_there_is_not_fetched_again(upstream: Made, web: Web, target: Target) -> None:
    target.pull(upstream, web.url)
    web.asked.clear()
    assert target.pull(upstream, web.url) == PullResult(0, 0)
    assert target.pull(upstream, web.url, distrust=True) == PullResult(0, 0)
    assert web.paths() == []
    last = target.events[-1]
    assert isinstance(last, Advanced)
    assert last.objects == last.objects_total


@pytest.mark.parametrize("into", ["link", "file"])
def test_processes_are_quicker_than_the_second_look(
    upstream: Made, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, into: str
) -> None:
    """What stands in place of a directory of objects is out of the way before they write there."""
    begin = Transfer.begin

    def begin_and_hear(transfer: Transfer, work: Work, cancel: Cancel) -> None:
        begin(transfer, work, cancel)
        for worker in transfer._pool.workers:
            if worker.outstanding:
                worker.connection.poll(None)

    monkeypatch.setattr(Transfer, "begin", begin_and_hear)
    known = KnownTrees()
    for name in upstream.objects(ObjectKind.DIRTREE):
        below = checked_tree(name.key, upstream.file(name).read_bytes())
        assert below is not None
        known.below[name.key] = below
    known.there = frozenset()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    objects = target.repository.path / "objects"
    for prefix in {name.path[:2] for name in upstream.objects()}:
        (objects / prefix).mkdir(exist_ok=True)
    # What comes first, so that it is written when the first of it is told.
    replaced = objects / min(name.path[:2] for name in upstream.objects(ObjectKind.DIRTREE))
    replaced.rmdir()
    if into == "link":
        replaced.symlink_to(elsewhere)
    else:
        replaced.write_text("a file")
    target.pull(upstream, upstream.path.as_uri(), known=known)
    assert os.listdir(elsewhere) == []
    assert target.same_as(upstream)


@pytest.mark.thorough
def test_thousands_of_objects(tmp_path: Path, target: Target) -> None:
    def fill(tree: Path) -> None:
        for index in range(2500):
            (tree / f"{index % 50}").mkdir(exist_ok=True)
            (tree / f"{index % 50}/{index}").write_text(f"file {index}")

    made = make(tmp_path / "many", fill)
    web = Web(made.path)
    try:
        assert target.pull(made, web.url).objects == len(made.objects()) - 1
    finally:
        web.close()
    assert target.same_as(made)


# What is there but not right


@pytest.mark.parametrize("local", [False, True])
def test_a_damaged_tree_that_is_there_comes_again(
    upstream: Made, web: Web, target: Target, local: bool
) -> None:
    url = upstream.path.as_uri() if local else web.url
    target.pull(upstream, url)
    for kind in (ObjectKind.DIRTREE, ObjectKind.DIRMETA):
        name = upstream.small(kind)
        (target.repository.path / "objects" / name.path).write_bytes(b"damaged")
    assert target.pull(upstream, url).objects == 2
    assert target.same_as(upstream)


@pytest.mark.parametrize("local", [False, True])
def test_with_distrust_every_present_object_is_read(
    upstream: Made, web: Web, target: Target, local: bool
) -> None:
    url = upstream.path.as_uri() if local else web.url
    target.pull(upstream, url)
    names = [upstream.small(), upstream.big, upstream.small(ObjectKind.DIRTREE)]
    (target.repository.path / "objects" / names[0].path).write_bytes(b"")
    with open((target.repository.path / "objects" / names[1].path), "r+b") as file:
        file.seek(3_000_000)
        file.write(b"xx")
    with open((target.repository.path / "objects" / names[2].path), "r+b") as file:
        file.truncate(10)
    assert target.pull(upstream, url, distrust=True).objects == 3
    assert target.same_as(upstream)


def test_a_pipe_or_a_link_in_place_of_an_object(upstream: Made, web: Web, target: Target) -> None:
    target.pull(upstream, web.url)
    files = [n for n in upstream.objects(ObjectKind.FILE) if n != upstream.big][:2]
    pipe, link = (target.repository.path / "objects" / name.path for name in files)
    pipe.unlink()
    os.mkfifo(pipe)
    link.unlink()
    link.symlink_to("nowhere")
    tree = target.repository.path / "objects" / upstream.small(ObjectKind.DIRTREE).path
    tree.unlink()
    os.mkfifo(tree)
    assert target.pull(upstream, web.url, distrust=True).objects == 3
    assert target.same_as(upstream)
