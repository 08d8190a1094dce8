"""A repository's config is what the real libostree makes of it."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.fs.root import Root
from app.ostree.config import (
    ARCHIVE_MODES,
    FILL_UP,
    VERSION,
    ConfigError,
    RepositoryConfig,
)
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.repository import Repository
from tests.examples import examples
from tests.flatpak.oracle import oracle
from tests.ostree.conftest import ostree

CORE = "[core]\nrepo_version=1\nmode=archive-z2\n"

OPENER = """
import json, sys
import gi
gi.require_version("OSTree", "1.0")
from gi.repository import Gio, GLib, OSTree
modes = {OSTree.RepoMode.ARCHIVE: "archive", OSTree.RepoMode.BARE: "bare",
         OSTree.RepoMode.BARE_USER: "bare-user", OSTree.RepoMode.BARE_USER_ONLY: "bare-user-only"}
for line in sys.stdin:
    path, text = json.loads(line)
    with open(path + "/config", "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))
    repo = OSTree.Repo.new(Gio.File.new_for_path(path))
    try:
        repo.open(None)
    except GLib.Error:
        print("null", flush=True)
        continue
    print(json.dumps([modes.get(repo.get_mode(), "other"), repo.get_collection_id()]), flush=True)
"""

OTHER_MODES = ("bare", "bare-user", "bare-user-only", "bare-split-xattrs")

Opened = list[Any] | None


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Opened]]:
    """Mode and collection ID that libostree reads, or None if it does not open the repository."""
    path = tmp_path_factory.mktemp("config")
    ostree("init", "--mode=archive", f"--repo={path}")
    with oracle(OPENER) as ask:
        yield lambda text: ask([str(path), text])  # type: ignore[arg-type]


def ours(text: str) -> Opened:
    try:
        config = RepositoryConfig.parse(text.encode("utf-8", "surrogateescape"))
    except ConfigError:
        return None
    if config.version != VERSION or config.mode not in (*ARCHIVE_MODES, *OTHER_MODES):
        return None
    mode = "archive" if config.mode in ARCHIVE_MODES else config.mode
    return [mode, config.collection]


OPENED = [
    CORE,
    "[core]\nmode=archive\nrepo_version=1\n",
    "# a comment\n\n[core]\n  repo_version = 1\n\tmode =archive\n",
    CORE + "collection-id=org.test.A\n",
    CORE + "mode=archive\n",
    CORE.replace("archive-z2", "bare") + "mode=archive\n",
    CORE + "[other]\na=b\n[core]\ncollection-id=org.test.A\n",
    CORE + "Mode=bare\nCOLLECTION-ID=org.test.A\n",
    CORE + "[DEFAULT]\nmode=bare\ncollection-id=org.test.A\n",
    CORE + "mode[de]=bare\n",
    CORE + "min-free-space-size=500MB\n",
    CORE + "min-free-space-percent=99\ntmp-expiry-secs=1\nlock-timeout-secs=-1\n",
    CORE + "locking=false \nfsync=0\n",
    CORE + '[remote "up"]\nurl=file:///nowhere\n[archive]\nzlib-level=9\n',
    CORE + "default-repo-finders=config;mount;\n",
]
REFUSED = [
    "",
    "[core]\n",
    "mode=archive\n",
    "\ufeff" + CORE,
    "[Core]\nrepo_version=1\nmode=archive\n",
    "[DEFAULT]\nrepo_version=1\nmode=archive\n",
    "[core]\nmode=archive\n",
    "[core]\nRepo_version=1\nmode=archive\n",
    "[core]\nrepo_version=2\nmode=archive\n",
    "[core]\nrepo_version=1 \nmode=archive\n",
    "[core]\nrepo_version=01\nmode=archive\n",
    "[core]\nrepo_version=1\nmode=archive \n",
    "[core]\nrepo_version=1\nmode=Archive\n",
    "[core]\nrepo_version=1\nmode=archive-z3\n",
    "[core]\nrepo_version=1\nmode=\n",
    "[core]\nrepo_version=1\nmode: archive\n",
    CORE + "mode=archive;\n",
    CORE + "mode=archive # as it should be\n",
    CORE + "hello\n",
    CORE + "a[b=1\n",
    CORE + "[\n",
    CORE + "Encoding=latin1\n",
    CORE + "fsync=maybe\n",
    CORE + "fsync=TRUE\n",
    CORE + "locking=\n",
    CORE + "min-free-space-percent=100\n",
    CORE + "min-free-space-size=1\n",
    CORE + "min-free-space-size=1kB\n",
    CORE + "min-free-space-size=99999999999999999TB\n",
    CORE + "default-repo-finders=\n",
    CORE + "default-repo-finders=lan;wan\n",
]


@pytest.mark.parametrize("text", OPENED)
def test_what_libostree_opens(theirs: Callable[[str], Opened], text: str) -> None:
    assert ours(text) == theirs(text) is not None


@pytest.mark.parametrize("text", REFUSED)
def test_what_libostree_refuses(theirs: Callable[[str], Opened], text: str) -> None:
    assert ours(text) is theirs(text) is None


def test_what_newer_libostree_refuses() -> None:
    assert ours(CORE + "min-free-space-percent=3%\n") is None


LINES = st.one_of(
    st.sampled_from(
        [
            "[core]", "[core] ", "[Core]", "[DEFAULT]", '[remote "a"]', "#x", "", " ",
            "mode=archive", "mode = archive-z2", "mode=archive ", "MODE=bare", "mode=bare",
            "repo_version=1", "repo_version=2", "collection-id=org.test.A", "collection-id=",
            "fsync=true", "fsync=2", "locking=0 ", "parent=", "archive=false",
            "min-free-space-percent=5", "tmp-expiry-secs=x", "indexed-deltas=1",
        ]
    ),
    st.text(st.sampled_from(string.ascii_lowercase[:3] + "[]=#; \t\r\\\u00e4\udcff"), max_size=8),
)  # fmt: skip


@settings(max_examples=examples(400))
@given(lines=st.lists(LINES, max_size=5))
def test_no_config_is_read_otherwise(theirs: Callable[[str], Opened], lines: list[str]) -> None:
    """What we open without objection libostree opens, and reads no differently."""
    text = "\n".join(["[core]", "repo_version=1", *lines, ""])
    mine, expected = ours(text), theirs(text)
    if mine is not None and (expected is not None or not _foreign(text)):
        assert expected is not None
        assert mine == [expected[0], expected[1] or None]


def _foreign(text: str) -> list[str]:
    return RepositoryConfig.parse(text.encode("utf-8", "surrogateescape")).foreign()


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("", []),
        ("collection-id=org.test.A\nindexed-deltas=true\nmin-free-space-size=0MB\n", []),
        ('[remote "up"]\nurl=x\ncollection-id=org.test.A\nxa.title=y\n', []),
        ("[flatpak]\ntitle=x\n[archive]\nzlib-level=1\n", []),
        ("parent=/ostree/repo\n", ["[core] parent"]),
        ("parent=\n", ["[core] parent"]),
        ("Mode=bare\nx-mode=y\n", ["[core] Mode", "[core] x-mode"]),
        ("collection-id=\n", ["[core] collection-id"]),
        ("collection-id=org.test.A \n", ["[core] collection-id"]),
        ("[DEFAULT]\nmode=bare\n[sysroot]\nreadonly=true\n", ["[DEFAULT]", "[sysroot]"]),
        ("[ex-integrity]\nfsverity=true\n", ["[ex-integrity]"]),
        ('[remote "../x"]\nurl=y\n[remote ""]\n', ['[remote "../x"]', '[remote ""]']),
        ('[remote "x"]\ncollection-id=..\n', ['[remote "x"] collection-id']),
    ],
)
def test_what_no_stick_needs(text: str, foreign: list[str]) -> None:
    assert RepositoryConfig.parse((CORE + text).encode()).foreign() == foreign
    kept = RepositoryConfig.parse((CORE + text).encode()).tidied()
    assert RepositoryConfig.parse(kept).foreign() == []


def test_what_is_kept_stays_as_it_was() -> None:
    text = CORE + '[remote "up"]\nurl=a\\sb;\\n\n[other]\nx=y\n[core]\nparent=/x\nfsync=true\n'
    kept = RepositoryConfig.parse(text.encode()).tidied().decode()
    up = '[remote "up"]\nurl=a\\sb;\\n\n'
    assert kept == f"{CORE}fsync=true\n{FILL_UP}\n\n{up}"
    for said in ("min-free-space-percent=9", "min-free-space-size=500MB"):
        kept = RepositoryConfig.parse(f"{CORE}{said}\n".encode()).tidied().decode()
        assert kept == f"{CORE}{said}\n"


def test_a_config_that_is_not_text(tmp_path: Path) -> None:
    repository = Repository.create(Root(tmp_path, "repo"))
    for data in (b"\0" * 100, b"\n" * 1_000_000, b"[" * 1_000_000, b"[core]\nmode=\xff\n"):
        (tmp_path / "repo" / "config").write_bytes(data)
        with pytest.raises(RepositoryInvalidError):
            Repository.open(repository.root)
