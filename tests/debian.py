"""Debian's releases in directories, made by debootstrap, which is installed where it is missing."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests import kept

NEEDLESS = ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale")


def make_root(suite: str, packages: Sequence[str], needed: str, place: Path) -> None:
    """``needed``: the file of these packages without which it is of no use."""
    program = _program("debootstrap")
    # In namespaces of their own, so that nothing stays mounted or running, however it ends.
    command: list[str | Path] = [
        "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
        program, "--variant=minbase", f"--include={','.join(packages)}", suite, place,
        *_mirror(),
    ]  # fmt: skip
    with open(kept.directory() / "debootstrap.lock", "w") as lock:
        # Side by side they would only wait for the same mirror and disk.
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    # What could not be set up is not what is needed: some services want a running system.
    assert done.returncode == 0 or (place / needed).exists(), done.stdout[-4000:]
    for name in NEEDLESS:
        shutil.rmtree(place / name, ignore_errors=True)


def _program(name: str) -> str:
    there = shutil.which(name)
    if there is None:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", name]):
            subprocess.run(["apt-get", "-q", *words], env=environment, check=True)
        there = shutil.which(name)
    assert there is not None
    return there


def _mirror() -> list[str]:
    """Where this computer gets Debian from; none: where debootstrap gets it by itself."""
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Label: Debian"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split()[:1]
