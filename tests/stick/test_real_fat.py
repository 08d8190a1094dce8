"""A real FAT32, by a real Linux: damaged, repaired by ``fsck.fat``, and then by Satchel."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.real_fat import RealFat
from tests.satchel import command, environment
from tests.upstream import Upstream, host_arch

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

SEEDS = 4
LEFT = {"orphan-objects", "foreign-content"}


# Only there is user-mode Linux.
@pytest.mark.parametrize("arch", ["x86_64"] if host_arch() == "x86_64" else [])
def test_repaired_after_fsck(arch: str, good: Path, upstream: Upstream, tmp_path: Path) -> None:
    """What lies where differs from run to run. ``fsck.fat`` 4.2 takes some for right that Linux
    then refuses, and turns read-only: that has to be told."""
    assert arch == host_arch()
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    home = tmp_path / "home"
    home.mkdir()
    healed = 0
    for seed in range(SEEDS):
        fat = RealFat(tmp_path / str(seed), good)
        fat.damage(seed)
        assert fat.mend()
        words = ("repair", fat.place, "--json", "--trust-drive-keys", "--remote", remote)
        status, said = fat.run(command(*words), environment(home))
        assert "Traceback" not in said
        [last] = [line for line in said.splitlines() if line.startswith('{"event": "finished"')]
        finished = json.loads(last)
        if status == 3:
            assert "its file system is damaged" in finished["error"]["hint"]
            continue
        assert status == 0, said[-3000:]
        assert {each["code"] for each in finished["verify"]["findings"]} <= LEFT
        subprocess.run(["fsck.fat", "-n", fat.image], check=True, capture_output=True)
        healed += 1
    assert healed
