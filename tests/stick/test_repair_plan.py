"""``satchel repair --dry-run``: what it says beforehand is what a repair then does."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.object_cache import CachePlace, ObjectCache
from tests.gpg import SigningKey
from tests.satchel import environment, satchel
from tests.servers import Server
from tests.stick.damage import (
    HELLO,
    NOBODY,
    OTHER,
    Stick,
    copy_stick,
    delete,
    flip_middle,
)
from tests.upstream import Upstream

TRUST = "--trust-drive-keys"


def repo_file(directory: Path, upstream: Upstream, url: str) -> Path:
    file = directory / "test.flatpakrepo"
    file.write_text(upstream.flatpakrepo(url))
    return file


@pytest.fixture
def remote(upstream: Upstream, tmp_path: Path) -> Path:
    return repo_file(tmp_path, upstream, upstream.path.as_uri())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Of somebody who has nothing yet, and has kept nothing."""
    path = tmp_path / "home"
    path.mkdir()
    return path


def foresee(stick: Stick, home: Path, *arguments: str | Path) -> Any:
    before = {path: path.lstat().st_mtime_ns for path in stick.root.rglob("*")}
    done = satchel("repair", stick.root, "--dry-run", "--json", TRUST, *arguments, home=home)
    assert {path: path.lstat().st_mtime_ns for path in stick.root.rglob("*")} == before
    return done.json


def supplies(plan: Any) -> dict[str, tuple[int, int]]:
    """Way → objects and signatures."""
    counted: dict[str, tuple[int, int]] = {}
    for each in plan["supplies"]:
        objects, signatures = counted.get(each["way"], (0, 0))
        counted[each["way"]] = objects + each["objects"], signatures + each["signatures"]
    return counted


def test_a_sound_stick(stick: Stick, home: Path) -> None:
    plan = foresee(stick, home)
    assert (plan["ok"], plan["supplies"], plan["fetch"], plan["unhealed"]) == (True, [], 0, [])
    said = satchel("repair", stick.root, "--dry-run", TRUST, home=home).stdout
    assert "nothing to repair" in said


def test_what_is_fetched(stick: Stick, upstream: Upstream, home: Path, tmp_path: Path) -> None:
    """Over the network; upstream does not say how large its objects are."""
    name = stick.object("filez")
    size = stick.path(name).stat().st_size
    flip_middle(stick.path(name))
    with Server(upstream.path) as server:
        remote = repo_file(tmp_path, upstream, server.url)
        plan = foresee(stick, home, "--remote", remote)
        assert supplies(plan) == {"upstream": (1, 0)}
        assert plan["supplies"][0]["download"]
        assert plan["exact"]
        assert plan["fetch"] == size
        assert not plan["unhealed"]
        said = satchel(
            "repair", stick.root, "--dry-run", TRUST, "--remote", remote, home=home
        ).stdout
        assert "from upstream" in said
        server.forget()
        satchel("repair", stick.root, TRUST, "--remote", remote, "--json", home=home)
        assert f"/objects/{name.path}" in server.paths()


@pytest.mark.parametrize(
    ("kind", "way"),
    [("dirtree", "upstream"), pytest.param("commit", "cache", marks=pytest.mark.thorough)],
)
def test_what_lies_below_is_known(
    kind: str, way: str, stick: Stick, upstream: Upstream, home: Path, tmp_path: Path
) -> None:
    """What a missing directory has in it is on the drive still; a commit comes with the plan."""
    delete(stick.path(stick.object(kind)))
    with Server(upstream.path) as server:
        remote = repo_file(tmp_path, upstream, server.url)
        assert supplies(foresee(stick, home, "--remote", remote)) == {way: (1, 0)}


def test_where_it_comes_from(
    good: Path, stick: Stick, remote: Path, home: Path, tmp_path: Path, attacker: SigningKey
) -> None:
    """Each from the first that has it, whole; a damaged drive has nothing."""
    name = stick.object("filez")
    bad = copy_stick(good, tmp_path / "bad")
    for each in (stick, bad):
        flip_middle(each.path(name))
    stick.sign(HELLO, attacker)
    words = ("--from", bad.root, "--remote", remote)
    assert supplies(foresee(stick, home, *words)) == {"drive": (0, 1), "upstream": (1, 0)}
    plan = foresee(stick, home, "--from", bad.root, "--from", good)
    assert supplies(plan) == {"drive": (1, 1)}
    assert [each["label"] for each in plan["supplies"]] == [
        str(bad.repo),
        str(Stick(good).repo),
    ]


@pytest.mark.thorough
def test_what_this_computer_has(stick: Stick, remote: Path, upstream: Upstream, home: Path) -> None:
    """What it has kept, then what is installed."""
    name = stick.object("filez")
    kept = Path(environment(home)["XDG_CACHE_HOME"]) / "satchel/objects" / name.path
    kept.parent.mkdir(parents=True, exist_ok=True)
    installation = Path(environment(home)["FLATPAK_USER_DIR"])
    repository = installation / "repo"
    subprocess.run(["ostree", f"--repo={repository}", "init", "--mode=bare-user-only"], check=True)
    subprocess.run(
        ["ostree", f"--repo={repository}", "pull-local", upstream.path, stick.commit(HELLO)],
        check=True,
        capture_output=True,
    )
    try:
        shutil.copy(stick.path(name), kept)
        delete(stick.path(name))
        tree = stick.object("dirtree")
        flip_middle(stick.path(tree))
        plan = foresee(stick, home, "--remote", remote)
        assert supplies(plan) == {"cache": (1, 0), "installed": (1, 0)}
        flip_middle(kept)
        plan = foresee(stick, home, "--remote", remote)
        assert supplies(plan) == {"installed": (2, 0)}
        assert plan["fetch"] == 0
    finally:
        shutil.rmtree(installation)
        kept.unlink()


def test_what_is_kept_in_packs(stick: Stick, home: Path) -> None:
    """As nearly all is: small objects."""
    names = [stick.object("filez"), stick.object("dirtree")]
    place = CachePlace(Path(environment(home)["XDG_CACHE_HOME"]) / "satchel", 100_000_000)
    repository = os.open(stick.repo, os.O_RDONLY)
    with ObjectCache(place, repository) as kept:
        for name in names:
            kept.add(name, stick.path(name).read_bytes())
    os.close(repository)
    sizes = sum(stick.path(name).stat().st_size for name in names)
    delete(stick.path(names[0]))
    flip_middle(stick.path(names[1]))
    plan = foresee(stick, home)
    [supply] = plan["supplies"]
    assert (supply["way"], supply["objects"], supply["bytes"]) == ("cache", 2, sizes)
    assert plan["unhealed"] == []
    done = satchel("repair", stick.root, "--json", TRUST, home=home).finished
    assert (done["ok"], done["objects"], done["bytes"]) == (True, 2, sizes)


def test_what_stays_and_what_that_means(stick: Stick, home: Path) -> None:
    """Nobody has it, and upstream is not known."""
    name = stick.object("filez")
    delete(stick.path(name))
    plan = foresee(stick, home)
    [each] = plan["unhealed"]
    assert (each["code"], each["subject"]) == ("object-missing", str(name))
    assert each["means"] == "org.test.Hello cannot be installed from this drive."
    said = satchel("repair", stick.root, "--dry-run", TRUST, home=home).stdout
    assert each["means"] in said


@pytest.mark.thorough
def test_what_only_comes_newer(
    stick: Stick, upstream: Upstream, home: Path, tmp_path: Path
) -> None:
    """Upstream has thrown the version away that is damaged."""
    later = upstream.copy(tmp_path / "later")
    old = ObjectName(stick.commit(HELLO), ObjectKind.COMMIT)
    later.bump(HELLO)
    later.update()
    (later.path / "objects" / old.path).unlink()
    name = stick.object("filez")
    flip_middle(stick.path(name))
    remote = repo_file(tmp_path, later, later.path.as_uri())
    plan = foresee(stick, home, "--remote", remote)
    assert HELLO in plan["updates"]
    assert not plan["unhealed"]
    satchel("repair", stick.root, TRUST, "--remote", remote, "--json", home=home)
    assert stick.commit(HELLO) == later.commit(HELLO)


@pytest.mark.thorough
def test_what_is_moved_aside(stick: Stick, remote: Path, home: Path) -> None:
    stick.ref("..foo").write_text(NOBODY)
    name = stick.object("filez")
    delete(stick.path(name))
    stick.path(name).mkdir()
    plan = foresee(stick, home, "--remote", remote)
    done = satchel("repair", stick.root, TRUST, "--remote", remote, "--json", home=home)
    assert sorted(plan["moved"]) == sorted(each["path"] for each in done.finished["moved"])
    assert len(plan["moved"]) == 2


@pytest.mark.thorough
def test_what_nobody_has_any_more_goes(
    stick: Stick, upstream: Upstream, home: Path, tmp_path: Path
) -> None:
    later = upstream.copy(tmp_path / "later")
    later.remove(OTHER)
    later.update()
    delete(stick.commit_path(OTHER))
    remote = repo_file(tmp_path, later, later.path.as_uri())
    plan = foresee(stick, home, "--remote", remote)
    assert plan["lost"] == [OTHER]
    assert not plan["unhealed"]
