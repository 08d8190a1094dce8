"""``satchel lock`` and ``make --locked``: exactly what there was then, whatever there is now."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.kept import kept_key
from tests.media.locks.locks import HELLO, LOCALE, PLATFORM, Builder, forget_lists
from tests.satchel import satchel
from tests.servers import Server
from tests.upstream import COLLECTION, Upstream


@pytest.fixture
def builder(tmp_path: Path, own_upstream: Upstream, serve: Callable[..., Server]) -> Builder:
    """Who has locked Hello just now."""
    server = serve(own_upstream.path)
    builder = Builder(tmp_path / "builder", own_upstream, server.url)
    builder.lock("org.test.Hello")
    return builder


def test_it_takes_what_was_locked_after_upstream_has_moved_on(
    builder: Builder, client: Client
) -> None:
    locked = {ref: builder.commit(ref) for ref in (HELLO, PLATFORM, LOCALE)}
    for ref, commit in locked.items():
        assert builder.upstream.bump(ref) != commit
    builder.upstream.update()
    forget_lists(builder.upstream)
    other = builder.colleague("other")
    other.make()
    assert other.verify()["ok"]
    drive, key = other.drive, builder.upstream.key.public
    client.remote_add("up", "http://127.0.0.1:9/", key, COLLECTION, check=False)
    client.languages("de")
    client.install("up", HELLO, sideload=drive)
    assert client.installed() == client.installed() | locked


def test_a_commit_that_upstream_has_no_more_is_named(builder: Builder) -> None:
    commit = builder.commit(HELLO)
    (builder.upstream.path / f"objects/{commit[:2]}/{commit[2:]}.commit").unlink()
    other = builder.colleague("other")
    failed = other.make(check=4)
    assert HELLO in failed.said
    assert commit in failed.said
    assert not any(other.drive.iterdir())


@pytest.mark.thorough
def test_a_file_that_upstream_has_no_more_stops_it(builder: Builder) -> None:
    # Of what comes along for nothing but convenience as well: it is exactly that, or nothing.
    for file in builder.upstream.path.glob("objects/*/*.filez"):
        if b"Hello in de" not in file.read_bytes():
            file.unlink()
    other = builder.colleague("other")
    failed = other.make(check=4)
    assert "left out" not in failed.said
    assert not (other.drive / ".ostree/repo/summary").exists()


def test_what_nobody_here_vouches_for_is_refused(builder: Builder) -> None:
    stranger = builder.colleague("stranger", knows=False)
    failed = stranger.make(check=5)
    assert builder.upstream.key.fingerprint in failed.said
    assert not any(stranger.drive.iterdir())


def test_a_lock_says_nothing_of_trust(builder: Builder) -> None:
    lock = builder.json
    source = lock["sources"][COLLECTION]
    source["keys"] = ["A" * 40]
    builder.write(lock)
    other = builder.colleague("other")
    assert "contradicts itself" in other.make(check=2).said


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc",
        pytest.param("ftp://example.org/", marks=pytest.mark.thorough),
        pytest.param("nowhere", marks=pytest.mark.thorough),
    ],
)
def test_nothing_of_this_computer_is_looked_at(builder: Builder, url: str) -> None:
    lock = builder.json
    lock["sources"][COLLECTION]["url"] = url
    builder.write(lock)
    assert url in builder.colleague("other").make(check=2).said


def test_no_key_comes_in_beside_the_known_one(builder: Builder) -> None:
    lock = builder.json
    source = lock["sources"][COLLECTION]
    other = kept_key("Attacker <attacker@example.org>")
    key = base64.b64encode(builder.upstream.key.public + other.public).decode()
    source["repo_file"] = "".join(
        f"GPGKey={key}\n" if line.startswith("GPGKey=") else line
        for line in source["repo_file"].splitlines(keepends=True)
    )
    source["keys"].append(other.fingerprint)
    other.close()
    builder.write(lock)
    colleague = builder.colleague("other")
    assert other.fingerprint in colleague.make(check=5).said
    assert not any(colleague.drive.iterdir())


def test_no_file_comes_in_beside_what_is_signed(builder: Builder) -> None:
    """Nor does anybody go anywhere for one."""
    lock = builder.json
    file = {"name": "x.exe", "size": 3, "installed_size": 3, "sha256": "ab" * 32}
    refs = lock["sources"][COLLECTION]["refs"]
    refs[HELLO]["extra_data"] = [{**file, "uri": "http://127.0.0.1:9/x.exe"}]
    lock["asked"]["extra_data"] = True
    builder.write(lock)
    colleague = builder.colleague("other")
    assert HELLO in colleague.make(check=2).said
    assert not any(colleague.drive.iterdir())


@pytest.mark.parametrize("key", ["url", "repo_file"])
def test_a_source_that_is_elsewhere_is_told(builder: Builder, key: str) -> None:
    """Where the drive is made of, and where computers that get it will look."""
    lock = builder.json
    source = lock["sources"][COLLECTION]
    there = source["url"]
    with Server(builder.upstream.path) as other:
        source[key] = source[key].replace(there, other.url)
        builder.write(lock)
        said = builder.colleague("other").make().said
    assert f"The lock file names the address {other.url}" in said.replace("\n", " ")


def test_another_commit_under_the_locked_name_is_refused(builder: Builder) -> None:
    lock = builder.json
    refs = lock["sources"][COLLECTION]["refs"]
    refs[HELLO] |= {key: refs[PLATFORM][key] for key in ("commit", "signatures", "timestamp")}
    builder.write(lock)
    other = builder.colleague("other")
    failed = other.make(check=5)
    assert HELLO in failed.said
    assert not any(other.drive.iterdir())


@pytest.mark.thorough
def test_a_drive_with_something_else_stays_as_it_is(builder: Builder) -> None:
    other = builder.colleague("other")
    satchel("make", other.drive, "org.test.Other", "--no-related", *builder.remote, home=other.home)
    failed = other.make(check=3)
    assert "org.test.Other" in failed.said
    assert "org.test.Other" in other.inspect().stdout


@pytest.mark.thorough
def test_a_drive_of_a_lock_follows_the_next_one(builder: Builder) -> None:
    other = builder.colleague("other")
    other.make()
    builder.lock("org.test.Other", "--no-related")
    other.make()
    refs = {
        ref["ref"]
        for collection in other.inspect("--json").json["collections"]
        for ref in collection["refs"]
    }
    assert HELLO not in refs
    assert any("org.test.Other" in ref for ref in refs)
    # And is as if nothing had been there before.
    fresh = builder.colleague("fresh")
    fresh.make()
    assert other.tree == fresh.tree


@pytest.mark.thorough
def test_an_update_brings_the_newest_and_its_list(builder: Builder) -> None:
    other = builder.colleague("other")
    other.make()
    assert (other.finding("upstream-missing") or {})["severity"] == "info"
    newest = builder.upstream.bump(HELLO)
    builder.upstream.update()
    assert "no copy, since a lock file" in other.inspect().stdout
    told = satchel("update", other.drive, *builder.remote, home=other.home)
    assert "goes beyond it" in told.said
    assert newest in other.inspect("--json").stdout
    assert other.finding("upstream-missing") is None


@pytest.mark.thorough
def test_with_its_lists_a_drive_is_the_remote_itself(builder: Builder, client: Client) -> None:
    builder.lock("org.test.Hello", "--with-lists")
    shutil.rmtree(builder.upstream.path / "summaries")
    other = builder.colleague("other")
    other.make()
    assert other.finding("upstream-missing") is None
    client.remote_add("up", (other.drive / ".ostree/repo").as_uri(), builder.upstream.key.public)
    client.install("up", HELLO)


@pytest.mark.thorough
def test_what_the_lock_decides_is_not_said_again(builder: Builder) -> None:
    other = builder.colleague("other")
    for words in (("org.test.Other",), ("--gpu", "nvidia-550"), ("--from-installed",)):
        assert "--locked" in other.make(*words, check=2).said


@pytest.mark.thorough
def test_several_drives_at_once(builder: Builder) -> None:
    one, other, full = (builder.colleague(name) for name in ("one", "other", "full"))
    words = ("org.test.Other", "--no-related", *builder.remote)
    satchel("make", full.drive, *words, home=full.home)
    failed = one.make("--also", other.drive, "--also", full.drive, check=3)
    assert "org.test.Other" in failed.said
    assert one.tree == other.tree
    assert one.verify()["ok"]


def test_what_another_drive_has_is_not_told_as_a_download(builder: Builder) -> None:
    """But what this computer has kept is: by a lock it comes from its source."""
    one, other = builder.colleague("one"), builder.colleague("other")
    one.make()

    def download(home: Path, *words: str | Path) -> int:
        lock = ("--locked", builder.path, *builder.remote)
        planned = satchel("plan", other.drive, *lock, *words, "--json", home=home)
        size: int = planned.json["estimate"]["download"]
        return size

    assert download(other.home, "--from", one.drive) == 0
    assert download(one.home) == download(other.home) > 0


@pytest.mark.thorough
def test_a_drive_still_has_what_upstream_has_no_more(builder: Builder) -> None:
    one, other = builder.colleague("one"), builder.colleague("other")
    one.make()
    shutil.rmtree(builder.upstream.path / "objects")
    assert HELLO in other.make(check=4).said
    other.make("--from", one.drive)
    assert one.tree == other.tree


@pytest.mark.thorough
def test_without_a_network(builder: Builder, tmp_path: Path) -> None:
    other = builder.colleague("other")
    other.make("--offline", check=4)
    first = tmp_path / "first"
    first.mkdir()
    satchel("make", first, "org.test.Hello", *builder.remote, home=other.home)
    shutil.rmtree(builder.upstream.path)
    other.make("--offline")
    assert other.verify()["ok"]
