"""What has no collection ID is carried, and real computers install it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.stick.damage import ARCH, HELLO, LOCALE, OTHER, RUNTIME
from tests.stick.installer.running import run
from tests.stick.receiving.computers import SYSTEM, USER, Computer
from tests.stick.remotes.carrying import ORIGIN, Carrier
from tests.stick.test_drive_format import described, files, pattern

APPSTREAM = f"appstream2/{ARCH}"


def test_where_it_lies(made: Carrier) -> None:
    """Upstream's lists byte for byte, refs of the remote's; the stick's own list has nothing of
    it, nor is there any ostree-metadata."""
    upstream = made.upstream
    assert made.refs.keys() >= {HELLO, OTHER, LOCALE, RUNTIME, APPSTREAM}
    assert {made.refs[ref] for ref in (HELLO, OTHER)} == {
        upstream.refs[HELLO],
        upstream.refs[OTHER],
    }
    assert "ostree-metadata" not in made.refs
    assert not list((made.repo / "refs/mirrors").iterdir())
    for name in ("summary", "summary.sig", "summary.idx", "summary.idx.sig"):
        assert (made.copy / name).read_bytes() == (upstream.path / name).read_bytes()
    for part in (made.copy / "summaries").iterdir():
        assert part.read_bytes() == (upstream.path / "summaries" / part.name).read_bytes()
    assert b"org.test" not in (made.repo / "summary").read_bytes()
    assert not (made.repo / "summary.idx").exists()
    repo_file = (made.copy / "up.flatpakrepo").read_text()
    assert "CollectionID" not in repo_file
    assert "GPGKey=" in repo_file


def test_every_file_is_described(made: Carrier) -> None:
    patterns = [pattern(path) for path in described()]
    for path in files(made.drive):
        assert any(known.fullmatch(path) for known in patterns), path


def test_what_is_told_of_it(made: Carrier) -> None:
    (shown,) = satchel("inspect", "--json", made.drive, home=made.home).json["collections"]
    assert (shown["id"], shown["remote"], shown["unsigned"]) == (ORIGIN, "up", False)
    assert shown["disagreements"] == []
    assert {ref["state"] for ref in shown["refs"]} == {"current"}
    assert {ref["signature"] for ref in shown["refs"]} == {"good"}
    record = made.record["collections"][ORIGIN]
    assert (record["remote"], record["metadata"]) == ("up", "none")
    assert made.record["refs"][ORIGIN][HELLO]["chosen"]
    for verb in ("inspect", "verify"):
        said = satchel(verb, made.drive, home=made.home)
        assert "remote:" not in said.stdout + said.stderr
        assert "Test upstream" in said.stdout


@pytest.mark.thorough
def test_who_vouches_for_it(made: Carrier, tmp_path: Path) -> None:
    """This computer has made it; another one needs to know the key, by file or by remote."""
    assert made.errors() == set()
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    assert made.errors(home=stranger) == {("unvouched", ORIGIN)}
    assert made.errors("--trust-drive-keys", home=stranger) == set()
    assert made.errors("--remote", made.remote, home=stranger) == set()
    key = tmp_path / "key.gpg"
    key.write_bytes(made.upstream.key.public)
    assert made.errors("--gpg-key", key, home=stranger) == set()


@pytest.mark.slow
@pytest.mark.parametrize("scope", [USER, pytest.param(SYSTEM, marks=pytest.mark.thorough)])
def test_a_real_client_installs_it(made: Carrier, tmp_path: Path, scope: str) -> None:
    computer = Computer(tmp_path / "computer", scope)
    run(computer, made.drive)
    assert computer.installed() == {
        ref: commit for ref, commit in made.refs.items() if ref.startswith(("app/", "runtime/"))
    }
    assert f"\nurl={made.upstream.path.as_uri()}\n" in computer.config
    if scope == USER:
        assert "Hello from a remote" in computer.client.flatpak_run("org.test.Hello")


@pytest.mark.thorough
def test_taken_off_to_the_last(carrier: Carrier) -> None:
    satchel("remove", carrier.drive, "org.test.Other", "--yes", home=carrier.home)
    assert HELLO in carrier.refs
    assert OTHER not in carrier.refs
    assert carrier.errors() == set()
    satchel("remove", carrier.drive, "org.test.Hello", "--yes", home=carrier.home)
    assert not carrier.refs
    assert not carrier.copy.exists()
    assert ORIGIN not in carrier.record["collections"]
    assert carrier.errors() == set()
    assert not list((carrier.repo / "objects").glob("*/*"))


@pytest.mark.thorough
def test_a_clone_is_the_same(made: Carrier, tmp_path: Path) -> None:
    target = tmp_path / "clone"
    target.mkdir()
    satchel("clone", made.drive, target, "--yes", home=made.home)
    assert satchel("diff", made.drive, target, home=made.home).returncode == 0
    assert satchel("verify", target, home=made.home).returncode == 0


@pytest.mark.thorough
def test_what_this_computer_has_of_it(carrier: Carrier) -> None:
    """Its remote is known by the address."""
    install = Computer(carrier.directory / "computer")
    run(install, carrier.drive)
    places = {"FLATPAK_USER_DIR": str(install.installation)}
    words = ("inspect", "--json", carrier.drive)
    before = satchel(*words, home=carrier.home, env=places).json
    carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    carrier.run("update", "--yes")
    after = satchel(*words, home=carrier.home, env=places).json
    assert before["newer_here"] == []
    assert after["newer_here"] == [{"collection": ORIGIN, "ref": HELLO}]


@pytest.mark.thorough
def test_another_drive_is_made_from_it(made: Carrier, tmp_path: Path) -> None:
    """Without internet, where this computer knows the remote, by its address, and its list."""
    home, target = tmp_path / "home", tmp_path / "target"
    remotes = home / ".config/satchel/remotes"
    for place in (remotes, target):
        place.mkdir(parents=True)
    words = ("make", target, "org.test.Hello", "--remote", made.drive, "--json")
    satchel(*words, home=home, check=5)
    shutil.copy(made.remote, remotes / "up.flatpakrepo")
    finished = satchel(*words, home=home).finished
    assert finished["ok"]
    assert (target / f".ostree/repo/refs/remotes/up/{HELLO}").exists()
