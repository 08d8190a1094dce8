"""Objects of other repositories on this computer: as an archive has them, and never believed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.errors import InterruptedByUser
from app.ostree import workers
from app.ostree.content import unpack_content
from app.ostree.objects import Commit, ObjectKind, ObjectName, child_keys
from app.ostree.pull import near_objects
from app.ostree.pull.delivery import ObjectNotKeptError
from app.ostree.pull.fetch import KeptSource, open_source
from app.ostree.pull.kept_trees import KeptTrees, Lack
from app.ostree.pull.near_objects import NearObjects, NearPlace
from app.ostree.stored_sums import SumsTaken, split_sums
from app.ostree.workers import Process
from app.progress import CancelToken, Event, Meter, Phase, heeding
from tests.ostree.conftest import BIG, Made, ostree
from tests.ostree.pull.target import QUICK, Target
from tests.ostree.web import Web
from tests.privileges import AS_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]

NOBODY = KeptSource("http://nobody.invalid", lambda _path: None)


def repository(path: Path, made: Made, mode: str) -> NearPlace:
    """What libostree makes of it in another mode."""
    ostree("init", f"--repo={path}", f"--mode={mode}")
    ostree("pull-local", f"--repo={path}", made.path, made.commit)
    place = NearPlace.at(path)
    assert place is not None
    return place


@pytest.mark.parametrize(
    "mode",
    [
        "bare-user-only",
        pytest.param("bare-user", marks=pytest.mark.thorough),
        pytest.param("archive", marks=pytest.mark.thorough),
        pytest.param(
            "bare",
            marks=[pytest.mark.thorough, AS_ROOT],
        ),
    ],
)
def test_every_object_becomes_what_upstream_has(
    upstream: Made, target: Target, tmp_path: Path, mode: str
) -> None:
    place = repository(tmp_path / "near", upstream, mode)
    sums = SumsTaken()
    result = target.pull_from(NOBODY, upstream, near=[place], sums=sums)
    assert result.objects == result.kept == len(upstream.objects()) - 1
    assert result.bytes == result.kept_bytes
    assert target.wrong() == target.leftovers() == []
    names = set(map(str, upstream.objects()))
    assert names == {p.parent.name + p.name for p in target.repository.path.glob("objects/??/*")}
    big = upstream.big
    came = split_sums(sums.inside(big.checksum[:2]))
    assert came[big.key[2:]] == _digest(target, big)
    ostree("fsck", f"--repo={target.repository.path}", "--delete")
    if not place.packed:
        small = (target.repository.path / "objects" / upstream.small().path).read_bytes()
        content = unpack_content(small)[2]
        # What needs no more than a block anyway is not packed.
        assert content
        assert small.endswith(content)


@pytest.mark.parametrize(
    "mode", ["bare-user-only", pytest.param("archive", marks=pytest.mark.thorough)]
)
def test_trees_that_were_looked_at_need_not_be_read_again(
    upstream: Made, tmp_path: Path, mode: str
) -> None:
    """But for those of the drive: one that is damaged there has to come again."""
    place = repository(tmp_path / "near", upstream, mode)
    commit = Commit.parse(upstream.commit_bytes)
    trees = {name.key for name in upstream.objects(ObjectKind.DIRTREE)}
    kept = KeptTrees(tmp_path / "cache", (), [place])
    assert kept.lack(commit) == Lack(0, len(upstream.objects()) - 1)
    assert kept.trees.below.keys() == trees
    # Nor is it put together again what the commit needs.
    tops = child_keys(commit)
    top_key = ObjectName(upstream.commit, ObjectKind.COMMIT).key
    all_below = {name.key for name in upstream.objects()} - {top_key}
    kept.trees.below.clear()
    assert kept.trees.whole(tops) == frozenset(all_below)
    there = min(trees)
    kept = KeptTrees(tmp_path / "cache", {there}, [place])
    assert not kept.lack(commit)
    assert kept.trees.below.keys() == trees - {there}
    assert kept.trees.whole(tops) is None
    top, _ = tops
    left = KeptTrees(tmp_path / "cache", (), [place], lambda *_: {top[1:].hex()})
    left.lack(commit)
    assert left.trees.whole(tops) is None


def test_a_cache_that_cannot_be_looked_into_keeps_nothing(tmp_path: Path) -> None:
    """As one that is another person's."""
    kept = KeptTrees(tmp_path / ("long" * 100), {b"there"})
    assert kept.kept([b"there", ObjectName("ab" * 32, ObjectKind.FILE).key]) == {b"there"}
    assert kept.metadata([ObjectName("ab" * 32, ObjectKind.DIRTREE)]) == {}


@pytest.mark.parametrize("lost", [False, True], ids=["there", "lost"])
def test_spare_processes_look_as_well(
    upstream: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    place = repository(tmp_path / "near", upstream, "bare-user-only")
    started: list[Process] = []
    start = workers.start_process

    def noted(descriptor: int) -> Process:
        started.append(start(descriptor))
        return started[-1]

    monkeypatch.setattr(workers, "start_process", noted)
    monkeypatch.setattr(near_objects, "_MANY", 1)
    monkeypatch.setattr(near_objects, "_MANY_DIRECTORIES", 1)
    with workers.Prepared(near_objects.__name__):
        if lost:
            for process in started:
                process.kill()
        keys = {name.key for name in upstream.objects(ObjectKind.FILE)}
        other = bytes((*min(keys)[:2], *(31 * b"x")))
        assert NearObjects([place]).lacking({*keys, other}) == {other}
        kept = KeptTrees(tmp_path / "cache", (), [place])
        assert not kept.lack(Commit.parse(upstream.commit_bytes))
        assert kept.trees.below.keys() == {
            name.key for name in upstream.objects(ObjectKind.DIRTREE)
        }
        with workers.lent() as helpers:
            assert len(helpers) == (0 if lost else len(started))


def stay(connection: Connection, *_: object) -> bool:
    """Has nothing to tell before whoever asks has gone."""
    with contextlib.suppress(EOFError):
        connection.recv()
    return False


class Impatient(CancelToken):
    """Stops when it is asked after ``reads`` times, while another one is waited for."""

    def __init__(self, reads: int) -> None:
        super().__init__()
        self._left = reads

    def check(self) -> None:
        self._left -= 1
        if self._left < 0:
            self.request()
        super().check()


def fail(_connection: Connection, *_: object) -> bool:
    """For whatever reason."""
    raise PermissionError(13, "Permission denied")


def test_what_a_helper_cannot_do_is_done_here(
    upstream: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = repository(tmp_path / "near", upstream, "bare-user-only")
    trees = {name.key for name in upstream.objects(ObjectKind.DIRTREE)}
    files = {name.key for name in upstream.objects(ObjectKind.FILE)}
    for name in ("_MANY", "_MANY_DIRECTORIES"):
        monkeypatch.setattr(near_objects, name, 1)
    for name in ("tell_trees", "tell_directories"):
        monkeypatch.setattr(near_objects, name, fail)
    with workers.Prepared(__name__):
        assert NearObjects([place]).trees(trees).keys() == trees
    with workers.Prepared(__name__):
        assert NearObjects([place]).lacking(files) == set()


def test_who_stops_waits_for_no_other_process(
    upstream: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = repository(tmp_path / "near", upstream, "bare-user-only")
    keys = [name.key for name in upstream.objects(ObjectKind.DIRTREE)]
    monkeypatch.setattr(near_objects, "_MANY", 1)
    monkeypatch.setattr(near_objects, "tell_trees", stay)
    with (
        workers.Prepared(__name__),
        pytest.raises(InterruptedByUser),
        heeding(Impatient(-(-len(keys) // (1 + workers.processes())))),
    ):
        NearObjects([place]).trees(keys)


def _digest(target: Target, name: ObjectName) -> bytes:
    return sha256((target.repository.path / "objects" / name.path).read_bytes()).digest()


def test_what_the_mode_does_not_keep_cannot_be_made_again(target: Target, tmp_path: Path) -> None:
    """Files of somebody else than root, as an upstream has them that flatpak did not make."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/file").write_text("mine")
    path = tmp_path / "upstream"
    ostree("init", f"--repo={path}", "--mode=archive")
    options = ("--branch=one", "--owner-uid=7", "--owner-gid=7")
    commit = ostree("commit", f"--repo={path}", *options, f"--tree=dir={tmp_path / 'tree'}")
    made = Made(path, commit)
    place = repository(tmp_path / "near", made, "bare-user-only")
    with pytest.raises(ObjectNotKeptError) as error:
        target.pull_from(NOBODY, made, near=[place])
    assert error.value.key == made.small().key
    second = Target(tmp_path / "second")
    assert second.pull_from(NOBODY, made, near=[place, NearPlace(made.path, "archive")]).kept


def _other_bytes(path: Path) -> None:
    path.write_bytes(b"something else")


def _other_large_bytes(path: Path) -> None:
    path.write_bytes(b"x" * BIG)


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _holes(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 36)


@pytest.mark.thorough
@pytest.mark.parametrize("mode", ["bare-user-only", "archive"])
@pytest.mark.parametrize(
    "lie",
    [_other_bytes, _other_large_bytes, _link, _endless, _holes, os.mkfifo, os.mkdir],
    ids=lambda lie: lie.__name__.strip("_"),
)
def test_a_place_that_lies_is_as_if_it_had_nothing(
    upstream: Made, target: Target, tmp_path: Path, mode: str, lie: Callable[[Path], None]
) -> None:
    bad = repository(tmp_path / "bad", upstream, mode)
    for name in (upstream.small(), upstream.big):
        path = Path(bad.path(name))
        path.unlink()
        lie(path)
    good = NearPlace(upstream.path, "archive")
    assert target.pull_from(NOBODY, upstream, near=[bad, good]).kept
    assert target.wrong() == target.leftovers() == []


@pytest.mark.thorough
def test_a_place_that_is_gone_is_passed_over(
    upstream: Made, target: Target, tmp_path: Path
) -> None:
    place = repository(tmp_path / "near", upstream, "archive")
    gone = NearPlace(tmp_path / "gone", "bare-user-only")
    assert target.pull_from(NOBODY, upstream, near=[gone, place]).kept
    assert target.same_as(upstream)


def test_a_place_that_goes_away_meanwhile_is_passed_over(
    upstream: Made, web: Web, target: Target, tmp_path: Path
) -> None:
    place = repository(tmp_path / "near", upstream, "bare-user-only")

    def pulled_out(_event: Event) -> None:
        shutil.rmtree(place.repository, ignore_errors=True)

    source = open_source(web.url, QUICK, target.cancel)
    meter = Meter(pulled_out, Phase.DOWNLOAD)
    target.pull_from(source, upstream, meter, near=[place])
    assert not place.repository.exists()
    assert target.wrong() == target.leftovers() == []
    assert len(list(target.repository.path.glob("objects/??/*"))) == len(upstream.objects())


@pytest.mark.thorough
def test_what_says_wrong_is_not_read_as_metadata(upstream: Made, tmp_path: Path) -> None:
    place = repository(tmp_path / "near", upstream, "bare-user-only")
    name = ObjectName(upstream.commit, ObjectKind.COMMIT)
    near = NearObjects([place])
    assert near.read(name) == upstream.commit_bytes
    Path(place.path(name)).unlink()
    Path(place.path(name)).write_bytes(b"other")
    assert near.read(name) is None
    second = tmp_path / "second"
    shutil.copytree(upstream.path, second)
    assert NearObjects([place, NearPlace(second, "archive")]).read(name) == upstream.commit_bytes


@pytest.mark.parametrize("text", ["", "[core]\nmode=bare-split-xattrs\n", "\0\xff"])
def test_what_is_no_repository_is_no_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "objects").mkdir()
    (tmp_path / "config").write_text(text, encoding="latin-1")
    place = NearPlace.at(tmp_path)
    # Without a mode libostree takes it for bare.
    assert (place.mode if place is not None else None) == ("bare" if not text else None)
    assert NearPlace.at(tmp_path / "nowhere") is None


@pytest.mark.thorough
def test_umask_does_not_matter(upstream: Made, target: Target, tmp_path: Path) -> None:
    """An installation that was copied by a program that keeps no modes."""
    place = repository(tmp_path / "near", upstream, "bare-user-only")
    subprocess.run(["chmod", "-R", "u+rwX,go=", place.repository], check=True)
    assert target.pull_from(NOBODY, upstream, near=[place]).kept
    assert target.wrong() == []
