"""Operating systems whose trees a test may change, each with the flatpak that it came with."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.stick.clients.matrix.roots import Release, root_of
from tests.waiting import GUARD

_FLATPAK = ("app", "runtime")


ROOT_S = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}
"""Variables as root has them there."""


def said_by(
    command: Sequence[str | Path], env: Mapping[str, str] = ROOT_S, *, status: int | None = 0
) -> str:
    """Both outputs of a program; ``status``: how it has to end, None for however it does."""
    done = subprocess.run(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=GUARD,
        check=False,
    )
    assert status in (None, done.returncode), f"{command}\n{done.stdout}"
    return done.stdout


class OperatingSystem:
    """One in ``tree``, made of a release, which it shares files with: none is changed in place."""

    def __init__(self, release: Release, tree: Path) -> None:
        self.tree = tree
        # Devices are the sandbox's own, and what flatpak has is new.
        subprocess.run(["cp", "-al", root_of(release), tree], check=True)
        for name in ("dev", "proc", "sys", "run", "tmp"):
            subprocess.run(["rm", "-rf", "--one-file-system", tree / name], check=True)
            (tree / name).mkdir()

    def lay_in(self, files: Path) -> None:
        """As a builder does."""
        subprocess.run(["cp", "-a", f"{files}/.", f"{self.tree}/"], check=True)

    def run(
        self, *words: str | Path, check: bool = True, medium: tuple[Path, str] | None = None
    ) -> str:
        """A program in it, as root, without any network; returns both outputs.

        ``medium``: a directory, and where it is mounted.
        """
        return said_by([*self._sandbox(medium), *words], status=0 if check else None)

    def _sandbox(self, medium: tuple[Path, str] | None) -> tuple[str | Path, ...]:
        mounted = ("--ro-bind", medium[0], medium[1]) if medium is not None else ()
        return (
            *("bwrap", "--cap-add", "ALL", "--die-with-parent", "--unshare-net"),
            *("--bind", self.tree, "/", "--dev", "/dev", "--bind", "/proc", "/proc"),
            *("--tmpfs", "/tmp", "--tmpfs", "/run", "--ro-bind", "/sys", "/sys", *mounted),
        )

    def installed(self) -> dict[str, str]:
        """Ref → commit, as they are deployed for everyone."""
        return installed_below(self.tree / "var/lib/flatpak")


def installed_below(installation: Path) -> dict[str, str]:
    """Ref → commit, as they are deployed in an installation."""
    links = filter(Path.is_symlink, installation.glob("*/*/*/*/active"))
    return {
        str(active.parent.relative_to(installation)): os.readlink(active)
        for active in links
        if active.relative_to(installation).parts[0] in _FLATPAK
    }
