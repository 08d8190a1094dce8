"""install.sh on computers whose battery is empty, and where a key is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.privileges import AS_ROOT
from tests.stick.damage import HELLO
from tests.stick.installer.running import run
from tests.stick.receiving.computers import SYSTEM, Computer
from tests.upstream import Upstream

pytestmark = pytest.mark.slow


def clock(tmp_path: Path, now: str) -> str:
    """PATH with a clock that shows ``now`` until somebody sets it."""
    programs = tmp_path / "clock"
    programs.mkdir()
    (programs / "date").write_text(
        "#!/bin/sh\n"
        'for word in "$@"; do case $word in -s) echo "$*" >"$0.set"; exit 0 ;; esac; done\n'
        f'[ -e "$0.set" ] || set -- "$@" -d "{now}"\n'
        'exec /bin/date "$@"\n'
    )
    (programs / "date").chmod(0o755)
    return f"{programs}:{os.environ['PATH']}"


@pytest.mark.parametrize("now", ["1970-01-01 00:03", "2001-01-01"])
def test_a_clock_that_is_behind(good: Path, tmp_path: Path, now: str) -> None:
    computer = Computer(tmp_path / "computer")
    said = run(computer, good, PATH=clock(tmp_path, now), expect=1)
    assert now[:4] in said
    assert "date -u -s" in said
    assert "Nothing was changed." in said
    # Nothing half-configured is left behind.
    assert list(computer.installation.iterdir()) == []


@AS_ROOT
def test_root_can_have_it_set(good: Path, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer", SYSTEM)
    said = run(computer, good, "--set-clock", PATH=clock(tmp_path, "1970-01-01"))
    assert "The clock was set to" in said
    assert "12:00:00" in (tmp_path / "clock/date.set").read_text()
    assert HELLO in computer.installed()


@pytest.mark.thorough
def test_a_clock_that_is_behind_by_hours(good: Path, tmp_path: Path) -> None:
    """It may count local time as UTC."""
    computer = Computer(tmp_path / "computer")
    run(computer, good, PATH=clock(tmp_path, "20 hours ago"))
    assert HELLO in computer.installed()


def test_the_key_of_a_source_is_missing(good: Path, upstream: Upstream, computer: Computer) -> None:
    """As flatpak leaves it when its clock stood before the day the key was made."""
    run(computer, good, "--register", "--no-check")
    computer.flatpak("remote-ls", "--cached", "test", check=False)
    (computer.installation / "repo/test.trustedkeys.gpg").unlink()
    said = run(computer, good)
    assert 'the key of "test" was missing on this computer; added.' in said
    assert computer.installed()[HELLO] == upstream.refs[HELLO]


def test_the_key_of_a_source_of_the_same_collection(
    good: Path, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """A drive may add no key to a source that somebody has set up otherwise."""
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    computer.lose_key()
    said = run(computer, good, expect=1)
    assert 'the key of "up" is missing on this computer' in said
    assert computer.installed() == {}
