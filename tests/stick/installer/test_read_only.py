"""install.sh of a stick that nobody can write to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.stick.damage import HELLO
from tests.stick.receiving.computers import URL, USER, Computer
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

# In a mount namespace of its own, so that nothing stays mounted.
_READ_ONLY = (
    "unshare", "--mount", "sh", "-c",
    'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'
    ' && exec sh "$1/satchel/install.sh" "$2"',
    "sh",
)  # fmt: skip


def test_a_read_only_stick(good: Path, upstream: Upstream, tmp_path: Path) -> None:
    """flatpak is given a directory of links to it, which it takes for a repository all the same."""
    computer = Computer(tmp_path / "computer", USER)
    computer.knows(upstream.key)
    done = subprocess.run(
        [*_READ_ONLY, good, USER],
        env=computer.client.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert f"\nurl={URL}\n" in computer.config
