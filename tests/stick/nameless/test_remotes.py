"""install.sh and the remotes that a computer has already: one of the address is the source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick.installer.running import run
from tests.stick.nameless.conftest import Making
from tests.stick.nameless.sticks import HELLO, Made, leads_home, settings
from tests.stick.receiving.computers import Computer

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


def add(computer: Computer, name: str, url: str, key: SigningKey | None, *more: str) -> None:
    options = ["--no-gpg-verify"]
    if key is not None:
        file = computer.client.directory / "own.gpg"
        file.write_bytes(key.public)
        options = [f"--gpg-import={file}"]
    computer.flatpak("remote-add", *options, *more, name, url)


def origin(computer: Computer, app: str = "org.test.Hello") -> str:
    return computer.flatpak("info", "--show-origin", app).strip()


def test_one_of_the_address_is_used_and_keeps_its_settings(
    made: Making, computer: Computer, upstream_key: SigningKey
) -> None:
    stick = made()
    add(computer, "mine", f"{stick.url}/", upstream_key, "--prio=7", "--title=Mine")
    before = settings(computer, "mine")
    said = run(computer, stick.drive)
    assert 'known on this computer as "mine"' in said
    assert origin(computer) == "mine"
    assert '[remote "up"]' not in computer.config
    assert settings(computer, "mine") == before
    assert computer.installed() == stick.commits()


def test_another_of_the_name_stays_what_it_is(
    made: Making, computer: Computer, upstream_key: SigningKey
) -> None:
    stick = made()
    add(computer, "up", "http://127.0.0.1:9/elsewhere/", upstream_key)
    before = settings(computer, "up")
    run(computer, stick.drive)
    assert origin(computer) == "up-satchel"
    assert settings(computer, "up") == before
    assert leads_home(computer, stick, "up-satchel")
    # The second time it is known.
    run(computer, stick.drive)
    assert '[remote "up-satchel-2"]' not in computer.config


def test_one_that_looks_at_no_signatures(made: Making, somebody: Computer) -> None:
    """What comes from a drive is as good as unsigned then, whatever the drive has."""
    stick = made()
    add(somebody, "mine", stick.url, None)
    said = run(somebody, stick.drive, expect=1)
    assert '"mine" on this computer looks at no signatures' in said
    assert not somebody.installed()
    run(somebody, stick.drive, "--allow-unsigned")
    assert somebody.installed() == stick.commits()
    assert "gpg-verify=false" in settings(somebody, "mine")


def test_one_that_is_switched_off_stays_so(
    made: Making, somebody: Computer, upstream_key: SigningKey
) -> None:
    stick = made()
    add(somebody, "mine", stick.url, upstream_key, "--disable")
    assert "flatpak remote-modify --user --enable mine" in run(somebody, stick.drive, expect=1)
    assert not somebody.installed()


def test_its_key_is_what_counts(made: Making, somebody: Computer, attacker: SigningKey) -> None:
    """A wrong key on the computer, whatever the drive brings along: flatpak refuses."""
    stick = made()
    add(somebody, "mine", stick.url, attacker)
    said = run(somebody, stick.drive, expect=1)
    assert "NOT installed:\n  Hello" in said
    assert not somebody.installed()
    assert leads_home(somebody, stick, "mine")


def test_a_key_that_is_missing_comes_back(
    made: Making, somebody: Computer, upstream_key: SigningKey
) -> None:
    stick = made()
    add(somebody, "up", stick.url, upstream_key)
    somebody.lose_key()
    assert "was missing on this computer; added" in run(somebody, stick.drive)
    assert somebody.installed() == stick.commits()


def test_a_remote_of_one_app_only_is_left_to_that(
    made: Making, somebody: Computer, upstream_key: SigningKey
) -> None:
    """As ``flatpak install`` of a .flatpakref leaves one: that app is brought up to date by it."""
    stick = made()
    add(somebody, "hello-origin", stick.url, upstream_key, "--no-enumerate")
    run(somebody, stick.drive)
    assert origin(somebody) == "up"
    assert leads_home(somebody, stick)
    assert leads_home(somebody, stick, "hello-origin")


def test_apps_of_another_source_stay_what_they_are(
    made: Making, somebody: Computer, upstream_key: SigningKey
) -> None:
    stick = made()
    upstream = stick.upstream.path.as_uri()
    add(somebody, "elsewhere", upstream, upstream_key)
    somebody.flatpak("install", "-y", "--noninteractive", "elsewhere", "org.test.Hello")
    said = run(somebody, stick.drive)
    assert "Already there from another source, left as it is:\n  Hello" in said
    assert origin(somebody) == "elsewhere"
    assert origin(somebody, "org.test.Other") == "up"


def test_updates_come_from_upstream(made: Making, computer: Computer, tmp_path: Path) -> None:
    """Once there is a network, and its address leads somewhere."""
    stick = made()
    run(computer, stick.drive)
    later = stick.upstream.copy(tmp_path / "later")
    newest = later.bump(HELLO)
    later.update()
    _moved(computer, stick, later.path.as_uri())
    computer.flatpak("update", "-y", "--noninteractive")
    assert computer.installed()[HELLO] == newest


def _moved(computer: Computer, stick: Made, address: str) -> None:
    """What answers at the source's address from now on."""
    config = computer.installation / "repo/config"
    config.write_text(config.read_text().replace(stick.url, address))
