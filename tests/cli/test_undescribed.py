"""Search and info see what upstream has, whatever its catalogue says of it, or whether it has one.

The real flatpak tells what is there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.servers import Server
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
BARE = f"app/org.test.Bare/{ARCH}/stable"
HELLO = f"app/org.test.Hello/{ARCH}/stable"
APPS = {BARE, HELLO, f"app/org.test.Other/{ARCH}/stable", f"app/org.test.Large/{ARCH}/stable"}


def _without_branch(upstream: Upstream) -> None:
    upstream.ostree("refs", "--delete", f"appstream2/{ARCH}")
    upstream.ostree("refs", "--delete", f"appstream/{ARCH}")
    upstream.update(appstream=False)


def _without_commit(upstream: Upstream) -> None:
    commit = upstream.commit(f"appstream2/{ARCH}")
    (upstream.path / f"objects/{commit[:2]}/{commit[2:]}.commit").unlink()


def _unsigned_commit(upstream: Upstream) -> None:
    commit = upstream.commit(f"appstream2/{ARCH}")
    (upstream.path / f"objects/{commit[:2]}/{commit[2:]}.commitmeta").unlink()


def _as_it_is(_: Upstream) -> None:
    """It does not describe what was added after it was made."""


@pytest.fixture(scope="module")
def grown(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """One that has gained an app since its catalogue was made."""
    upstream = default_upstream.copy(tmp_path_factory.mktemp("undescribed") / "up")
    upstream.add_app("org.test.Bare")
    upstream.update(appstream=False)
    return upstream


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_as_it_is, ""),
        (_without_branch, ""),
        (_without_commit, "only names"),
        (_unsigned_commit, "only names"),
    ],
)
def test_apps_that_no_catalogue_describes_are_found(
    grown: Upstream, client: Client, tmp_path: Path, change: object, said: str
) -> None:
    assert callable(change)
    upstream = grown.copy(tmp_path / "up")
    change(upstream)
    client.remote_add_upstream("up", upstream, upstream.path.as_uri())
    options = ("--user", "--app", "--all", "--columns=ref")
    listed = client.run("remote-ls", *options, "up").stdout.split()
    assert {f"app/{ref.removeprefix('app/')}" for ref in listed} == APPS
    remote = ("--remote", client.directory / "up.flatpakrepo")

    done = satchel("search", "test", *remote, "--json", home=tmp_path)

    assert {hit["ref"] for hit in done.json if hit["ref"].startswith("app/")} == APPS
    assert said in done.stderr
    (hit,) = satchel("search", "bare", *remote, "--json", home=tmp_path).json
    assert (hit["ref"], hit["id"], hit["name"]) == (BARE, "org.test.Bare", "org.test.Bare")
    shown = satchel("search", "org.test.Bare", *remote, home=tmp_path).stdout
    assert shown == f"{BARE}  (up)\n"
    details = satchel("info", "org.test.Bare", *remote, "--json", home=tmp_path).json
    assert details["ref"] == BARE
    assert details["component"] is None
    assert details["runtime"] == f"runtime/org.test.Platform/{ARCH}/1"
    # Nobody knows whether it is free: not said to be.
    assert all(
        hit["ref"] != BARE
        for hit in satchel("search", "bare", "--free", *remote, "--json", home=tmp_path).json
    )


def test_an_exact_name_is_not_buried_under_descriptions(grown: Upstream, tmp_path: Path) -> None:
    file = tmp_path / "up.flatpakrepo"
    file.write_text(grown.flatpakrepo(grown.path.as_uri()))
    limited = ("--remote", file, "--limit", "1")
    assert satchel("search", "Bare", *limited, "--json", home=tmp_path).json[0]["ref"] == BARE
    shown = satchel("search", "test", *limited, home=tmp_path).stdout
    assert len(shown.splitlines()) in {2, 3}
    assert "more were found" in shown


def test_runtimes_are_found_where_nothing_else_is(grown: Upstream, tmp_path: Path) -> None:
    file = tmp_path / "up.flatpakrepo"
    file.write_text(grown.flatpakrepo(grown.path.as_uri()))
    hits = satchel("search", "theme night", "--remote", file, "--json", home=tmp_path).json
    assert [hit["id"] for hit in hits] == ["org.test.Theme.Night"]


def test_remotes_without_signatures(grown: Upstream, tmp_path: Path) -> None:
    """As plan and make, and only if it is said."""
    upstream = grown.copy(tmp_path / "up")
    for signature in [*upstream.path.rglob("*.sig"), *upstream.path.rglob("*.commitmeta")]:
        signature.unlink()
    file = tmp_path / "up.flatpakrepo"
    lines = upstream.flatpakrepo(upstream.path.as_uri()).splitlines()
    file.write_text("\n".join(lines))
    # Where there is a key, flatpak refuses it as well.
    said = satchel("search", "hello", "--remote", file, home=tmp_path, check=5).said
    assert "--allow-unsigned" not in said
    file.write_text("\n".join(line for line in lines if "GPGKey" not in line))
    remote = ("--remote", file)
    for command in (("search", "hello"), ("info", "org.test.Hello")):
        said = satchel(*command, *remote, home=tmp_path, check=5).said
        assert "--allow-unsigned" in said
        assert "Hello" in satchel(*command, *remote, "--allow-unsigned", home=tmp_path).stdout


def test_a_remote_that_does_not_answer_is_searched_as_it_was(
    grown: Upstream, tmp_path: Path
) -> None:
    file = tmp_path / "up.flatpakrepo"
    with Server(grown.path) as server:
        file.write_text(grown.flatpakrepo(server.url))
        satchel("search", "hello", "--remote", file, home=tmp_path)

    done = satchel("search", "hello", "--remote", file, "--json", home=tmp_path)

    assert [hit["ref"] for hit in done.json] == [HELLO]
    assert "was searched as it was" in done.stderr
    satchel("search", "hello", "--remote", file, "--arch", "riscv64", home=tmp_path)


def test_remotes_without_a_collection_are_as_good_as_any(grown: Upstream, tmp_path: Path) -> None:
    """Most that people run themselves have no collection ID."""
    upstream = grown.copy(tmp_path / "up")
    upstream.ostree("config", "unset", "core.collection-id")
    for stale in upstream.path.glob("summary*"):
        shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
    key = upstream.key
    upstream.ostree("summary", "--update", f"--gpg-sign={key.fingerprint}",
                    f"--gpg-homedir={key.homedir}")  # fmt: skip
    file = tmp_path / "up.flatpakrepo"
    lines = upstream.flatpakrepo(upstream.path.as_uri()).splitlines()
    file.write_text("\n".join(line for line in lines if "CollectionID" not in line))
    remote = ("--remote", file)

    done = satchel("search", "test", *remote, "--json", home=tmp_path)
    about = satchel("info", "org.test.Hello", *remote, home=tmp_path)

    assert {hit["ref"] for hit in done.json} >= APPS
    assert done.stderr == about.stderr == ""
    assert HELLO in about.stdout
    (tmp_path / "drive").mkdir()
    plan = satchel("plan", "--json", tmp_path / "drive", "org.test.Hello", *remote, home=tmp_path)
    assert [place["collection_id"] for place in plan.json["collections"]] == [None]


@pytest.mark.thorough
def test_branches_are_told_apart(grown: Upstream, tmp_path: Path) -> None:
    upstream = grown.copy(tmp_path / "up")
    upstream.add_app("org.test.Hello", "beta")
    upstream.update()
    file = tmp_path / "up.flatpakrepo"
    file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    shown = satchel("search", "hello", "--remote", file, home=tmp_path).stdout
    assert HELLO in shown
    assert f"app/org.test.Hello/{ARCH}/beta" in shown
