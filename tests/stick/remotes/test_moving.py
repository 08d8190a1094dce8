"""Drives with remotes without a collection ID are brought up to date, and added to."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.servers import Server
from tests.stick.damage import HELLO, OTHER, RUNTIME
from tests.stick.installer.running import run
from tests.stick.nameless.sticks import settings
from tests.stick.receiving.computers import Computer
from tests.stick.remotes.carrying import ORIGIN, Carrier
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.thorough


def fill_other(upstream: Upstream) -> None:
    """An app that runs on what another source has."""
    upstream.add_app("org.test.Guest")
    upstream.update()


GUEST = OTHER.replace("Other", "Guest")


def test_everything_moves_to_the_new_list(carrier: Carrier) -> None:
    newer = carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    carrier.run("update", "--yes")
    assert carrier.refs[HELLO] == newer
    assert (carrier.copy / "summary").read_bytes() == (
        carrier.upstream.path / "summary"
    ).read_bytes()
    assert carrier.errors() == set()


def test_versions_cannot_be_kept(carrier: Carrier) -> None:
    """Computers take what the list on the drive names: another one would be lost to them."""
    newer = carrier.upstream.bump(HELLO)
    carrier.upstream.add_app("org.test.Third")
    carrier.upstream.update()
    done = carrier.run("make", "org.test.Third", "--keep-versions", "--yes")
    assert "since computers take only the versions that" in done.stdout.replace("\n", " ")
    assert carrier.refs[HELLO] == newer
    assert carrier.errors() == set()


def test_an_older_list_is_refused(carrier: Carrier, nameless: Upstream) -> None:
    carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    carrier.run("update", "--yes")
    before = carrier.refs
    shutil.rmtree(carrier.upstream.path)
    shutil.copytree(nameless.path, carrier.upstream.path)
    carrier.make("org.test.Other", check=5)
    assert carrier.refs == before
    assert carrier.make("org.test.Other", "--allow-older")["ok"]
    assert carrier.errors() == set()


def test_one_address_is_one_remote_whatever_it_is_called(carrier: Carrier) -> None:
    carrier.upstream.add_app("org.test.Third")
    carrier.upstream.update()
    again = Carrier(carrier.upstream, carrier.directory, "renamed")
    assert again.make("org.test.Third")["ok"]
    assert list(carrier.record["collections"]) == [ORIGIN]
    assert OTHER.replace("Other", "Third") in carrier.refs


def test_each_drive_has_its_own_name_for_it(carrier: Carrier, tmp_path: Path) -> None:
    """Of several that are written at once."""
    carrier.upstream.add_app("org.test.Third")
    carrier.upstream.update()
    other = tmp_path / "other"
    other.mkdir()
    again = Carrier(carrier.upstream, carrier.directory, "renamed")
    again.run("make", "org.test.Third", "--also", other, "--yes")
    third = OTHER.replace("Other", "Third")
    assert (carrier.repo / f"refs/remotes/up/{third}").exists()
    assert (other / f".ostree/repo/refs/remotes/renamed/{third}").exists()
    difference = satchel("diff", "--json", carrier.drive, other, home=carrier.home).json
    # What only one of them has, or both have: never the same thing twice.
    refs = [each["ref"] for each in difference["refs"]]
    assert len(refs) == len(set(refs))
    for drive in (carrier.drive, other):
        assert satchel("verify", drive, home=carrier.home).returncode == 0


def test_two_of_one_name_are_kept_apart(
    carrier: Carrier, upstream_key: SigningKey, tmp_path: Path
) -> None:
    place = tmp_path / "second"
    second = Carrier(kept_upstream(place, upstream_key, fill_other, ""), carrier.directory, "Up")
    assert second.make("org.test.Guest")["ok"]
    assert set(carrier.record["collections"]) == {ORIGIN, "remote:Up-2"}
    assert (carrier.repo / "extensions/satchel/remotes/Up-2/Up-2.flatpakrepo").exists()
    # Its runtime is the one that the other has.
    assert RUNTIME in carrier.refs
    assert carrier.errors() == set()


def test_beside_a_collection(carrier: Carrier, upstream_key: SigningKey, tmp_path: Path) -> None:
    """Either has its own list; a runtime may be the other's."""
    place = tmp_path / "second"
    second = kept_upstream(place, upstream_key, fill_other)
    remote = tmp_path / "second.flatpakrepo"
    remote.write_text(second.flatpakrepo(second.path.as_uri()))
    words = ("make", carrier.drive, "org.test.Guest", "--remote", remote, "--yes")
    said = satchel(*words, home=carrier.home).said
    assert "Computers will not be able to install" not in said
    assert "Not every computer will take" not in said
    assert (carrier.repo / f"refs/mirrors/{COLLECTION}/{GUEST}").exists()
    assert not (carrier.repo / "summary.idx").exists()
    assert carrier.errors() == set()
    satchel("remove", carrier.drive, "org.test.Guest", "--yes", home=carrier.home)
    assert carrier.errors() == set()


def test_it_stays_one_when_upstream_gets_a_collection(carrier: Carrier) -> None:
    carrier.upstream.collection = COLLECTION
    carrier.upstream.ostree("config", "set", "core.collection-id", COLLECTION)
    newer = carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    carrier.run("update", "--yes")
    assert carrier.refs[HELLO] == newer
    assert carrier.errors() == set()


# ---- It moves to another address


class Moving:
    """A source on the web, a drive from there, and what a person has said of it."""

    def __init__(self, upstream: Upstream, place: Path) -> None:
        self.upstream, self.drive, self.home = upstream, place / "drive", place / "home"
        self.drive.mkdir()
        self.home.mkdir()

    def known_at(self, url: str, name: str = "up") -> Path:
        file = self.home / f"{name}.flatpakrepo"
        file.write_text(self.upstream.flatpakrepo(url))
        return file

    def make(self, url: str, *words: str) -> None:
        options = ("--remote", self.known_at(url), "--no-verify", "--yes")
        satchel("make", self.drive, *words, *options, home=self.home)

    def update(self, remote: Path, *, check: bool | int = True) -> Done:
        return satchel(
            "update", self.drive, "--remote", remote, "--yes", home=self.home, check=check
        )

    def moves_on(self, *options: str) -> str:
        newer = self.upstream.bump(HELLO)
        self.upstream.update(options=options)
        return newer

    @property
    def hello(self) -> str:
        return (self.drive / ".ostree/repo/refs/remotes/up" / HELLO).read_text().strip()

    @property
    def origins(self) -> list[str]:
        return sorted(path.name for path in (self.drive / ".ostree/repo/refs/remotes").iterdir())


@pytest.fixture
def moving(nameless: Upstream, tmp_path: Path) -> Moving:
    return Moving(nameless.copy(tmp_path / "upstream"), tmp_path)


def test_the_old_address_is_gone(moving: Moving) -> None:
    """The list on the drive says where to, and this computer knows from then on."""
    with Server(moving.upstream.path) as there:
        moving.moves_on(f"--redirect-url={there.url}")
        with Server(moving.upstream.path) as server:
            moving.make(server.url, "org.test.Hello")
        for _ in range(2):
            newer = moving.moves_on("--redirect-url=")
            moving.update(moving.known_at(server.url))
            assert moving.hello == newer
        assert moving.origins == ["up"]


@pytest.mark.parametrize("verb", ["update", "make"])
def test_flatpak_has_followed_it_already(moving: Moving, verb: str) -> None:
    """The remote of this computer leads to the new address, the drive is of the old one."""
    with Server(moving.upstream.path) as there:
        moving.moves_on(f"--redirect-url={there.url}")
        with Server(moving.upstream.path) as server:
            moving.make(server.url, "org.test.Hello")
        newer = moving.moves_on("--redirect-url=")
        if verb == "update":
            moving.update(moving.known_at(there.url, "renamed"))
        else:
            moving.known_at(there.url)
            moving.make(there.url, "org.test.Other")
        assert moving.hello == newer
        assert moving.origins == ["up"]


def test_only_the_old_address_says_so(moving: Moving) -> None:
    """The drive was made before; what is still at the old address leads to what is known here."""
    with Server(moving.upstream.path) as server, Server(moving.upstream.path) as there:
        moving.make(server.url, "org.test.Hello")
        newer = moving.moves_on(f"--redirect-url={there.url}")
        moving.update(moving.known_at(there.url, "renamed"))
        assert moving.hello == newer
        assert moving.origins == ["up"]


def test_who_knows_the_new_address_keeps_it(moving: Moving) -> None:
    """That the old one is asked for a drive that was made there is no news of where a source is."""
    with Server(moving.upstream.path) as server, Server(moving.upstream.path) as there:
        moving.make(server.url, "org.test.Hello")
        satchel("remotes", "add", moving.known_at(there.url, "renamed"), home=moving.home)
        newer = moving.moves_on(f"--redirect-url={there.url}")
        satchel("update", moving.drive, "--yes", home=moving.home)
        known = satchel("remotes", "--json", home=moving.home).json
    assert moving.hello == newer
    added = [each["url"].rstrip("/") for each in known if "since" not in each]
    assert there.url in added, known


def test_another_source_of_the_same_people_stays_where_it_is(moving: Moving) -> None:
    """Its key is the drive's source's as well, and nobody has said that it moved."""
    other = moving.upstream.copy(moving.home / "other")
    with Server(moving.upstream.path) as server, Server(other.path) as elsewhere:
        satchel("remotes", "add", moving.known_at(elsewhere.url, "other"), home=moving.home)
        moving.make(server.url, "org.test.Hello")
        newer = moving.moves_on()
        satchel("update", moving.drive, "--yes", home=moving.home)
        known = satchel("remotes", "--json", home=moving.home).json
    assert moving.hello == newer
    added = [each["url"].rstrip("/") for each in known if "since" not in each]
    assert elsewhere.url in added, known


@pytest.mark.slow
def test_computers_have_the_old_address(moving: Moving, tmp_path: Path) -> None:
    """They get what is newer from the drive all the same, and keep the address that they have."""
    computer = Computer(tmp_path / "computer")
    with Server(moving.upstream.path) as there:
        with Server(moving.upstream.path) as server:
            moving.make(server.url, "org.test.Hello")
            run(computer, moving.drive)
            before = settings(computer, "up")
            moving.moves_on(f"--redirect-url={there.url}")
            moving.update(moving.known_at(server.url))
        newer = moving.moves_on("--redirect-url=")
        moving.update(moving.known_at(server.url))
    said = run(computer, moving.drive)
    assert computer.installed()[HELLO] == newer
    assert f"flatpak remote-modify --user --url={there.url} up" in said
    assert settings(computer, "up") == before
    assert f"url={server.url}" in before
    assert '[remote "up-' not in computer.config
    # Others have it at the new one.
    fresh = Computer(tmp_path / "fresh")
    run(fresh, moving.drive)
    assert f"url={there.url}" in settings(fresh, "up")
    report = satchel("verify", moving.drive, "--trust-drive-keys", "--json", home=moving.home).json
    assert report["ok"]


@pytest.mark.slow
def test_a_computer_with_satchel_has_the_old_address(moving: Moving, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    with Server(moving.upstream.path) as there:
        with Server(moving.upstream.path) as server:
            moving.make(server.url, "org.test.Hello")
            computer.receive(moving.drive, f"--trust-key={moving.upstream.key.fingerprint}")
            before = settings(computer, "up")
            moving.moves_on(f"--redirect-url={there.url}")
            moving.update(moving.known_at(server.url))
        newer = moving.moves_on("--redirect-url=")
        moving.update(moving.known_at(server.url))
    # Its own key counts, as it did where the source was before.
    computer.receive(moving.drive)
    assert computer.installed()[HELLO] == newer
    assert settings(computer, "up") == before
    assert '[remote "up-' not in computer.config


def forged(moving: Moving, address: str, attacker: SigningKey) -> None:
    other = moving.upstream.copy(moving.home / "forged")
    other.key = attacker
    other.update(options=[f"--redirect-url={address}"])
    copied = moving.drive / ".ostree/repo/extensions/satchel/remotes/up"
    for name in ("summary", "summary.sig", "summary.idx", "summary.idx.sig"):
        shutil.copyfile(other.path / name, copied / name)


def same_key(moving: Moving, address: str, attacker: SigningKey) -> None:
    """Another of the same people, who know nothing of a move."""
    del moving, address, attacker


@pytest.mark.parametrize("lie", [forged, same_key])
def test_nobody_who_counts_says_so(
    moving: Moving, attacker: SigningKey, lie: Callable[[Moving, str, SigningKey], None]
) -> None:
    with Server(moving.upstream.path) as server:
        moving.make(server.url, "org.test.Hello")
    before = moving.hello
    with Server(moving.upstream.path) as there:
        lie(moving, there.url, attacker)
        moving.moves_on()
        known = moving.known_at(server.url if lie is forged else there.url, "renamed")
        done = moving.update(known, check=4)
        if lie is forged:
            assert there.paths() == []
        else:
            # Where it was it may be still.
            said = " ".join(done.said.split())
            assert f"where it is or was, at {server.url}, nobody can be asked" in said
    assert moving.hello == before
