"""What the repair of a file system leaves behind, and ``satchel make`` and ``repair`` get over.

A node of another kind at every place, a config that is gone, and the like: everything that is not
ours is moved aside, and told; nothing is deleted.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.stick.damage import HELLO, LOCALE, NOBODY, OTHER, Stick
from tests.upstream import COLLECTION, Upstream

Change = Callable[[Stick], None]


def _file_places(stick: Stick) -> dict[str, Path]:
    """Where a file belongs."""
    (sub,) = (stick.upstream / "summaries").glob("*.gz")
    return {
        "filez": stick.path(stick.object("filez")),
        "dirtree": stick.path(stick.object("dirtree")),
        "dirmeta": stick.path(stick.object("dirmeta")),
        "commit": stick.path(stick.object("commit")),
        "commitmeta": stick.signatures(HELLO),
        "ref": stick.ref(HELLO),
        "metadata-ref": stick.ref("ostree-metadata"),
        "summary": stick.summary,
        "summary.sig": stick.repo / "summary.sig",
        "index": stick.repo / "summary.idx",
        "index.sig": stick.repo / "summary.idx.sig",
        "config": stick.repo / "config",
        "lock": stick.repo / ".lock",
        "record": stick.satchel / "stick.json",
        "journal": stick.satchel / "journal.json",
        "mark": stick.partial(HELLO),
        "copy-index": stick.upstream / "summary.idx",
        "copy-index.sig": stick.upstream / "summary.idx.sig",
        "copy-summary": stick.upstream / "summary",
        "copy-sub": sub,
        "copy-key": stick.upstream / "test.flatpakrepo",
        "kit-install": stick.root / "satchel/install.sh",
        "kit-list": stick.root / "satchel/contents.tsv",
        "kit-page": stick.root / "satchel/START-HERE.html",
        "kit-key": stick.root / "satchel/test.flatpakrepo",
    }


FILES = (
    *("filez", "dirtree", "dirmeta", "commit", "commitmeta", "ref", "metadata-ref", "summary"),
    *("summary.sig", "index", "index.sig", "config", "lock", "record", "journal", "mark"),
    *("copy-index", "copy-index.sig", "copy-summary", "copy-sub", "copy-key"),
    *("kit-install", "kit-list", "kit-page", "kit-key"),
)

DIRECTORIES = {
    "ostree": ".ostree",
    "repo": ".ostree/repo",
    "objects": ".ostree/repo/objects",
    "prefix": "",
    "refs": ".ostree/repo/refs",
    "mirrors": ".ostree/repo/refs/mirrors",
    "heads": ".ostree/repo/refs/heads",
    "collection": f".ostree/repo/refs/mirrors/{COLLECTION}",
    "refs-of-app": f".ostree/repo/refs/mirrors/{COLLECTION}/app/org.test.Hello",
    "state": ".ostree/repo/state",
    "tmp": ".ostree/repo/tmp",
    "summaries": ".ostree/repo/summaries",
    "extensions": ".ostree/repo/extensions",
    "extension": ".ostree/repo/extensions/satchel",
    "upstream": ".ostree/repo/extensions/satchel/upstream",
    "copy": f".ostree/repo/extensions/satchel/upstream/{COLLECTION}",
    "copy-summaries": f".ostree/repo/extensions/satchel/upstream/{COLLECTION}/summaries",
    "kit": "satchel",
}


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _directory(path: Path) -> None:
    _clear(path)
    path.mkdir(parents=True)
    (path / "FSCK0000.REC").write_text("somebody's")


def _link(path: Path) -> None:
    _clear(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to("nowhere")


def _file(path: Path) -> None:
    _clear(path)
    path.write_text("somebody's")


def _pipe(path: Path) -> None:
    _clear(path)
    os.mkfifo(path)


def cases() -> list[tuple[str, Change]]:
    every: list[tuple[str, Change]] = []
    for place in FILES:
        for change in (_directory, _link):

            def replace(
                stick: Stick, place: str = place, change: Callable[[Path], None] = change
            ) -> None:
                change(_file_places(stick)[place])

            every.append((f"{place}{change.__name__}", replace))
    for place, path in DIRECTORIES.items():
        for change in (_file, _link):

            def act(
                stick: Stick, path: str = path, change: Callable[[Path], None] = change
            ) -> None:
                where = stick.root / path if path else stick.path(stick.object("filez")).parent
                change(where)

            every.append((f"{place}{change.__name__}", act))
    every += OTHERS.items()
    return every


def _config_gone(stick: Stick) -> None:
    (stick.repo / "config").unlink()


def _config_empty(stick: Stick) -> None:
    (stick.repo / "config").write_bytes(b"")


def _config_rubbish(stick: Stick) -> None:
    (stick.repo / "config").write_bytes(b"\0" * 4096)


def _unsafe_ref(stick: Stick) -> None:
    stick.ref("..foo").write_text(NOBODY)


def _no_collection(stick: Stick) -> None:
    (stick.repo / "refs/mirrors/FSCK0000").write_text(NOBODY)


def _bad_collection(stick: Stick) -> None:
    (stick.repo / "refs/mirrors/_bad-/app").mkdir(parents=True)
    (stick.repo / "refs/mirrors/_bad-/app/x").write_text(NOBODY)


def _dangling(stick: Stick) -> None:
    stick.ref(f"app/org.test.Gone/{HELLO.split('/')[2]}/stable").parent.mkdir(parents=True)
    stick.ref(f"app/org.test.Gone/{HELLO.split('/')[2]}/stable").write_text(NOBODY)


def _rubbish_ref(stick: Stick) -> None:
    stick.ref(OTHER).write_bytes(b"\0" * 65)


def _empty_ref(stick: Stick) -> None:
    stick.ref(HELLO).write_bytes(b"")


def _renamed_collection(stick: Stick) -> None:
    (stick.repo / "refs/mirrors" / COLLECTION).rename(stick.repo / "refs/mirrors/org.test.Renamed")


def _shouted_branch(stick: Stick) -> None:
    """FAT without a long name: what is left of it is in capitals."""
    stick.ref(OTHER).rename(stick.ref(OTHER).with_name("STABLE"))


def _shouted_arch(stick: Stick) -> None:
    arch = stick.ref(LOCALE).parent
    arch.rename(arch.with_name(arch.name.upper()))


def _name_of_fsck(stick: Stick) -> None:
    """As ``fsck.fat`` calls what has no name that may be."""
    stick.ref(OTHER).rename(stick.ref(OTHER).with_name("FSCK0000.000"))


def _second_name(stick: Stick) -> None:
    shutil.copy(stick.ref(OTHER), stick.ref(HELLO).with_name("FSCK0001.000"))


def _no_write_bits(stick: Stick) -> None:
    for path in (stick.root, *stick.root.rglob("*")):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)


OTHERS: dict[str, Change] = {
    each.__name__.removeprefix("_"): each
    for each in (
        *(_config_gone, _config_empty, _config_rubbish, _unsafe_ref, _no_collection),
        *(_bad_collection, _dangling, _rubbish_ref, _empty_ref, _renamed_collection),
        *(_shouted_branch, _shouted_arch, _name_of_fsck, _second_name, _no_write_bits),
    )
}
CASES = dict(cases())


def strange(stick: Stick) -> int:
    """How many files are somebody's."""
    paths = [path for path in stick.root.rglob("*") if path.is_file() and not path.is_symlink()]
    return sum(path.stat().st_size == 10 and path.read_text() == "somebody's" for path in paths)


NOTHING_LEFT = ("ostree_file", "ostree_link", "repo_file", "repo_link")
"""Where nobody can tell what was on the drive."""


def require_whole(stick: Stick, case: str, somebodys: int) -> None:
    """Both apps are there again, and what is not ours is still there."""
    assert stick.ref(HELLO).is_file()
    assert stick.ref(OTHER).is_file() is (case not in NOTHING_LEFT)
    assert strange(stick) == somebodys


GATE = {"config_empty", "renamed_collection", "shouted_branch", "copy-summary_directory"}
EVERY = [pytest.param(case, marks=() if case in GATE else pytest.mark.thorough) for case in CASES]


@pytest.mark.parametrize("case", EVERY)
def test_make_gets_over_it(
    case: str, stick: Stick, upstream: Upstream, stranger: Path, tmp_path: Path
) -> None:
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    CASES[case](stick)
    somebodys = strange(stick)
    done = satchel(
        "make",
        stick.root,
        "org.test.Hello",
        "--remote",
        remote,
        "--json",
        home=stranger,
        check=False,
    )
    assert done.returncode == 0, done.said[-3000:]
    require_whole(stick, case, somebodys)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case, marks=() if case in {"objects_file", "config_gone"} else pytest.mark.thorough
        )
        for case in CASES
    ],
)
def test_update_gets_over_it(
    case: str, stick: Stick, upstream: Upstream, stranger: Path, tmp_path: Path
) -> None:
    """But where there is no repository any more; the message tells what to do then."""
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    CASES[case](stick)
    somebodys = strange(stick)
    words = ("update", stick.root, "--remote", remote, "--json")
    done = satchel(*words, home=stranger, check=False)
    expected = 6 if case in NOTHING_LEFT else 0
    assert done.returncode == expected, done.said[-3000:]
    if expected == 0:
        require_whole(stick, case, somebodys)


def test_what_is_gone_here_and_upstream_is_taken_off(
    stick: Stick, upstream: Upstream, stranger: Path, tmp_path: Path
) -> None:
    """It cannot be had from anywhere: it is told, and stops nobody."""
    later = upstream.copy(tmp_path / "later")
    later.remove(OTHER)
    later.update()
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(later.flatpakrepo(later.path.as_uri()))
    stick.commit_path(OTHER).unlink()
    done = satchel("make", stick.root, "org.test.Hello", "--remote", remote, home=stranger)
    assert f"{OTHER} is taken off the drive" in done.said
    assert not stick.ref(OTHER).exists()
