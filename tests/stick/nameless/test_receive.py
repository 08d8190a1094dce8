"""``satchel receive`` and sources without a collection ID."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.installer.running import run
from tests.stick.nameless.conftest import Making
from tests.stick.nameless.sticks import HELLO, OTHER, leads_home, settings
from tests.stick.nameless.test_remotes import add
from tests.stick.receiving.computers import Computer

pytestmark = pytest.mark.slow

INDEXES = [True, pytest.param(False, marks=pytest.mark.thorough)]


@pytest.mark.parametrize("index", INDEXES)
def test_whose_key_a_person_trusts(
    made: Making, computer: Computer, upstream_key: SigningKey, *, index: bool
) -> None:
    stick = made(index=index)
    refused = computer.receive(stick.drive, check=5)
    assert f"Only the drive knows the key of {stick.url}" in refused.said
    assert not computer.installed()
    computer.receive(stick.drive, "--trust-key", upstream_key.fingerprint)
    assert computer.installed() == stick.commits()
    assert leads_home(computer, stick)
    assert "gpg-verify=true" in settings(computer, "up")
    assert "org.test.Hello.Locale" in computer.flatpak("remote-ls", "--cached", "--all", "up")
    # From then on this computer knows it.
    assert not computer.receive(stick.drive, "--json", "--dry-run").json["unknown_keys"]


@pytest.mark.parametrize("index", INDEXES)
def test_what_nobody_vouches_for(made: Making, computer: Computer, *, index: bool) -> None:
    stick = made(signed=False, index=index)
    refused = computer.receive(stick.drive, check=5)
    assert f"Nobody vouches for what comes from {stick.url}: it is not signed" in refused.said
    named = f'org.test.Hello, org.test.Other, from {stick.url} (the drive calls it "Test upstream")'
    assert f"nobody can tell: {named}." in refused.said
    assert "remote:" not in refused.said
    assert computer.receive(stick.drive, "--json", "--dry-run", check=5).json["unsigned"] == [
        stick.url
    ]
    assert not computer.installed()
    computer.receive(stick.drive, "--allow-unsigned")
    assert computer.installed() == stick.commits()
    assert leads_home(computer, stick)


@pytest.mark.thorough
def test_a_word_that_is_no_address_is_none_to_agree_to(
    made: Making, computer: Computer, tmp_path: Path
) -> None:
    """A drive could say anything there."""
    stick = made(signed=False)
    drive = shutil.copytree(stick.drive, tmp_path / "drive")
    for file in drive.rglob("*.flatpakrepo"):
        file.write_text(file.read_text().replace(stick.url, "Flathub"))
    said = computer.receive(drive, "--allow-unsigned", check=5).said
    assert "the drive names no address of its source, only “Flathub”" in " ".join(said.split())
    assert "from Flathub" not in said
    assert not computer.installed()


@pytest.mark.thorough
def test_the_computers_own_key_counts(
    made: Making, somebody: Computer, upstream_key: SigningKey, attacker: SigningKey
) -> None:
    stick = made()
    add(somebody, "mine", stick.url, attacker)
    said = somebody.receive(stick.drive, "--trust-key", upstream_key.fingerprint, check=5).said
    assert "signed by another key than the one that this computer knows" in said
    somebody.flatpak("remote-delete", "--force", "mine")
    add(somebody, "mine", stick.url, upstream_key)
    somebody.receive(stick.drive)
    assert somebody.installed() == stick.commits()
    assert leads_home(somebody, stick, "mine")


@pytest.mark.thorough
def test_allowing_it_does_not_take_what_is_unsigned_from_a_source_that_signs(
    made: Making, somebody: Computer, upstream_key: SigningKey
) -> None:
    """The computer knows its key: whoever took the signatures away is a forger."""
    stick = made(signed=False)
    add(somebody, "mine", stick.url, upstream_key)
    said = somebody.receive(stick.drive, "--allow-unsigned", check=5).said
    assert "flatpak takes nothing without" in said
    assert not somebody.installed()


@pytest.mark.thorough
def test_contents_are_checked_by_nobody_else(
    made: Making, somebody: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """flatpak hashes nothing of what comes from a directory; the copy is hashed."""
    stick = made()
    drive = tmp_path / "drive"
    subprocess.run(["cp", "-r", stick.drive, drive], check=True)
    for path in sorted((drive / ".ostree/repo/objects").glob("*/*.filez")):
        data = path.read_bytes()
        if len(data) > 100_000:
            path.write_bytes(data[:-5] + bytes([data[-5] ^ 1]) + data[-4:])
    said = somebody.receive(drive, "--trust-key", upstream_key.fingerprint, check=6).said
    assert "damaged on the drive" in said
    assert HELLO not in somebody.installed()


@pytest.mark.thorough
@pytest.mark.kills
def test_killed(made: Making, somebody: Computer, upstream_key: SigningKey, tmp_path: Path) -> None:
    """The next run puts the address back."""
    stick = made()
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "flatpak").write_text(
        '#!/bin/sh\ncase "$*" in install\\ --help) ;;'
        ' install*) touch "$0.installs"; exec sleep 60 ;; esac\nexec /usr/bin/flatpak "$@"\n'
    )
    (programs / "flatpak").chmod(0o755)
    somebody.home.mkdir()
    command = [
        sys.executable, "-m", "app.cli.main", "receive", str(stick.drive), somebody.scope,
        f"--trust-key={upstream_key.fingerprint}",
    ]  # fmt: skip
    variables = {**somebody.variables, "PATH": f"{programs}:{os.environ['PATH']}"}
    with subprocess.Popen(command, env=variables, start_new_session=True) as process:
        while not (programs / "flatpak.installs").exists():
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
    assert f"url={stick.url}" not in settings(somebody, "up")
    somebody.receive(stick.drive)
    assert leads_home(somebody, stick)
    assert OTHER in somebody.installed()


@pytest.mark.thorough
@pytest.mark.parametrize("signed", [True, False])
def test_rehearsed(made: Making, tmp_path: Path, *, signed: bool) -> None:
    """In the way of install.sh; flatpak by itself finds nothing there, and that is no fault."""
    stick = made(signed=signed)
    told = satchel("rehearse", stick.drive, "--json", home=tmp_path, check=0).json
    ways = {way["way"]: way for way in told["ways"]}
    assert [app["installed"] for app in ways["install.sh"]["apps"]] == [True, True]
    assert not ways["sideload-repo"]["apps"]
    assert "collection ID" in str(ways["sideload-repo"]["reason"])
    assert ("Nobody vouches for" in str(told["notices"])) is not signed


@pytest.mark.thorough
def test_a_part_of_a_source_whose_list_is_not_on_the_drive(
    made: Making, somebody: Computer, upstream_key: SigningKey
) -> None:
    """It cannot be sideloaded, so that is told before anything is copied."""
    stick = made()
    add(somebody, "mine", stick.url, upstream_key, "--subset=free")
    assert "limited to a part of it on this computer (free)" in " ".join(
        somebody.receive(stick.drive, "--dry-run", check=1).said.split()
    )
    assert "limited to a part of its source" in run(somebody, stick.drive, expect=1)
    assert not somebody.installed()
    assert leads_home(somebody, stick, "mine")


@pytest.mark.thorough
@pytest.mark.parametrize("how", ["switched off", "filter"])
def test_what_somebody_does_not_want_here(
    made: Making, somebody: Computer, upstream_key: SigningKey, tmp_path: Path, how: str
) -> None:
    """It is told before anything is copied, and nothing is added beside it."""
    stick, filter = made(), tmp_path / "filter"
    filter.write_text("deny org.test.Hello\n")
    option = "--disable" if how == "switched off" else f"--filter={filter}"
    add(somebody, "mine", stick.url, upstream_key, option)
    plan = somebody.receive(stick.drive, "--json", "--dry-run", check=1).json
    reasons = {ref["ref"]: ref["refusal"] for ref in plan["refs"] if ref["refusal"]}
    assert how in str(reasons[HELLO])
    assert (OTHER in reasons) is (how == "switched off")
    somebody.receive(stick.drive, check=1)
    assert (OTHER in somebody.installed()) is (how == "filter")
    assert HELLO not in somebody.installed()
    assert '[remote "up"]' not in somebody.config
    # One beside it that is neither counts.
    add(somebody, "second", stick.url, upstream_key)
    somebody.receive(stick.drive, "org.test.Hello")
    assert HELLO in somebody.installed()
