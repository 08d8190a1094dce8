"""Who needs which object, however many share it."""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any

from app.formats.gvariant import serialise
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.progress import CancelToken, Meter, Phase, silent
from app.stick.inspecting.size_walk import SizeWalk
from tests.stick.forge import DIRTREE_TYPE

META = "f" * 64


class Shelf(Repository):
    """A repository in memory; counts how often each tree is read."""

    def __init__(self) -> None:
        self.trees: dict[str, tuple[list[str], list[str]]] = {}
        self.commits: dict[str, str] = {}
        self.read: Counter[str] = Counter()

    def read_object(self, name: ObjectName) -> bytes:
        self.read[name.checksum] += 1
        files, trees = self.trees[name.checksum]
        return serialise(
            DIRTREE_TYPE,
            (
                [(f"f{number:03}", bytes.fromhex(file)) for number, file in enumerate(files)],
                [
                    (f"t{number:03}", bytes.fromhex(tree), bytes.fromhex(META))
                    for number, tree in enumerate(trees)
                ],
            ),
        )

    def read_commit(self, checksum: str) -> Any:
        return SimpleNamespace(tree=self.commits[checksum], tree_meta=META)

    def walk(self, gone: set[bytes] | None = None) -> SizeWalk:
        names = [ObjectName(META, ObjectKind.DIRMETA)]
        names += [ObjectName(commit, ObjectKind.COMMIT) for commit in self.commits]
        for tree, (files, _) in self.trees.items():
            names.append(ObjectName(tree, ObjectKind.DIRTREE))
            names += [ObjectName(file, ObjectKind.FILE) for file in files]
        objects = {name.key: 1 for name in names if name.key not in (gone or set())}
        walk = SizeWalk(self, objects, Meter(silent, Phase.SIZES), CancelToken())
        walk.follow(list(self.commits))
        return walk


def _name(number: int) -> str:
    return f"{number:064x}"


def _below(shelf: Shelf, commit: str) -> set[bytes]:
    reached = {ObjectName(commit, ObjectKind.COMMIT).key, ObjectName(META, ObjectKind.DIRMETA).key}
    todo = [shelf.commits[commit]]
    while todo:
        tree = todo.pop()
        key = ObjectName(tree, ObjectKind.DIRTREE).key
        if key not in reached:
            reached.add(key)
            files, trees = shelf.trees[tree]
            reached.update(ObjectName(file, ObjectKind.FILE).key for file in files)
            todo += trees
    return reached


def test_the_same_as_going_through_each_commit() -> None:
    chance = random.Random(5)
    for _ in range(40):
        shelf = Shelf()
        trees = [_name(1000 + number) for number in range(12)]
        for place, tree in enumerate(trees):
            later = trees[place + 1 :]
            files = [_name(2000 + chance.randrange(15)) for _ in range(3)]
            shelf.trees[tree] = files, chance.sample(later, min(len(later), 3))
        shelf.commits = {_name(number): chance.choice(trees[:6]) for number in range(5)}
        gone = {ObjectName(_name(2000 + chance.randrange(15)), ObjectKind.FILE).key}
        walk = shelf.walk(gone)
        commits = list(shelf.commits)
        below = [_below(shelf, commit) for commit in commits]
        assert walk.complete == [not keys & gone for keys in below]
        for key in set().union(*below) - gone:
            users = [number for number, keys in enumerate(below) if key in keys]
            assert list(walk.sets.commits(walk.users[key])) == users
        assert not gone & walk.users.keys()
        assert set(shelf.read.values()) == {1}


def test_many_commits_that_share_a_tree() -> None:
    """What they have in common is passed once, and the set of them is kept once."""
    shelf = Shelf()
    shelf.trees = {_name(1): ([_name(2000 + number) for number in range(500)], [])}
    for number in range(300):
        shelf.trees[_name(5000 + number)] = ([], [_name(1)])
        shelf.commits[_name(10_000 + number)] = _name(5000 + number)
    walk = shelf.walk()
    shared = {
        walk.users[ObjectName(file, ObjectKind.FILE).key] for file in shelf.trees[_name(1)][0]
    }
    assert len(shared) == 1
    assert walk.sets.count(shared.pop()) == 300
    assert shelf.read[_name(1)] == 1


def test_trees_that_go_in_circles() -> None:
    """Nothing is checked here, so somebody may have made them."""
    shelf = Shelf()
    shelf.trees = {_name(1): ([_name(9)], [_name(2)]), _name(2): ([], [_name(1), _name(2)])}
    shelf.commits = {_name(3): _name(1), _name(4): _name(2)}
    walk = shelf.walk()
    assert ObjectName(_name(9), ObjectKind.FILE).key in walk.users
