"""Locks of all that a drive can carry."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.media.locks.locks import (
    ARCH,
    HELLO,
    LOCALE,
    Builder,
    Colleague,
    differences,
    forget_lists,
)
from tests.registry import RegistryServer
from tests.satchel import satchel
from tests.stick.extra_data.conftest import extra_upstream, maker, makers
from tests.stick.extra_data.makers import APP, PART, Maker
from tests.stick.images.person import fill as fill_images
from tests.stick.nameless.conftest import fill, fill_without_index
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.thorough

__all__ = ["extra_upstream", "maker", "makers"]


@pytest.mark.parametrize("index", [True, False])
def test_a_remote_without_a_collection(
    tmp_path: Path, upstream_key: SigningKey, client: Client, index: bool
) -> None:
    filled = fill if index else fill_without_index
    upstream = kept_upstream(tmp_path / "up", upstream_key, filled, "", signed=True)
    builder = Builder(tmp_path / "builder", upstream, upstream.path.as_uri())
    builder.lock("org.test.Hello")
    locked = builder.commit(HELLO)
    upstream.bump(HELLO)
    upstream.update(index=index)
    one, other = builder.colleague("one"), builder.colleague("other")
    one.make()
    (upstream.path / "summary").unlink()
    other.make()
    assert one.verify()["ok"]
    assert differences(one.drive, other.drive) == []
    # It is the remote itself, with upstream's own list of then.
    drive = one.drive / ".ostree/repo/extensions/satchel/remotes/up"
    assert (drive / ("summary.idx" if index else "summary")).is_file()
    subprocess.run(
        ["sh", one.drive / "satchel/install.sh", "--user", HELLO],
        env=client.environment,
        check=True,
        capture_output=True,
    )
    assert client.installed()[HELLO] == locked


def test_a_list_that_was_exchanged_is_refused(tmp_path: Path, upstream_key: SigningKey) -> None:
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill, "", signed=True)
    builder = Builder(tmp_path / "builder", upstream, upstream.path.as_uri())
    builder.lock("org.test.Hello")
    lock = builder.json
    source = lock["sources"]["remote:up"]
    genuine = dict(source["lists"])
    for path in genuine:
        source["lists"] = {**genuine, path: genuine[path][::-1].replace("=", "A")}
        builder.write(lock)
        failed = builder.colleague(path.replace("/", "-")).make(check=False)
        assert failed.returncode in {2, 5}, path
    upstream.bump(HELLO)
    upstream.update()
    builder.lock("org.test.Hello")
    # The list of today does not go with the commits of then.
    source["lists"] = builder.json["sources"]["remote:up"]["lists"]
    builder.write(lock)
    assert "does not fit" in builder.colleague("mixed").make(check=2).said


def test_nothing_is_signed(tmp_path: Path, upstream_key: SigningKey) -> None:
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill, "", signed=False)
    builder = Builder(tmp_path / "builder", upstream, upstream.path.as_uri())
    builder.lock("org.test.Hello", "--allow-unsigned")
    assert "--allow-unsigned" in builder.colleague("careful").make(check=5).said
    other = builder.colleague("other")
    other.make("--allow-unsigned")
    assert other.record["collections"]["remote:up"]["unsigned"]


def test_some_languages(builder: Builder) -> None:
    builder.lock("org.test.Hello", "--language", "de")
    assert builder.json["sources"]["org.test.Upstream"]["refs"][LOCALE]["languages"] == ["de"]
    other = builder.colleague("other")
    other.make()
    assert other.verify()["ok"]
    assert other.record["languages"] == ["de"]
    whole = builder.colleague("whole")
    satchel("make", whole.drive, "org.test.Hello", *builder.remote, home=whole.home)
    assert len(other.tree) < len(whole.tree)


def test_an_app_as_a_file(builder: Builder, tmp_path: Path) -> None:
    file = tmp_path / "builder/other.flatpak"
    upstream = builder.upstream
    command = ["flatpak", "build-bundle", f"--arch={ARCH}", str(upstream.path), str(file)]
    subprocess.run([*command, "org.test.Other", "stable"], check=True, capture_output=True)
    builder.lock(file)
    assert [bundle["place"] for bundle in builder.json["bundles"]] == ["other.flatpak"]
    other = builder.colleague("other")
    other.make()
    assert (other.drive / "satchel/bundles/org.test.Other.flatpak").read_bytes() == (
        file.read_bytes()
    )
    assert other.verify()["ok"]
    file.write_bytes(file.read_bytes()[:-1])
    assert "other.flatpak" in builder.colleague("late").make(check=2).said


def test_extra_data(maker: Maker, tmp_path: Path) -> None:
    path = tmp_path / "extra.lock"
    words = ("--remote", maker.remote)
    satchel(
        *("lock", "-o", path, "org.test.Extra", "--with-extra-data"),
        *words,
        home=maker.home,
        env=maker.variables,
    )
    printed = satchel(
        *("lock", "org.test.Extra", "--with-extra-data"),
        *words,
        home=maker.home,
        env=maker.variables,
    )
    assert printed.stdout == path.read_text()
    payloads = json.loads(path.read_text())["sources"]["org.test.Upstream"]["refs"][APP][
        "extra_data"
    ]
    assert [each["sha256"] for each in payloads] == [PART.sha256]
    maker.run("make", "--locked", path, *words)
    assert maker.payload(PART).read_bytes() == PART.payload
    assert maker.codes().keys() <= {"upstream-missing"}


def test_several_architectures(tmp_path: Path, upstream_key: SigningKey) -> None:
    upstream = Upstream(tmp_path / "up", upstream_key)
    for arch in ("x86_64", "aarch64"):
        upstream.add_runtime(arch=arch, runnable=False)
        upstream.add_app("org.test.Hello", arch=arch)
    upstream.update()
    builder = Builder(tmp_path / "builder", upstream, upstream.path.as_uri())
    builder.lock("org.test.Hello", "--arch", "x86_64", "--arch", "aarch64")
    source = builder.json["sources"]["org.test.Upstream"]
    assert source["arches"] == ["aarch64", "x86_64"]
    other = builder.colleague("other")
    forget_lists(upstream)
    other.make()
    assert other.verify()["ok"]
    said = other.inspect("--json").stdout
    assert all(f"app/org.test.Hello/{arch}/stable" in said for arch in source["arches"])


def test_a_saved_choice(builder: Builder) -> None:
    satchel("profiles", "save", "class 5b", "org.test.Hello", home=builder.home)
    builder.lock("class 5b")
    assert builder.commit(HELLO) == builder.upstream.refs[HELLO]
    assert builder.json["asked"]["refs"] == ["org.test.Hello"]
    named = builder.path.read_bytes()
    builder.lock("--profile", "class 5b")
    assert builder.path.read_bytes() == named
    satchel("profiles", "save", "class 6a", "org.test.Large", home=builder.home)
    assert "two choices" in builder.lock("class 5b", "class 6a", check=2).said


@pytest.fixture
def builder(tmp_path: Path, default_upstream: Upstream) -> Builder:
    return Builder(tmp_path / "builder", default_upstream, default_upstream.path.as_uri())


def test_a_key_that_the_source_has_no_more(tmp_path: Path, upstream_key: SigningKey) -> None:
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill, "org.test.Upstream", signed=True)
    builder = Builder(tmp_path / "builder", upstream, upstream.path.as_uri())
    builder.lock("org.test.Hello")
    new = SigningKey("New <new@example.org>")
    try:
        upstream.key = new
        file = tmp_path / "new.flatpakrepo"
        file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        other = Colleague(tmp_path / "other", builder.path, ("--remote", file))
        failed = other.make(check=5)
        assert "lock --update" in failed.said
        assert not any(other.drive.iterdir())
    finally:
        new.close()


def test_images_of_a_registry(tmp_path: Path, upstream_key: SigningKey) -> None:
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill_images)
    path = tmp_path / "images.lock"
    with RegistryServer(tmp_path / "registry") as server:
        server.add_all(upstream)
        home, remote = tmp_path / "home", ("--remote", server.url, "--allow-unsigned")
        home.mkdir()
        satchel("lock", "-o", path, "org.test.Notes", *remote, home=home)
        (image,) = [each for each in json.loads(path.read_text())["images"] if each.get("chosen")]
        digest = image["digest"]
        assert server.digests[image["ref"]] == digest
        drives = [tmp_path / "one", tmp_path / "other"]
        for drive in drives:
            drive.mkdir()
            own = tmp_path / f"home of {drive.name}"
            own.mkdir()
            satchel("make", drive, "--locked", path, *remote, home=own)
        assert differences(*drives) == []
        assert digest.partition(":")[2] in {
            blob.name for blob in (drives[0] / "satchel/oci/blobs/sha256").iterdir()
        }
        stranger = tmp_path / "stranger"
        stranger.mkdir()
        empty = tmp_path / "empty"
        empty.mkdir()
        failed = satchel(
            *("make", empty, "--locked", path, "--allow-unsigned"), home=stranger, check=5
        )
        assert server.url in failed.said


def test_metadata_as_it_was_published(tmp_path: Path, own_upstream: Upstream) -> None:
    own_upstream.update(ostree_metadata=True)
    builder = Builder(tmp_path / "builder", own_upstream, own_upstream.path.as_uri())
    builder.lock("org.test.Hello")
    commit = builder.json["sources"][COLLECTION]["metadata"]["commit"]
    own_upstream.bump(HELLO)
    own_upstream.update(ostree_metadata=True)
    other = builder.colleague("other")
    other.make()
    ref = other.drive / f".ostree/repo/refs/mirrors/{COLLECTION}/ostree-metadata"
    assert ref.read_text() == f"{commit}\n"
    assert other.verify()["ok"]
    signatures = other.drive / f".ostree/repo/objects/{commit[:2]}/{commit[2:]}.commitmeta"
    signatures.unlink()
    assert other.finding("metadata-bad-signature")


def fill_second(upstream: Upstream) -> None:
    upstream.add_runtime("org.test.Base")
    upstream.add_app("org.test.Only", runtime="org.test.Base//1")
    upstream.update()


def test_what_the_next_lock_does_not_name_leaves_the_drive(
    builder: Builder, tmp_path: Path, upstream_key: SigningKey
) -> None:
    file = tmp_path / "builder/other.flatpak"
    command = ["flatpak", "build-bundle", f"--arch={ARCH}", str(builder.upstream.path), str(file)]
    subprocess.run([*command, "org.test.Other", "stable"], check=True, capture_output=True)
    second = kept_upstream(tmp_path / "second", upstream_key, fill_second, "org.test.Second")
    added = tmp_path / "second.flatpakrepo"
    added.write_text(second.flatpakrepo(second.path.as_uri()))
    used, fresh = builder.colleague("used"), builder.colleague("fresh")
    for home in (builder.home, used.home):
        satchel("remotes", "add", added, home=home)
    builder.remote = ()
    satchel("remotes", "add", tmp_path / "builder/up.flatpakrepo", home=builder.home)
    builder.lock("up:org.test.Hello", "second:org.test.Only", file)
    assert set(builder.json["sources"]) == {COLLECTION, "org.test.Second"}
    used.make()
    builder.lock("up:org.test.Hello")
    used.make()
    fresh.make()
    assert used.verify()["ok"]
    assert differences(used.drive, fresh.drive) == []


def test_translations_that_come_in_part_share_trees_with_whole_ones(
    tmp_path: Path, upstream_key: SigningKey
) -> None:
    first = kept_upstream(tmp_path / "up", upstream_key, fill, COLLECTION, signed=True)
    second = kept_upstream(tmp_path / "second", upstream_key, fill, "org.test.Second", signed=True)
    builder = Builder(tmp_path / "builder", first, first.path.as_uri())
    added = tmp_path / "second.flatpakrepo"
    added.write_text(second.flatpakrepo(second.path.as_uri()))
    satchel("remotes", "add", added, home=builder.home)
    satchel("remotes", "add", tmp_path / "builder/up.flatpakrepo", home=builder.home)
    remote, builder.remote = builder.remote, ()
    # As it is where a Locale extension of the same content does not divide.
    builder.lock("second:org.test.Other")
    whole = builder.json["sources"]
    builder.lock("up:org.test.Hello", "--language", "de")
    lock = builder.json
    lock["sources"] |= whole
    builder.write(lock)
    builder.remote = remote
    other = builder.colleague("other")
    satchel("remotes", "add", added, home=other.home)
    other.make()
    assert other.verify()["ok"]
