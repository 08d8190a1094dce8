"""How much is left of real commits of which any part is on a drive already."""

from __future__ import annotations

import random
import shutil
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.drive.space import Space
from app.fs.root import Root
from app.message import NOTHING
from app.ostree.objects import Commit, ObjectKind, ObjectName, check_metadata, commit_children
from app.ostree.repository import Repository
from app.replacing import replace
from app.stick.planning.estimate import estimate
from app.stick.planning.plan import Action, Item
from app.stick.planning.present_objects import PresentObjects
from app.stick.planning.sizes import Estimate
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
REFS = (
    f"app/org.test.Hello/{ARCH}/stable",
    f"app/org.test.Large/{ARCH}/stable",
    f"runtime/org.test.Platform/{ARCH}/1",
    f"runtime/org.test.Hello.Locale/{ARCH}/stable",
)
SPACE = Space(Path("/nowhere"), "ext4", 4096, 10**10, 10**10, None, None, read_only=False)
DIRECTORY = 350
"""Bytes that a tree is taken for that nobody knows."""
LINK = 200


class Halfway:
    """A drive that an interrupted job has left, and what it should still bring."""

    def __init__(self, upstream: Upstream, directory: Path, refs: tuple[str, ...]) -> None:
        self.source = upstream.path / "objects"
        self.refs = refs
        directory.mkdir()
        self.repository = Repository.create(Root(directory))
        self.commits = {upstream.refs[ref]: self._commit(upstream.refs[ref]) for ref in refs}
        self.items = [
            Item(
                "org.test.Upstream",
                ref,
                upstream.refs[ref],
                None,
                Action.ADD,
                chosen=True,
                reason=NOTHING,
                download_size=self._claimed(upstream.refs[ref]),
            )
            for ref in refs
        ]
        self.order = self._ordered()

    def _commit(self, checksum: str) -> bytes:
        return (self.source / ObjectName(checksum, ObjectKind.COMMIT).path).read_bytes()

    def _claimed(self, checksum: str) -> int:
        value = Commit.parse(self._commit(checksum)).metadata.get("xa.download-size", "t", 0)
        return int.from_bytes(value.to_bytes(8, "little"), "big")

    def _ordered(self) -> list[ObjectName]:
        """As a job brings them: what is above before what is below."""
        todo = [
            child for data in self.commits.values() for child in commit_children(Commit.parse(data))
        ]
        ordered: dict[ObjectName, None] = {}
        while todo:
            name = todo.pop(0)
            if name not in ordered:
                ordered[name] = None
                if name.kind is not ObjectKind.FILE:
                    todo += check_metadata(name, (self.source / name.path).read_bytes())
        return sorted(ordered, key=lambda name: name.kind is ObjectKind.FILE)

    def bring(self, names: list[ObjectName]) -> None:
        for name in names:
            target = self.repository.path / "objects" / name.path
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(self.source / name.path, target)

    def size(self, names: list[ObjectName]) -> int:
        return sum((self.source / name.path).stat().st_size for name in names)

    def estimated(self) -> Estimate:
        present = PresentObjects.of(self.repository)
        return estimate(self.items, self.commits, present, (), SPACE)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("halfway")


numbers = count()


@given(
    refs=st.sets(st.sampled_from(REFS), min_size=1).map(lambda refs: tuple(sorted(refs))),
    share=st.floats(0, 1),
    holes=st.floats(0, 0.5),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_what_is_left(
    default_upstream: Upstream,
    places: Path,
    refs: tuple[str, ...],
    share: float,
    holes: float,
    seed: int,
) -> None:
    halfway = Halfway(default_upstream, places / str(next(numbers)), refs)
    dice = random.Random(seed)
    reached = halfway.order[: int(share * len(halfway.order))]
    # Files come in any order, and so may the trees of another job.
    there = [name for name in reached if dice.random() >= holes]
    halfway.bring(there)
    left = [name for name in halfway.order if name not in set(there)]
    cost = halfway.estimated()
    commits = sum(map(len, halfway.commits.values()))
    files = [name for name in left if name.kind is ObjectKind.FILE]
    # Whatever is not known, no file is forgotten. Upstream does not count links.
    assert cost.fetch >= halfway.size(files) + commits - LINK * len(there)
    whole = sum(item.download_size for item in halfway.items)
    assert cost.fetch <= whole + commits + DIRECTORY * (cost.objects + len(halfway.order))
    if cost.exact:
        assert cost.files == len(left) + 2 * len(halfway.commits)
        assert cost.there == halfway.size(there)
        assert cost.fetch - commits <= halfway.size(files) + 3_000 + DIRECTORY * len(left)
        assert cost.least <= cost.write
        assert cost.least >= 4096 * len(left)
    trees = [name for name in left if name.kind is ObjectKind.DIRTREE]
    assert cost.exact is not bool(trees)
    shutil.rmtree(halfway.repository.path)


def test_everything_is_there(default_upstream: Upstream, tmp_path: Path) -> None:
    halfway = Halfway(default_upstream, tmp_path / "repo", REFS)
    halfway.bring(halfway.order)
    cost = halfway.estimated()
    assert cost.exact
    assert cost.fetch == sum(map(len, halfway.commits.values()))
    assert cost.there == halfway.size(halfway.order)


def test_a_name_without_content_is_not_there(default_upstream: Upstream, tmp_path: Path) -> None:
    """As a power cut leaves it."""
    halfway = Halfway(default_upstream, tmp_path / "repo", (REFS[1],))
    halfway.bring(halfway.order)
    largest = max(halfway.order, key=lambda name: halfway.size([name]))
    (halfway.repository.path / "objects" / largest.path).write_bytes(b"")
    assert halfway.estimated().fetch >= halfway.size([largest])


def test_a_damaged_tree_hides_what_is_below_it(default_upstream: Upstream, tmp_path: Path) -> None:
    halfway = Halfway(default_upstream, tmp_path / "repo", (REFS[1],))
    halfway.bring(halfway.order)
    root = Commit.parse(next(iter(halfway.commits.values()))).tree
    path = halfway.repository.path / "objects" / ObjectName(root, ObjectKind.DIRTREE).path
    path.write_bytes(path.read_bytes()[:-1])
    cost = halfway.estimated()
    assert not cost.exact
    assert cost.fetch >= halfway.items[0].download_size


def test_the_part_of_a_large_file(default_upstream: Upstream, tmp_path: Path) -> None:
    halfway = Halfway(default_upstream, tmp_path / "repo", (REFS[1],))
    largest = max(halfway.order, key=lambda name: halfway.size([name]))
    halfway.bring([name for name in halfway.order if name != largest])
    whole = halfway.estimated()
    part = (halfway.source / largest.path).read_bytes()[:2_000_000]
    (halfway.repository.path / "tmp" / f"satchel-{largest}").write_bytes(part)
    rest = halfway.estimated()
    assert whole.fetch - rest.fetch == rest.there - whole.there == len(part)
    assert whole.write - rest.write >= len(part) - 4096
    assert whole.total == rest.total


def test_of_two_that_share_each_object_counts_once(
    default_upstream: Upstream, tmp_path: Path
) -> None:
    halfway = Halfway(default_upstream, tmp_path / "repo", (REFS[1],))
    halfway.bring([name for name in halfway.order if name.kind is not ObjectKind.FILE])
    single = halfway.estimated()
    twin = replace(halfway.items[0], ref=REFS[0])
    halfway.items.append(twin)
    both = halfway.estimated()
    assert (both.fetch, both.there, both.objects) == (single.fetch, single.there, single.objects)
    assert (both.parts[1].fetch, both.parts[1].there) == (0, 0)
