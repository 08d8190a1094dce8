"""install.sh and sources without a collection ID: flatpak takes the drive for the source itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.stick.installer.running import run
from tests.stick.nameless.conftest import Making, carried
from tests.stick.nameless.sticks import (
    DRIVER,
    HELLO,
    LOCALE,
    OTHER,
    RUNTIME,
    leads_home,
    settings,
)
from tests.stick.receiving.computers import Computer

pytestmark = pytest.mark.slow

INDEXES = [True, pytest.param(False, marks=pytest.mark.thorough)]


@pytest.mark.parametrize("index", INDEXES)
def test_everything_is_installed(made: Making, computer: Computer, *, index: bool) -> None:
    """With its key, the driver and the translations; the source leads to the real address."""
    stick = made(index=index)
    said = run(computer, stick.drive)
    assert 'Source Test upstream: added as "up".' in said
    assert "Signatures are not checked" not in said
    assert "carries no checksums" not in said
    assert computer.installed() == stick.commits()
    assert leads_home(computer, stick)
    assert {"gpg-verify=true", "gpg-verify-summary=true"} <= settings(computer, "up")
    assert "Hello" in computer.flatpak("run", "org.test.Hello")
    # Also what the drive does not have is known now.
    assert "org.test.Hello.Locale" in computer.flatpak("remote-ls", "--cached", "--all", "up")
    assert "Already there" in run(computer, stick.drive, "--update")


@pytest.mark.parametrize("index", INDEXES)
def test_what_nobody_vouches_for(made: Making, computer: Computer, *, index: bool) -> None:
    """It is named and left, and installed only for somebody who says so, now and later."""
    stick = made(signed=False, index=index)
    said = run(computer, stick.drive, expect=1)
    named = f"{stick.url} (the drive calls it Test upstream): org.test.Hello org.test.Other."
    assert f"Nobody vouches for what comes from {named} No signature" in said
    assert "nothing of it is installed without --allow-unsigned" in said
    assert "NOT installed:\n  Hello" in said
    assert not computer.installed()
    assert "remote" not in computer.config if (computer.installation / "repo").exists() else True

    said = run(computer, stick.drive, "--allow-unsigned", "org.test.Hello")
    assert "flatpak looks at no signatures of it, now and later" in said
    assert HELLO in computer.installed()
    assert leads_home(computer, stick)
    assert "gpg-verify=false" in settings(computer, "up")

    # The source is known now, and what it has still nobody vouches for.
    said = run(computer, stick.drive, expect=1)
    assert '"up" on this computer looks at no signatures' in said
    assert "Already there, and not older than on the drive:\n  Hello" in said
    assert OTHER not in computer.installed()
    run(computer, stick.drive, "--allow-unsigned")
    assert computer.installed() == stick.commits()


@pytest.mark.thorough
def test_of_a_source_of_runtimes_alone_they_are_named(
    made: Making, somebody: Computer, tmp_path: Path
) -> None:
    """Nobody chose anything of it: apps of another source need it."""
    stick = made(signed=False)
    drive = shutil.copytree(stick.drive, tmp_path / "drive")
    contents = drive / "satchel/contents.tsv"
    theirs = "remote\tremote:rt\trt\tup.flatpakrepo\thttps://rt.example/repo\tRuntimes\n"
    lines = contents.read_text().replace("ref\tremote:up\truntime/", "ref\tremote:rt\truntime/")
    contents.write_text(f"{lines}{theirs}unsigned\tremote:rt\n")
    said = run(somebody, drive, expect=1)
    assert "from https://rt.example/repo (the drive calls it Runtimes): org.test." in said


@pytest.mark.thorough
def test_another_address_than_was_agreed_to_is_not_added(
    made: Making, computer: Computer, tmp_path: Path
) -> None:
    """A drive's list says one address, its file of the source another one."""
    stick = made(signed=False)
    drive = shutil.copytree(stick.drive, tmp_path / "drive")
    contents = drive / "satchel/contents.tsv"
    contents.write_text(contents.read_text().replace(stick.url, "https://school.example/repo"))
    said = run(computer, drive, "--allow-unsigned", expect=1)
    assert "Nobody vouches for what comes from https://school.example/repo" in said
    assert stick.url not in computer.config
    assert not computer.installed()


@pytest.mark.thorough
def test_updated_and_never_back(made: Making, computer: Computer, tmp_path: Path) -> None:
    old = made()
    run(computer, old.drive)
    upstream = old.upstream.copy(tmp_path / "upstream")
    upstream.bump(HELLO)
    upstream.update()
    new = carried(upstream, tmp_path)
    is_at(computer, new.url, instead=old.url)
    said = run(computer, new.drive)
    assert "Updated:\n  Hello" in said
    assert computer.installed() == new.commits()
    assert leads_home(computer, new)
    is_at(computer, old.url, instead=new.url)
    assert "Already there, and not older than on the drive:\n  Hello" in run(computer, old.drive)
    assert computer.installed() == new.commits()


def is_at(computer: Computer, url: str, *, instead: str) -> None:
    """Each stick was made with another server of the same upstream."""
    config = computer.installation / "repo/config"
    config.write_text(computer.config.replace(f"url={instead}", f"url={url}"))


@pytest.mark.thorough
def test_without_the_programs_for_a_view(made: Making, somebody: Computer, tmp_path: Path) -> None:
    """It is said, and nothing is installed that nobody has looked at."""
    only = tmp_path / "bin"
    only.mkdir()
    for name in ("flatpak", "gpg", "gpgconf"):
        program = shutil.which(name)
        assert program
        (only / name).symlink_to(program)
    shell = shutil.which("dash")
    assert shell
    said = run(somebody, made().drive, shell=shell, expect=1, PATH=str(only))
    assert "need mkdir, cp, mv, rm and ln" in said
    assert "as they are" not in said
    assert not somebody.installed()


@pytest.mark.thorough
def test_only_some(made: Making, computer: Computer) -> None:
    """An app with what it needs, in the languages of the computer; a driver by its name."""
    stick = made()
    computer.flatpak("config", "--set", "languages", "de")
    run(computer, stick.drive, "org.test.Hello")
    assert {HELLO, RUNTIME, DRIVER, LOCALE} <= computer.installed().keys()
    assert OTHER not in computer.installed()
    languages = {path.partition("/")[0] for path in computer.files(LOCALE)}
    assert languages - {".ref"} == {"de"}
    other = Computer(computer.client.directory / "other", computer.scope)
    run(other, stick.drive, DRIVER)
    assert other.installed().keys() == {DRIVER}
    assert leads_home(other, stick)


@pytest.mark.thorough
def test_for_a_dry_run_nothing_is_changed(made: Making, somebody: Computer) -> None:
    said = run(somebody, made().drive, "--dry-run")
    assert 'would be added as "up"' in said
    assert "would be installed: Hello" in said
    assert not (somebody.installation / "repo").exists() or "up" not in somebody.config


@pytest.mark.thorough
def test_what_flatpak_would_not_find_is_not_registered(made: Making, somebody: Computer) -> None:
    said = run(somebody, made().drive, "--register", expect=1)
    assert "Of source Test upstream flatpak finds nothing on a drive by itself" in said
    assert not list((somebody.installation / "sideload-repos").glob("*"))


@pytest.mark.parametrize("to_come", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_lists_that_a_job_left(
    made: Making, somebody: Computer, tmp_path: Path, *, to_come: bool
) -> None:
    """While it exchanged them, they have the name of the next; without any nothing can be had."""
    stick = made()
    drive = tmp_path / "copy"
    shutil.copytree(stick.drive, drive, symlinks=True)
    lists = drive / stick.repo.relative_to(stick.drive) / "extensions/satchel/remotes/up"
    if to_come:
        lists.rename(lists.with_name("up.new"))
        run(somebody, drive)
        assert somebody.installed() == stick.commits()
    else:
        shutil.rmtree(lists)
        said = run(somebody, drive, expect=1)
        assert "Hello cannot be installed from this drive: the copy of the list" in said
        assert not somebody.installed()
