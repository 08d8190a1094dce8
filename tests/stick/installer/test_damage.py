"""install.sh with drives that are damaged, and with more or fewer programs to see it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.build_contents import PLATFORM
from tests.stick.damage import (
    ARCH,
    HELLO,
    OTHER,
    Stick,
    copy_stick,
    delete,
    flip_middle,
    into_pipe,
    truncate,
)
from tests.stick.installer.running import run
from tests.stick.installer.test_lists import programs
from tests.stick.receiving.computers import SYSTEM, USER, Computer
from tests.upstream import COLLECTION, Upstream
from tests.waiting import GUARD

pytestmark = pytest.mark.slow

THOROUGH = pytest.mark.thorough
SHELLS = ["dash", "bash --posix", "busybox sh"]
CHANGES = [flip_middle, truncate, delete]
EVERY_WAY = [(shell, change) for shell in SHELLS for change in CHANGES]
BIG = "/files/share/big"
PLATFORM_REF = f"runtime/{PLATFORM}/{ARCH}/1"


@pytest.fixture
def stick(good: Path, tmp_path: Path) -> Stick:
    return copy_stick(good, tmp_path / "stick")


@pytest.mark.parametrize(
    ("shell", "change"),
    [
        # The gate sees some; thorough runs see all.
        pytest.param(*way, marks=[] if way == ("busybox sh", flip_middle) else THOROUGH)
        for way in EVERY_WAY
    ],
)
def test_a_damaged_app_is_named_and_the_others_are_installed(
    stick: Stick, upstream: Upstream, tmp_path: Path, shell: str, change: Callable[[Path], None]
) -> None:
    computer = Computer(tmp_path / "computer", USER)
    change(stick.path(stick.tree(HELLO)[BIG]))
    said = run(computer, stick.root, shell=shell, expect=1)
    assert "Hello is damaged on this drive, so it is not installed." in said
    assert "NOT installed:\n  Hello  (org.test.Hello)\n" in said
    assert "Installed:\n  Other  (org.test.Other)\n" in said
    assert computer.installed()[OTHER] == upstream.refs[OTHER]
    assert HELLO not in computer.installed()
    # Asked for alone, it is what fails; the other alone is no trouble.
    run(computer, stick.root, "org.test.Hello", shell=shell, expect=1)
    run(computer, stick.root, "org.test.Other", shell=shell)


def into_device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


ENDLESS = {
    "an object": lambda stick: stick.path(stick.tree(HELLO)[BIG]),
    "the source": lambda stick: next((stick.root / "satchel").glob("*.flatpakrepo")),
    "the summary": lambda stick: stick.summary,
    "a ref": lambda stick: stick.repo / "refs/mirrors" / COLLECTION / HELLO,
}
SEEN = [("an object", into_pipe), ("the source", into_pipe)]
"""By the gate."""


@pytest.mark.parametrize(
    ("what", "change"),
    [
        pytest.param(what, change, marks=[] if (what, change) in SEEN else THOROUGH)
        for what in ENDLESS
        for change in (into_pipe, into_device)
    ],
)
def test_nothing_waits_for_what_never_comes(
    stick: Stick, tmp_path: Path, what: str, change: Callable[[Path], None]
) -> None:
    computer = Computer(tmp_path / "computer", USER)
    change(ENDLESS[what](stick))
    run(computer, stick.root, "org.test.Hello", shell=f"timeout {GUARD} sh", expect=1)
    assert HELLO not in computer.installed()


@THOROUGH
@pytest.mark.parametrize("what", ["a ref", "an object"])
def test_nothing_waits_where_there_is_no_find(stick: Stick, tmp_path: Path, what: str) -> None:
    computer = Computer(tmp_path / "computer", USER)
    path = programs(tmp_path, "sha256sum", "head")
    into_pipe(ENDLESS[what](stick))
    shell = f"{shutil.which('timeout')} {GUARD} /bin/dash"
    run(computer, stick.root, "org.test.Hello", shell=shell, PATH=path, expect=1)
    assert HELLO not in computer.installed()


@THOROUGH
@pytest.mark.parametrize("path", ["/dev/zero", "../../../../../../../../../../dev/zero", "-"])
def test_checksums_of_what_is_elsewhere(stick: Stick, tmp_path: Path, path: str) -> None:
    computer = Computer(tmp_path / "computer", USER)
    for file in (stick.root / "satchel/checksums").iterdir():
        file.write_text(f"{file.read_text()}{'0' * 64}  {path}\n")
    run(computer, stick.root, "org.test.Hello", shell=f"timeout {GUARD} sh", expect=1)
    assert HELLO not in computer.installed()


@THOROUGH
@pytest.mark.parametrize("change", [into_pipe, into_device])
@pytest.mark.parametrize("way", ["without checksums", "--no-check"])
def test_nothing_waits_for_an_object_that_nobody_checks(
    stick: Stick, tmp_path: Path, way: str, change: Callable[[Path], None]
) -> None:
    computer = Computer(tmp_path / "computer", USER)
    change(stick.path(stick.tree(HELLO)[BIG]))
    words = [way] if way == "--no-check" else []
    if not words:
        shutil.rmtree(stick.root / "satchel/checksums")
    words.append("org.test.Hello")
    said = run(computer, stick.root, *words, shell=f"timeout {GUARD} sh", expect=1)
    assert "something on it that should be a file is none" in said
    assert HELLO not in computer.installed()


@THOROUGH
@pytest.mark.parametrize("change", [into_pipe, into_device])
def test_checksums_of_the_catalogue_that_never_come(
    stick: Stick, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    computer = Computer(tmp_path / "computer", USER)
    lines = (stick.root / "satchel/contents.tsv").read_text().splitlines()
    (commit,) = (line.split("\t")[3] for line in lines if line.startswith("catalogue\t"))
    change(stick.root / "satchel/checksums" / commit)
    run(computer, stick.root, "org.test.Hello", shell=f"timeout {GUARD} sh")
    assert HELLO in computer.installed()


@THOROUGH
@pytest.mark.parametrize("change", [into_pipe, into_device, delete])
def test_without_upstreams_list_flatpak_takes_it_from_the_drive(
    stick: Stick, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    computer = Computer(tmp_path / "computer", USER)
    change(stick.sub_summary)
    run(computer, stick.root, "org.test.Hello", shell=f"timeout {GUARD} sh")
    assert HELLO in computer.installed()


@pytest.mark.parametrize("computer", [pytest.param(USER, marks=THOROUGH), SYSTEM], indirect=True)
def test_what_is_installed_for_everyone(stick: Stick, computer: Computer) -> None:
    flip_middle(stick.path(stick.tree(HELLO)[BIG]))
    run(computer, stick.root, expect=1)
    assert OTHER in computer.installed()
    assert HELLO not in computer.installed()


@THOROUGH
def test_a_damaged_runtime_keeps_all_away_that_need_it(stick: Stick, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    commit = stick.commit_path(PLATFORM_REF)
    flip_middle(commit)
    said = run(computer, stick.root, expect=1)
    assert f"It needs {PLATFORM}, which is damaged on this drive." in said.replace(
        "test platform", PLATFORM
    )
    assert computer.installed().keys() & {HELLO, OTHER, PLATFORM_REF} == set()


@THOROUGH
def test_unchecked_on_request(stick: Stick, tmp_path: Path) -> None:
    """As flatpak does, which looks at no contents here."""
    computer = Computer(tmp_path / "computer")
    flip_middle(stick.path(stick.tree(HELLO)[BIG]))
    said = run(computer, stick.root, "--no-check", "org.test.Other")
    assert "Checking" not in said
    assert OTHER in computer.installed()


@THOROUGH
def test_checksums_that_are_missing(stick: Stick, tmp_path: Path) -> None:
    """As on a drive whose job was killed before they were written."""
    computer = Computer(tmp_path / "computer")
    shutil.rmtree(stick.root / "satchel/checksums")
    said = run(computer, stick.root)
    assert "carries no checksums" in said
    assert HELLO in computer.installed()


@THOROUGH
def test_what_was_installed_before_stays(good: Path, newer: Path, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    run(computer, good)
    before = computer.installed()
    stick = copy_stick(newer, tmp_path / "later")
    flip_middle(stick.path(stick.tree(HELLO)[BIG]))
    # The file is in both versions, and only what is new is read.
    said = run(computer, stick.root, "--update", expect=1)
    assert "Already there, but updating failed:\n  Hello" in said
    assert computer.installed()[HELLO] == before[HELLO]


def test_a_forged_app_is_not_installed(stick: Stick, tmp_path: Path) -> None:
    """Damage is not meant here: flatpak itself looks at signatures."""
    computer = Computer(tmp_path / "computer")
    stick.signatures(HELLO).unlink()
    said = run(computer, stick.root, "org.test.Hello", expect=1)
    assert "NOT installed:\n  Hello" in said
    assert HELLO not in computer.installed()


@THOROUGH
def test_with_no_program_but_the_shells(stick: Stick, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("flatpak", "gpg", "gpgconf"):
        there = shutil.which(name)
        assert there
        (programs / name).symlink_to(there)
    flip_middle(stick.path(stick.tree(HELLO)[BIG]))
    said = run(computer, stick.root, "org.test.Other", shell="/bin/dash", PATH=os.fspath(programs))
    assert "Not checked for damage first: this computer has no sha256sum." in said
    assert OTHER in computer.installed()
