"""The real ostree with sticks that `satchel make` made: it finds the same as upstream has."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.stick import ostree_computers
from tests.stick.makers import REPO, make
from tests.stick.ostree_computers import ostree
from tests.upstream import COLLECTION, Upstream, host_arch
from tests.volumes import mounted, turn

pytestmark = pytest.mark.slow

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"


@dataclass(frozen=True)
class Made:
    """A drive with a stick and what it was made from; read-only."""

    root: Path
    upstream: Upstream
    refs: dict[str, str]

    @property
    def repo(self) -> Path:
        return self.root / REPO


@pytest.fixture(
    scope="module", params=["directory", pytest.param("ext4", marks=pytest.mark.thorough), "exfat"]
)
def made(
    request: pytest.FixtureRequest,
    default_upstream: Upstream,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Made]:
    """On each kind of drive; what ``HOME`` is to ostree is the directory above it."""
    here = tmp_path_factory.mktemp(request.param)
    if request.param == "directory":
        yield _made(default_upstream, here / "drive", here / "satchel")
        return
    with mounted(request.param, here / "drive") as drive:
        yield _made(default_upstream, drive, here / "satchel")


def _made(upstream: Upstream, drive: Path, home: Path) -> Made:
    make(upstream, drive, "org.test.Hello", "org.test.Large", home=home)
    [collection] = satchel("inspect", "--json", drive, home=home).json["collections"]
    refs = {entry["ref"]: entry["commit"] for entry in collection["refs"]}
    return Made(drive, upstream, {**refs, "ostree-metadata": collection["metadata"]["commit"]})


def receiver(upstream: Upstream, path: Path, mode: str = "archive") -> Path:
    path.mkdir()
    return ostree_computers.receiver(path, mode, "up", upstream.key.public, COLLECTION)


def tree(repo: Path, commit: str) -> str:
    """Every file's mode, owner, size, checksum and name."""
    return ostree("ls", repo, "-R", "-C", "-X", commit)


def test_it_is_sound(made: Made) -> None:
    said = ostree("fsck", made.repo, "--verify-bindings")
    assert "no errors found" in said
    assert "partial" not in said


def test_the_summary_names_exactly_the_refs(made: Made) -> None:
    said = ostree("summary", made.repo, "--view")
    shown = re.findall(r"^\* (?:\(\S+, )?([^\s,)]+)\)?\n.*\n +([0-9a-f]{64})$", said, re.MULTILINE)
    assert dict(shown) == made.refs
    assert len(shown) == len(made.refs)
    assert f"Collection ID (ostree.summary.collection-id): {COLLECTION}" not in said
    assert COLLECTION in said
    listed = ostree("refs", made.repo, "--list", "--collections").splitlines()
    assert sorted(listed) == sorted(f"({COLLECTION}, {ref})" for ref in made.refs)


def test_what_ostree_would_write_itself(made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "repo"
    shutil.copytree(made.repo, copy)
    before = ostree("summary", copy, "--view")
    ostree("summary", copy, "--update")
    after = ostree("summary", copy, "--view")

    def timeless(shown: str) -> list[str]:
        """The lines of the metadata come in any order."""
        refs, _, metadata = shown.rpartition("\n\n")
        lines = (line for line in metadata.splitlines() if "last-modified" not in line)
        return [refs, *sorted(lines)]

    assert timeless(before) == timeless(after)


def test_every_tree_equals_upstreams(made: Made) -> None:
    from_upstream = {ref: sum_ for ref, sum_ in made.refs.items() if ref != "ostree-metadata"}
    for ref, commit in from_upstream.items():
        assert made.upstream.commit(ref) == commit
        assert tree(made.repo, commit) == tree(made.upstream.path, commit)
        for path in (f"{commit[:2]}/{commit[2:]}.commit", f"{commit[:2]}/{commit[2:]}.commitmeta"):
            here = (made.repo / "objects" / path).read_bytes()
            assert here == (made.upstream.path / "objects" / path).read_bytes()


@pytest.mark.parametrize("mode", ["archive", "bare-user"])
def test_pulled_from_a_path(made: Made, tmp_path: Path, mode: str) -> None:
    target = receiver(made.upstream, tmp_path / "target", mode)
    commits = [commit for ref, commit in made.refs.items() if ref != "ostree-metadata"]
    options = ("--remote=up", "--gpg-verify", "--untrusted")
    ostree("pull-local", target, *options, made.repo, *commits)
    for commit in commits:
        assert tree(target, commit) == tree(made.upstream.path, commit)
    assert "no errors found" in ostree("fsck", target)


def test_found_on_a_mounted_drive(made: Made, tmp_path: Path) -> None:
    # ostree looks at drives only: that it finds nothing in a directory shows where it looks.
    expected = [f"file://{made.repo}"] if made.root.is_mount() else []
    target = receiver(made.upstream, tmp_path / "target", "bare-user")
    refs = [ref for ref in made.refs if ref != "ostree-metadata"]
    pairs = [word for ref in refs for word in (COLLECTION, ref)]
    # GLib takes mounts below the home directory, like those below /media, for drives: also those of
    # a test of another process, while that has its turn.
    with turn.held():
        said = ostree(
            "find-remotes", target, "--finders=mount", "--pull", *pairs, home=made.root.parent
        )
    assert re.findall(r"^Result \d+: (\S+)$", said, re.MULTILINE) == expected, said
    if expected:
        for ref in refs:
            assert tree(target, made.refs[ref]) == tree(made.upstream.path, ref)
        listed = ostree("refs", target, "--list", "--collections").split("\n")
        assert {f"({COLLECTION}, {ref})" for ref in refs} <= set(listed)
