"""A mirror of an upstream, without sticks; and the objects of that."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.flatpak.remotes.remote import Remote
from app.ostree.objects import Commit, DirTree, ObjectKind, ObjectName
from app.serve.upstream.keeping import Keeper
from app.serve.upstream.mirror import Mirror
from tests.environments import environment_in
from tests.servers import Exchange
from tests.upstream import COLLECTION, Upstream

LIMIT = 1_000_000_000


@contextmanager
def mirror_of(
    upstream: Upstream, url: str, directory: Path, *, limit: int = LIMIT
) -> Iterator[tuple[Mirror, list[object]]]:
    """A mirror without sticks, and what it tells."""
    told: list[object] = []
    remote = Remote("test", url, collection_id=COLLECTION, keys=(upstream.key.public,))
    environment = environment_in(directory)
    with Keeper(environment.cache / "mirror", limit) as keeper:
        keeper.start()
        with Mirror(COLLECTION, None, (), remote, environment, keeper, told.append) as mirror:
            yield mirror, told


def objects_of(
    upstream: Upstream, ref: str
) -> tuple[ObjectName, list[ObjectName], list[ObjectName]]:
    """A ref's commit, the metadata below it and its files."""
    commit = ObjectName(upstream.refs[ref], ObjectKind.COMMIT)
    parsed = Commit.parse(stored(upstream, commit))
    metadata = [ObjectName(parsed.tree_meta, ObjectKind.DIRMETA)]
    files: list[ObjectName] = []
    todo = [ObjectName(parsed.tree, ObjectKind.DIRTREE)]
    while todo:
        tree = todo.pop()
        metadata.append(tree)
        for child in DirTree.parse(stored(upstream, tree)).children():
            if child.kind is ObjectKind.DIRTREE:
                todo.append(child)
            else:
                (files if child.kind is ObjectKind.FILE else metadata).append(child)
    return commit, metadata, files


def stored(upstream: Upstream, name: ObjectName) -> bytes:
    return (upstream.path / "objects" / name.path).read_bytes()


def path_of(name: ObjectName) -> str:
    return f"/objects/{name.path}"


def large(upstream: Upstream) -> ObjectName:
    """The one file that is too large for memory."""
    _, _, files = objects_of(upstream, f"app/org.test.Large/{upstream.arch}/stable")
    return max(files, key=lambda name: len(stored(upstream, name)))


def hello(upstream: Upstream) -> str:
    return f"app/org.test.Hello/{upstream.arch}/stable"


class Held:
    """A rule that sends the ``first`` bytes of a body, and the rest when it may ``go_on``."""

    def __init__(self, first: int) -> None:
        self._first = first
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, exchange: Exchange) -> None:
        body = exchange.body
        exchange.send("200 OK", body[: self._first], length=len(body))
        self.begun.set()
        self.go_on.wait()
        exchange.socket.sendall(body[self._first :])
