"""``satchel repair`` where something may not be written: by an ordinary user, and at all."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.satchel import command, environment
from tests.stick.damage import Stick, delete, verify
from tests.stick.test_after_fsck import CASES
from tests.stick.test_sharing import ORDINARY
from tests.upstream import Upstream

SOMEBODY = 65534
TRUST = "--trust-drive-keys"


@pytest.fixture
def remote(upstream: Upstream, tmp_path: Path) -> Path:
    file = tmp_path / "test.flatpakrepo"
    file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    return file


@pytest.fixture
def damaged(stick: Stick) -> Stick:
    """An object is gone, and nothing has the write bit."""
    delete(stick.path(stick.object("filez")))
    CASES["no_write_bits"](stick)
    return stick


def repair(
    stick: Stick, home: Path, remote: Path, *prefix: str
) -> subprocess.CompletedProcess[str]:
    words = command("repair", stick.root, TRUST, "--remote", remote, "--yes")
    return subprocess.run(
        [*prefix, *words], env=environment(home), capture_output=True, text=True, check=False
    )


def state(root: Path) -> dict[str, tuple[int, int, int]]:
    """All that is there: mode, size and when it was changed."""
    told = {}
    for path in (root, *root.rglob("*")):
        status = path.lstat()
        told[str(path)] = status.st_mode, status.st_size, status.st_mtime_ns
    return told


def test_an_ordinary_user_whose_files_have_lost_the_write_bit(
    damaged: Stick, stranger: Path, remote: Path
) -> None:
    """As when root copied them; root itself is stopped by no mode."""
    done = repair(damaged, stranger, remote, *ORDINARY)
    assert done.returncode == 0, done.stderr
    assert verify(damaged, stranger) == set()
    assert stat.S_IMODE((damaged.repo / "objects").stat().st_mode) & stat.S_IWUSR


@pytest.mark.thorough
def test_of_somebody_else(damaged: Stick, stranger: Path, remote: Path) -> None:
    """Nothing of it can be changed: that is said, and nothing is."""
    for path in (damaged.root, *damaged.root.rglob("*")):
        os.chown(path, SOMEBODY, SOMEBODY)
    before = state(damaged.root)
    done = repair(damaged, stranger, remote, *ORDINARY)
    assert done.returncode == 3, done.stderr
    assert "ermission" in done.stderr
    assert state(damaged.root) == before


def test_a_drive_that_is_read_only(damaged: Stick, stranger: Path, remote: Path) -> None:
    before = state(damaged.root)
    script = 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; exec "$@"'
    prefix = ("unshare", "--mount", "sh", "-euc", script, str(damaged.root))
    done = repair(damaged, stranger, remote, *prefix)
    assert done.returncode == 3, done.stderr
    assert "read-only" in done.stderr
    assert state(damaged.root) == before


@pytest.mark.thorough
@pytest.mark.parametrize("verb", ["make", "update", "remove"])
def test_other_verbs_are_not_stopped_either(
    verb: str, stick: Stick, stranger: Path, remote: Path
) -> None:
    CASES["no_write_bits"](stick)
    words: dict[str, tuple[str | Path, ...]] = {
        "make": ("org.test.Hello", "--remote", remote),
        "update": ("--remote", remote),
        "remove": ("org.test.Other",),
    }
    done = subprocess.run(
        [*ORDINARY, *command(verb, stick.root, *words[verb], "--yes")],
        env=environment(stranger),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert verify(stick, stranger) == set()
