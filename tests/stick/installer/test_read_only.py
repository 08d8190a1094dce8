"""install.sh of a stick that nobody can write to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.stick.damage import HELLO, OTHER, Stick, flip_middle
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


def test_a_read_only_stick(stick: Stick, upstream: Upstream, tmp_path: Path) -> None:
    """flatpak is given a directory of links to it, which it takes for a repository all the same.
    Also where something is damaged, which is not to be sideloaded."""
    computer = Computer(tmp_path / "computer", USER)
    computer.knows(upstream.key)
    flip_middle(stick.path(stick.tree(OTHER)["/files/bin/start"]))
    done = subprocess.run(
        [*_READ_ONLY, stick.root, USER],
        env=computer.client.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert computer.installed()[HELLO] == upstream.refs[HELLO], done.stdout
    assert OTHER not in computer.installed()
    assert f"\nurl={URL}\n" in computer.config
