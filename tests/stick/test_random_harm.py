"""Whatever happened to a stick: what is called sound installs, and a repair makes it sound.

Each case is a seed, so that it can be tried again.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.stick.damage import Stick, copy_stick, run
from tests.stick.harm import harm
from tests.stick.installing import SOMEBODY, Installed, Installer
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

SEEDS = range(120)


@pytest.fixture
def copied(reachable: Path, good: Path) -> Iterator[Stick]:
    with TemporaryDirectory(dir=reachable) as directory:
        os.chmod(directory, 0o755)
        yield copy_stick(good, Path(directory, "stick"))


@pytest.fixture(scope="module")
def expected(reachable: Path, good: Path, installer: Installer) -> Installed:
    stick = copy_stick(good, reachable / "expected")
    installed = installer.install(SOMEBODY, stick.root)
    assert installed
    return installed


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_called_sound_installs(
    copied: Stick, friend: Path, installer: Installer, expected: Installed, seed: int
) -> None:
    """By an ordinary user who may not write to it, all of it, as upstream signed it."""
    done = harm(copied, random.Random(seed))
    status, _ = run(friend, "verify", copied.root)
    if status == 0:
        assert installer.install(SOMEBODY, copied.root) == expected, (done, installer.said)
        fsck = ["ostree", "fsck", f"--repo={copied.repo}"]
        subprocess.run(fsck, check=True, capture_output=True)
    else:
        assert status == 1, done


@pytest.mark.parametrize("seed", SEEDS)
def test_a_repair_makes_it_sound(
    copied: Stick, upstream: Upstream, stranger: Path, tmp_path: Path, seed: int
) -> None:
    done = harm(copied, random.Random(seed))
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    given = copied.root, "--remote", remote
    status, said = run(stranger, "repair", *given, "--yes")
    assert status == 0, (done, said)
    assert run(stranger, "verify", *given)[0] == 0, done
