"""Other systems, each with the flatpak that it came with: Debian's releases in directories.

They are made once by debootstrap, which is installed where it is missing, and kept on this computer
(`tests.kept`).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests import kept

_PACKAGES = ("flatpak", "bubblewrap", "dbus")
"""The bus is for ordinary users, of whom flatpak asks what they may run."""
_NEEDLESS = ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale")


@dataclass(frozen=True)
class Release:
    """``flatpak``: the beginning of the version that it has."""

    suite: str
    flatpak: str


RELEASES = (
    Release("bullseye", "1.10"),
    Release("bookworm", "1.14"),
    Release("trixie", "1.16"),
    Release("sid", "1.18"),
)


def root_of(release: Release) -> Path:
    """The directory of a system with flatpak; read-only."""

    def make(place: Path) -> None:
        with open(kept.directory() / "debootstrap.lock", "w") as lock:
            # Side by side they would only wait for the same mirror and disk.
            fcntl.flock(lock, fcntl.LOCK_EX)
            _debootstrap(release.suite, place)

    return kept.kept(f"root-{release.suite}", (release, _PACKAGES, _NEEDLESS), make)


def _debootstrap(suite: str, place: Path) -> None:
    program = _program("debootstrap")
    # In namespaces of their own, so that nothing stays mounted or running, however it ends.
    done = subprocess.run(
        [
            "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
            program, "--variant=minbase", f"--include={','.join(_PACKAGES)}", suite, place,
            *_mirror(),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )  # fmt: skip
    # What could not be set up is not what flatpak needs: some services want a running system.
    flatpak = place / "usr/bin/flatpak"
    assert done.returncode == 0 or flatpak.exists(), done.stdout[-4000:]
    for name in _NEEDLESS:
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
