"""Whose commits are published, and as what."""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import struct
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from app.formats.gvariant import Variant, parse
from tests.client import Client
from tests.gpg import SigningKey
from tests.media.publishing.publisher import COLLECTION, Publisher
from tests.media.publishing.test_checked import codes
from tests.satchel import command, environment, satchel
from tests.servers import Server
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough


def signers(publisher: Publisher, ref: str, *keys: SigningKey, tmp_path: Path) -> str:
    """What ostree says of the signatures of a commit, with these keys known."""
    home = tmp_path / "gpg"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    (home / "pubring.gpg").write_bytes(b"".join(key.public for key in keys))
    return publisher.ostree("show", f"--gpg-homedir={home}", ref)


def test_upstreams_own_collection_keeps_its_commits(
    publisher: Publisher, serve: Callable[..., Server], client: Client, tmp_path: Path
) -> None:
    """With the maker's signature beside: either key will do."""
    upstream = publisher.upstream
    hello = f"app/org.test.Hello/{upstream.arch}/stable"
    finished = publisher.first("org.test.Hello", collection=upstream.collection).finished
    assert hello in finished["as_they_are"]
    assert publisher.commit(hello) == upstream.refs[hello]
    both = signers(publisher, hello, upstream.key, publisher.maker, tmp_path=tmp_path)
    assert both.count("Good signature") == 2
    server = serve(publisher.path)
    # Upstream's key vouches for the commits, not for the list of them.
    client.remote_add("theirs", server.url, upstream.key.public, upstream.collection, check=False)
    client.install("theirs", "org.test.Hello", check=False)
    assert not client.installed()
    client.remote_add("ours", server.url, publisher.maker.public, upstream.collection)
    client.install("ours", "org.test.Hello")
    assert client.installed()[hello] == upstream.refs[hello]


def test_bound_commits_are_all_that_upstream_made_of_them(publisher: Publisher) -> None:
    upstream = publisher.upstream
    upstream.add_app("org.test.Going", eol_rebase="org.test.Hello")
    upstream.update()
    publisher.first("org.test.Going", "org.test.Hello")
    going, hello = (f"app/org.test.{name}/{upstream.arch}/stable" for name in ("Going", "Hello"))
    for ref in (going, hello):
        theirs = commit_of(upstream.path, upstream.refs[ref])
        ours = commit_of(publisher.path, publisher.commit(ref))
        assert ours[3:] == theirs[3:]
        assert ours[0].pop("ostree.collection-binding") == Variant("s", COLLECTION)
        assert ours[0].pop("xa.from_commit") == Variant("s", upstream.refs[ref])
        for key, value in theirs[0].items():
            if key not in {"ostree.collection-binding", "ostree.collection-refs-binding"}:
                assert ours[0][key] == value, key
    assert "ostree.endoflife-rebase" in commit_of(publisher.path, publisher.commit(going))[0]


def commit_of(repository: Path, checksum: str) -> Any:
    path = repository / f"objects/{checksum[:2]}/{checksum[2:]}.commit"
    return parse("(a{sv}aya(say)sstayay)", path.read_bytes()).unpack()


def test_a_version_follows_upon_the_one_before(publisher: Publisher) -> None:
    upstream = publisher.upstream
    hello = f"app/org.test.Hello/{upstream.arch}/stable"
    publisher.first("org.test.Hello")
    first = publisher.commit(hello)
    publisher.again()
    assert publisher.commit(hello) == first
    upstream.bump(hello)
    upstream.update()
    publisher.again()
    assert f"Parent:  {first}" in publisher.ostree("log", hello)


def test_nothing_unsigned_unless_that_is_said(
    upstream_key: SigningKey, publishing_key: SigningKey, tmp_path: Path
) -> None:
    upstream = Upstream(tmp_path / "up", upstream_key, collection="", signed=False)
    upstream.add_runtime()
    upstream.add_app("org.test.Plain")
    upstream.update()
    publisher = Publisher(tmp_path / "publisher", upstream, publishing_key)
    refused = publisher.first("org.test.Plain", check=5)
    assert not (publisher.path / "summary").exists(), refused.said
    notices = publisher.first("org.test.Plain", "--allow-unsigned").events
    told = next(each for each in notices if "Nobody vouches for" in str(each.get("message")))
    # Not what is said of drives.
    assert told["hint"] == "With your signature you do: computers install it without asking."
    ref = f"app/org.test.Plain/{upstream.arch}/stable"
    said = signers(publisher, ref, publishing_key, tmp_path=tmp_path)
    assert said.count("Good signature") == 1


def test_subsets_are_remotes_of_their_own(
    publisher: Publisher, serve: Callable[..., Server], client: Client
) -> None:
    publisher.path.mkdir()
    server = serve(publisher.path)
    subset = ("--subset", "kids=org.test.Hello", "--subset", "kids=org.test.Platform")
    publisher.first("org.test.Hello", "org.test.Large", *subset, url=server.url)
    arch = publisher.upstream.arch
    assert set(publisher.lists()[1]) == {arch, f"kids-{arch}"}
    client.run("remote-add", "--user", "--subset=kids", "kids", publisher.repo_file)
    listed = client.run("remote-ls", "--user", "--app", "--columns=application", "kids").stdout
    assert listed.split() == ["org.test.Hello"]
    client.install("kids", "org.test.Hello")
    client.run("update", "--user", "--appstream", "kids")
    found = client.run("search", "--user", "--columns=application", "greeting").stdout
    assert found.split() == ["org.test.Hello"]
    # It stays so, until somebody says otherwise.
    publisher.again()
    assert set(publisher.lists()[1]) == {arch, f"kids-{arch}"}


def test_another_key_signs_everything_anew(
    publisher: Publisher, serve: Callable[..., Server], client: Client, tmp_path: Path
) -> None:
    """Of commits the old signatures stay; without the old key the lists are the new one's alone."""
    hello = f"app/org.test.Hello/{publisher.upstream.arch}/stable"
    publisher.first("org.test.Hello")
    key = SigningKey("Another <another@example.org>")
    try:
        done = publisher.again("--sign-key", key.fingerprint, env={"GNUPGHOME": key.homedir})
        assert "The key of before does not sign the lists as well" in done.stdout
        said = signers(publisher, hello, key, publisher.maker, tmp_path=tmp_path)
        assert said.count("Good signature") == 2
        server = serve(publisher.path)
        client.run("remote-add", "--user", "school", publisher.repo_file)
        client.run("remote-modify", "--user", f"--url={server.url}", "school")
        client.install("school", "org.test.Hello")
    finally:
        key.close()


def test_a_key_that_wants_a_passphrase(publisher: Publisher) -> None:
    """Is told before anything is fetched: in a script nobody is there to type it."""
    key = SigningKey("Locked <locked@example.org>", passphrase="secret")
    subprocess.run(["gpgconf", "--homedir", key.homedir, "--kill", "gpg-agent"], check=True)
    try:
        more = ("--sign-key", key.fingerprint, "--collection-id", COLLECTION)
        done = publisher.again("org.test.Hello", *more, env={"GNUPGHOME": key.homedir}, check=5)
    finally:
        key.close()
    assert not any(event.get("phase") == "download" for event in done.events)
    assert not publisher.path.exists()


def test_a_key_that_has_ended_damages_nothing(publisher: Publisher) -> None:
    """Prolonged, it is handed out so, and its signatures stay."""
    key = SigningKey("Old <old@example.org>", expired=True)
    ended, environment = key.public, {"GNUPGHOME": key.homedir}
    key.prolong("never")
    try:
        words = ("--sign-key", key.fingerprint, "--collection-id", COLLECTION)
        publisher.again("org.test.Hello", *words, env=environment)
        file = publisher.repo_file
        now = b64encode(key.public).decode()
        assert now in file.read_text()
        file.write_text(file.read_text().replace(now, b64encode(ended).decode()))
        assert "were damaged" not in publisher.again(env=environment).said
        assert now in file.read_text()
    finally:
        key.close()
    assert codes(publisher) == set()


@pytest.mark.thorough
def test_clients_of_the_old_key_get_the_new_one(
    publisher: Publisher, serve: Callable[..., Server], client: Client
) -> None:
    """While the maker has both: by the next update, after which the old one can go."""
    upstream = publisher.upstream
    hello = f"app/org.test.Hello/{upstream.arch}/stable"
    publisher.first("org.test.Hello")
    server = serve(publisher.path)
    client.run("remote-add", "--user", "school", publisher.repo_file)
    client.run("remote-modify", "--user", f"--url={server.url}", "school")
    client.install("school", "org.test.Hello")
    key = SigningKey("Another <another@example.org>")
    try:
        alone = {"GNUPGHOME": key.homedir}
        both = SigningKey("Third <third@example.org>")
        try:
            for each in (key, publisher.maker):
                secret = each.gpg("--export-secret-keys", each.fingerprint)
                both.gpg("--import", data=secret)
            upstream.bump(hello)
            upstream.update()
            publisher.again("--sign-key", key.fingerprint, env={"GNUPGHOME": both.homedir})
        finally:
            both.close()
        assert codes(publisher) == set()
        client.update()
        assert client.installed()[hello] == publisher.commit(hello)
        upstream.bump(hello)
        upstream.update()
        publisher.again(env=alone)
        assert codes(publisher) == set()
        client.update()
        assert client.installed()[hello] == publisher.commit(hello)
    finally:
        key.close()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["org.test.Hello"], "--collection-id and --sign-key"),
        (["org.test.Hello", "--collection-id", "x"], "--collection-id and --sign-key"),
        (["org.test.Hello", "--collection-id", "x", "--sign-key", "y"], "no collection ID"),
        (["--collection-id", "org.example.X"], "--collection-id and --sign-key"),
        (["org.test.Hello", "--title", "\f\033[2J"], "--title"),
    ],
)
def test_what_cannot_be_published(publisher: Publisher, more: list[str], says: str) -> None:
    said = publisher.again(*more, check=2).said
    assert says in said or "not a collection ID" in said
    assert not publisher.path.exists()


@pytest.mark.thorough
def test_what_cannot_be_taken_off(publisher: Publisher) -> None:
    publisher.first("--without", "org.test.Hello", check=2)
    assert not publisher.path.exists()
    publisher.first("org.test.Hello")
    for name, says in (("org.none.Such", "satchel inspect"), ("org.test.Hell", "org.test.Hello")):
        said = publisher.again("--without", name, check=2).said
        assert f"{name} is not published here." in said
        assert says in said


def test_a_directory_with_something_else_in_it_is_left_alone(publisher: Publisher) -> None:
    publisher.path.mkdir()
    (publisher.path / "letter.txt").write_text("Dear all")
    assert "is not empty" in publisher.first("org.test.Hello", check=2).said
    assert [path.name for path in publisher.path.iterdir()] == ["letter.txt"]


def test_the_same_app_of_two_sources(
    publisher: Publisher, upstream_key: SigningKey, tmp_path: Path
) -> None:
    other = Upstream(tmp_path / "other", upstream_key, collection="org.test.Other")
    other.add_runtime()
    other.add_app("org.test.Hello")
    other.update()
    publisher.first("org.test.Hello")
    file = tmp_path / "other.flatpakrepo"
    file.write_text(other.flatpakrepo(other.path.as_uri()))
    said = satchel(
        "publish", publisher.path, "org.test.Hello", "--remote", file,
        home=publisher.home, env=publisher.environment, check=False,
    )  # fmt: skip
    assert said.returncode == 2
    assert "comes from org.test.Other and from org.test.Upstream" in said.said


def test_a_further_key_for_ostree(publisher: Publisher, tmp_path: Path) -> None:
    """Every commit and both lists have its signature beside gpg's; openssl checks them here."""
    key = tmp_path / "key.pem"
    _openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    key.chmod(0o600)
    assert "Other users" not in publisher.first("org.test.Hello", "--ed25519-key", str(key)).said
    public = tmp_path / "public.pem"
    _openssl("pkey", "-in", key, "-pubout", "-out", public)
    raw = _openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]
    assert (publisher.path / "school.ed25519").read_text().strip() == b64encode(raw).decode()
    signed = [(publisher.path / name) for name in ("summary", "summary.idx")]
    pairs = [(path, path.with_name(f"{path.name}.sig")) for path in signed]
    for commit in (publisher.path / "objects").rglob("*.commit"):
        pairs.append((commit, commit.with_suffix(".commitmeta")))
    assert len(pairs) >= 9
    for path, detached in pairs:
        (signature,) = parse("a{sv}", detached.read_bytes()).get("ostree.sign.ed25519", "aay")
        (tmp_path / "signature").write_bytes(signature)
        _openssl(
            "pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", path,
            "-sigfile", tmp_path / "signature",
        )  # fmt: skip
    # It is remembered as the other one is.
    publisher.upstream.bump(f"app/org.test.Hello/{publisher.upstream.arch}/stable")
    publisher.upstream.update()
    key.chmod(0o644)
    again = publisher.again()
    assert again.finished["ed25519"]
    assert "Other users of this computer can read" in again.said
    data = (publisher.path / "summary.sig").read_bytes()
    assert len(parse("a{sv}", data).get("ostree.sign.ed25519", "aay")) == 1


def _openssl(*words: str | Path) -> bytes:
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


def test_what_an_app_does_not_say_its_source_says(publisher: Publisher) -> None:
    """Older apps have nothing in them for a catalogue, but their source has."""
    upstream = publisher.upstream
    ref = f"app/org.test.Large/{upstream.arch}/stable"
    silent = f"app/org.test.Silent/{upstream.arch}/stable"
    upstream.add_app("org.test.Silent")
    for name in (ref, silent):
        shutil.rmtree(upstream.directory / "build" / name / "files/share/app-info")
        upstream.bump(name)
    upstream.update(appstream=False)
    finished = publisher.first("org.test.Hello", "org.test.Large", "org.test.Silent").finished
    assert finished["silent"] == [silent]
    catalogue = f"appstream2/{upstream.arch}"
    data = publisher.ostree("cat", catalogue, "/appstream.xml")
    bundles = ElementTree.fromstring(data).iterfind("component/bundle")
    assert [bundle.text for bundle in bundles] == [
        f"app/org.test.Hello/{upstream.arch}/stable",
        ref,
    ]
    icons = publisher.ostree("ls", "-R", catalogue)
    assert "icons/64x64/org.test.Large.png" in icons
    assert "no errors found" in publisher.ostree("fsck")


def test_several_architectures(publisher: Publisher) -> None:
    """Each has lists and catalogues of its own."""
    upstream = publisher.upstream
    upstream.add_runtime(arch="riscv64")
    upstream.add_app("org.test.Hello", arch="riscv64")
    upstream.update()
    publisher.first("org.test.Hello", "--arch", upstream.arch, "--arch", "riscv64")
    _, subs, compat = publisher.lists()
    assert set(subs) == {upstream.arch, "riscv64"}
    for arch, (refs, _) in subs.items():
        names = {name for name, _ in refs}
        assert f"app/org.test.Hello/{arch}/stable" in names
        assert {f"appstream/{arch}", f"appstream2/{arch}", "ostree-metadata"} <= names
        assert not any(other in name for name in names for other in subs if other != arch)
    assert {name for name, _ in compat[0]} == {
        name for refs, _ in subs.values() for name, _ in refs
    }


def test_only_its_owner_sees_what_it_is_made_from(publisher: Publisher) -> None:
    """And everybody sees the rest, however careful the owner is with their files."""
    words = shlex.join(map(str, command(*publisher.arguments("org.test.Hello"))))
    options = f"--collection-id {COLLECTION} --sign-key {publisher.maker.fingerprint}"
    subprocess.run(
        ["sh", "-c", f"umask 077; exec {words} {options}"],
        env={**environment(publisher.home), **publisher.environment},
        cwd=publisher.home,
        check=True,
        capture_output=True,
    )
    workshop = publisher.path / ".satchel"
    assert workshop.stat().st_mode & 0o777 == 0o700
    for path in (publisher.path, *publisher.path.rglob("*")):
        if workshop not in (path, *path.parents) and path.name != ".lock":
            assert path.stat().st_mode & 0o044 == 0o044, path


def test_two_at_once(publisher: Publisher) -> None:
    """The second waits for nobody; what is there stays right."""
    publisher.first("org.test.Hello")
    descriptor = os.open(publisher.path / ".lock", os.O_RDWR)
    try:
        fcntl.fcntl(
            descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
        )
        assert "Another program" in publisher.again("org.test.Large", check=3).said
    finally:
        os.close(descriptor)
    assert "org.test.Large" not in publisher.ostree("refs")
    publisher.again("org.test.Large")
    assert "org.test.Large" in publisher.ostree("refs")


def test_what_has_lost_its_signature_is_told(
    own_upstream: Upstream, publishing_key: SigningKey, tmp_path: Path
) -> None:
    """Whoever publishes it vouches for it from then on."""
    upstream = own_upstream
    commit = upstream.refs[f"app/org.test.Hello/{upstream.arch}/stable"]
    (upstream.path / f"objects/{commit[:2]}/{commit[2:]}.commitmeta").unlink()
    publisher = Publisher(tmp_path / "publisher", upstream, publishing_key)
    said = publisher.first("org.test.Hello", "--allow-unsigned")
    (notice,) = [each for each in said.events if "Nobody vouches for" in each.get("message", "")]
    assert "org.test.Hello: Test upstream signs" in notice["message"]
    assert "With your signature you do" in notice["hint"]
