"""What upstreams without a collection ID look like, as real ones were seen to."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.damage import HELLO, OTHER
from tests.stick.installer.running import run
from tests.stick.receiving.computers import Computer
from tests.stick.remotes.carrying import ORIGIN, Carrier
from tests.stick.remotes.conftest import fill
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.thorough

TOOL = HELLO.replace("Hello", "Tool")


def installs(carrier: Carrier, place: Path, *options: str) -> dict[str, str]:
    """What a real computer has afterwards."""
    computer = Computer(place)
    run(computer, carrier.drive, *options)
    return computer.installed()


@pytest.fixture
def upstream(nameless: Upstream, tmp_path: Path) -> Upstream:
    return nameless.copy(tmp_path / "upstream")


@pytest.fixture
def fresh(upstream: Upstream, tmp_path: Path) -> Carrier:
    """Nothing is on the drive yet."""
    return Carrier(upstream, tmp_path)


def test_without_an_index(fresh: Carrier, tmp_path: Path) -> None:
    fresh.upstream.update(index=False)
    assert fresh.make("org.test.Hello")["ok"]
    assert not (fresh.copy / "summary.idx").exists()
    assert installs(fresh, tmp_path / "computer")[HELLO] == fresh.refs[HELLO]


def test_without_a_catalogue(fresh: Carrier, tmp_path: Path) -> None:
    fresh.upstream.ostree("refs", "--delete", "appstream2")
    fresh.upstream.ostree("refs", "--delete", "appstream")
    fresh.upstream.update(appstream=False)
    assert fresh.make("org.test.Hello")["ok"]
    assert installs(fresh, tmp_path / "computer")[HELLO] == fresh.refs[HELLO]


@pytest.fixture
def rsa() -> Iterator[SigningKey]:
    """Most have one; all other tests have Ed25519."""
    key = SigningKey("Somebody <somebody@example.org>")
    name = "Other <other@example.org>"
    key.gpg("--batch", "--passphrase", "", "--quick-generate-key", name, "rsa2048", "sign")
    listing = key.gpg("--list-keys", "--with-colons", name).decode().splitlines()
    key.fingerprint = next(line.split(":")[9] for line in listing if line.startswith("fpr:"))
    key.public = key.gpg("--export", key.fingerprint)
    yield key
    key.close()


def test_an_rsa_key(rsa: SigningKey, tmp_path: Path) -> None:
    upstream = Upstream(tmp_path / "upstream", rsa, "")
    fill(upstream)
    carrier = Carrier(upstream, tmp_path)
    assert carrier.make("org.test.Hello")["ok"]
    assert installs(carrier, tmp_path / "computer")[HELLO] == carrier.refs[HELLO]


# ---- What commits say that they are


def test_a_commit_that_says_nothing_of_refs(fresh: Carrier, tmp_path: Path) -> None:
    """Neither flatpak nor Satchel minds."""
    fresh.upstream.republish(HELLO, "--no-bindings")
    fresh.upstream.update()
    assert fresh.make("org.test.Hello")["ok"]
    assert installs(fresh, tmp_path / "computer")[HELLO] == fresh.refs[HELLO]


def test_a_commit_of_a_collection(fresh: Carrier, tmp_path: Path) -> None:
    """Clients that know of no collection do not look which one a commit names."""
    fresh.upstream.republish(HELLO, f"--add-metadata-string=ostree.collection-binding={COLLECTION}")
    fresh.upstream.update()
    assert fresh.make("org.test.Hello")["ok"]
    assert installs(fresh, tmp_path / "computer")[HELLO] == fresh.refs[HELLO]


def test_a_commit_of_another_ref(fresh: Carrier) -> None:
    fresh.upstream.ostree("refs", f"--create={OTHER}", "--force", HELLO)
    fresh.upstream.update()
    fresh.make("org.test.Other", check=5)
    assert not list(fresh.drive.rglob("*.commit"))


def test_a_commit_that_no_flatpak_installs(fresh: Carrier) -> None:
    """As they were before 2018. It is named, and the rest is carried."""
    fresh.upstream.now += 60
    fresh.upstream.ostree(
        "commit",
        *fresh.upstream._signing(),
        f"--branch={OTHER}",
        f"--tree=ref={OTHER}",
        f"--timestamp=@{fresh.upstream.now}",
    )
    fresh.upstream.update(appstream=False)
    done = fresh.run("make", "org.test.Other", "--yes", check=4)
    assert OTHER in done.stderr
    assert "no flatpak of today installs it" in done.stderr.replace("\n         ", " ")
    finished = fresh.make("org.test.Other", "org.test.Hello", check=False)
    assert [left["ref"] for left in finished["left_out"]] == [OTHER]
    assert HELLO in fresh.refs


# ---- Nobody vouches for it


@pytest.fixture(params=["", COLLECTION], ids=["nameless", "collection"])
def unsigned(request: pytest.FixtureRequest, upstream_key: SigningKey, tmp_path: Path) -> Carrier:
    upstream = Upstream(tmp_path / "unsigned", upstream_key, request.param, signed=False)
    fill(upstream)
    return Carrier(upstream, tmp_path)


def test_unsigned(unsigned: Carrier, tmp_path: Path) -> None:
    """Only where that was said, for the job and on each computer; a collection as well, which no
    client takes without a key."""
    unsigned.make("org.test.Hello", check=5)
    assert not list(unsigned.drive.iterdir())
    finished = unsigned.make("org.test.Hello", "--allow-unsigned")
    assert finished["unsigned"] == ["Test upstream"]
    assert HELLO in unsigned.refs
    repo_file = (unsigned.copy / "up.flatpakrepo").read_text()
    assert "GPGKey" not in repo_file
    assert "CollectionID" not in repo_file
    assert unsigned.errors() == {("unvouched", ORIGIN)}
    assert unsigned.errors("--trust-drive-keys") == {("unvouched", ORIGIN)}

    computer = Computer(tmp_path / "computer")
    run(computer, unsigned.drive, expect=1)
    assert computer.installed() == {}
    run(computer, unsigned.drive, "--allow-unsigned")
    assert computer.installed()[HELLO] == unsigned.refs[HELLO]
    assert "Hello from a remote" in computer.client.flatpak_run("org.test.Hello")


def test_a_key_for_what_is_unsigned(unsigned: Carrier, attacker: SigningKey) -> None:
    """Computers that get it refuse all of that, whoever accepts it unsigned."""
    unsigned.make("org.test.Hello", "--allow-unsigned")
    key = f"GPGKey={base64.b64encode(attacker.public).decode()}\n"
    for path in (unsigned.copy / "up.flatpakrepo", unsigned.drive / "satchel/up.flatpakrepo"):
        path.write_text(path.read_text() + key)
    words = ("repair", unsigned.drive, "--allow-unsigned", "--yes")
    satchel(*words, home=unsigned.directory / "somebody", check=1)


def test_unsigned_for_each_job_anew(unsigned: Carrier) -> None:
    unsigned.make("org.test.Hello", "--allow-unsigned")
    unsigned.upstream.bump(HELLO)
    unsigned.upstream.update()
    before = unsigned.refs
    unsigned.run("update", "--yes", check=5)
    assert unsigned.refs == before
    unsigned.run("update", "--yes", "--allow-unsigned")
    assert unsigned.refs != before
    # What was accepted before may be taken off, and stays what it was.
    satchel("remove", unsigned.drive, "org.test.Hello", "--yes", home=unsigned.home)


def test_a_key_and_a_list_that_it_has_not_signed(fresh: Carrier) -> None:
    """Computers with that key refuse the list, so it can only be taken without."""
    for name in ("summary.sig", "summary.idx.sig"):
        (fresh.upstream.path / name).unlink()
    for path in (fresh.upstream.path / "summaries").glob("*.idx.sig"):
        path.unlink()
    fresh.make("org.test.Hello", check=5)
    said = fresh.run("make", "org.test.Hello", "--allow-unsigned", check=5).stderr
    assert "without its key" in said.replace("\n         ", " ")
    words = ("--remote", fresh.upstream.path.as_uri(), "--allow-unsigned", "--json")
    done = satchel("make", fresh.drive, "org.test.Hello", *words, home=fresh.home)
    assert done.finished["ok"]
    assert len(done.finished["unsigned"]) == 1
    assert done.finished["verify"]["unsigned_apps"] == [HELLO]


def test_a_key_that_nobody_publishes(fresh: Carrier, tmp_path: Path) -> None:
    """Signed, and nobody can tell by whom."""
    words = ("--remote", fresh.upstream.path.as_uri(), "--allow-unsigned", "--json")
    done = satchel("make", fresh.drive, "org.test.Hello", *words, home=fresh.home)
    assert done.finished["ok"]
    assert done.finished["verify"]["unsigned_apps"] == [HELLO]
    report = satchel("verify", "--json", fresh.drive, home=fresh.home, check=1).json
    (error,) = [each for each in report["findings"] if each["severity"] == "error"]
    assert error["code"] == "unvouched"
    assert "org.test.Hello" in error["message"]
    installed = installs(fresh, tmp_path / "computer", "--allow-unsigned")
    assert installed[HELLO] == fresh.upstream.refs[HELLO]


def test_an_app_whose_runtime_nobody_has_signed(
    fresh: Carrier, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """It runs what nobody vouches for, whoever has signed the app; a rehearsal agrees to that."""
    for path in fresh.upstream.path.rglob("*.sig"):
        path.unlink()
    tools = Upstream(tmp_path / "tools", upstream_key)
    tools.add_app("org.test.Tool")
    tools.update()
    remote = tmp_path / "tools.flatpakrepo"
    remote.write_text(tools.flatpakrepo(tools.path.as_uri()))
    words = ("make", fresh.drive, "--allow-unsigned", "--json", "--remote")
    satchel(*words, fresh.upstream.path.as_uri(), "org.test.Hello", home=fresh.home)
    done = satchel(*words, remote, "org.test.Tool", home=fresh.home)
    assert done.finished["verify"]["unsigned_apps"] == [HELLO, TOOL]
    tried = satchel("rehearse", fresh.drive, TOOL, "--json", home=fresh.home).json
    assert [[app["ref"] for app in way["apps"]] for way in tried["ways"]] == [[TOOL], []]
    assert "of a source without a collection ID" in str(tried["ways"][1]["reason"])
    assert "Nobody vouches for" in str(tried["notices"])


def test_a_wrong_key_is_no_missing_one(fresh: Carrier, attacker: SigningKey) -> None:
    """Whatever is allowed."""
    remote = fresh.home / "up.flatpakrepo"
    forged = Upstream.restored(
        fresh.upstream.directory, attacker, "", fresh.upstream.state()
    ).flatpakrepo(fresh.upstream.path.as_uri())
    remote.write_text(forged)
    for options in ((), ("--allow-unsigned",)):
        words = ("make", fresh.drive, "org.test.Hello", "--remote", remote, "--json", *options)
        satchel(*words, home=fresh.home, check=5)
    assert not list(fresh.drive.iterdir())
