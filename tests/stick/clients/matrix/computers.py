"""Computers with other systems: their programs run in a root, what they keep is here."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from app.client.registering.place import Place, Scope, place_for
from app.flatpak.remotes.directories import FlatpakDirectories
from tests.client import Client
from tests.satchel import Done, satchel
from tests.waiting import GUARD

USER, SYSTEM = "--user", "--system"
_SOMEBODY = 1000
_OWN_BUS = (
    "dbus-run-session", "--", "sh", "-c",
    'DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS exec "$@"', "sh",
)  # fmt: skip
"""flatpak asks the system's bus what an ordinary user may install."""
_RUNTIME = "/run/user"
_INSTALLING = ("-y", "--noninteractive")


class ForeignComputer:
    """One where somebody installs for themselves, or root for everyone.

    Attributes:
        scope: flatpak's option.
        directory: everything that the programs in the root see of this computer, but for ``stick``.
    """

    def __init__(self, directory: Path, root: Path, scope: str, sticks: Path) -> None:
        self._root = root
        self._sticks = sticks
        self.scope = scope
        self.directory = directory
        self._client = Client(directory)
        self._home = directory / "satchel"
        self._home.mkdir()
        self._bin = directory / "bin"
        self._bin.mkdir()
        self._people = directory / "passwd"
        self._people.write_text("root:x:0:0::/:/bin/sh\nsomebody:x:1000:1000::/:/bin/sh\n")
        # Satchel's Python runs here, whatever libraries the root has; its flatpak is the root's.
        wrapper = self._bin / "flatpak"
        command = shlex.join(map(str, self._in_root(online=True)))
        wrapper.write_text(f'#!/bin/sh\nexec {command} /usr/bin/flatpak "$@"\n')
        wrapper.chmod(0o755)

    @property
    def installation(self) -> Path:
        return self.directory / self.scope.removeprefix("--")

    @property
    def place(self) -> Place:
        """Where sticks are registered, so that flatpak finds them by itself."""
        directories = FlatpakDirectories(
            user=self.directory / "user",
            system=self.directory / "system",
            configs=(),
            keyrings=self.directory,
            run=self.directory / "run",
        )
        scope = Scope(self.scope.removeprefix("--"))
        return place_for(scope, directories, self.directory / "runtime")

    def _in_root(self, *, online: bool) -> Sequence[str | Path]:
        """``online``: as far as this computer's own addresses."""
        whose: Sequence[str] = ("--cap-add", "ALL")
        if self.scope == USER:
            whose = ("--unshare-user", "--uid", str(_SOMEBODY), "--gid", str(_SOMEBODY))
        names = (path.name for path in self._root.iterdir() if path.is_symlink())
        links = [("--symlink", os.readlink(self._root / name), f"/{name}") for name in names]
        return (
            "bwrap", *whose, "--die-with-parent",
            *(() if online else ("--unshare-net",)),
            "--ro-bind", self._root / "usr", "/usr", *(word for link in links for word in link),
            "--ro-bind", self._root / "etc", "/etc", "--ro-bind", self._root / "var", "/var",
            "--dev", "/dev", "--bind", "/proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp",
            "--dir", "/run", "--ro-bind", "/sys", "/sys",
            "--ro-bind", self._people, "/etc/passwd",
            "--ro-bind", self._sticks, self._sticks, "--bind", self.directory, self.directory,
            # Sockets are made in it, whose names may not be long.
            "--bind", self.directory / "runtime", _RUNTIME, "--setenv", "XDG_RUNTIME_DIR", _RUNTIME,
            *_OWN_BUS,
        )  # fmt: skip

    def run(self, *words: str | Path, online: bool = False) -> str:
        """A program of the root, without any network; ``online``: but for this computer."""
        done = subprocess.run(
            [*self._in_root(online=online), *words],
            env=self._client.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=GUARD,
            check=False,
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def flatpak(self, verb: str, *words: str | Path, online: bool = False) -> str:
        return self.run("flatpak", verb, self.scope, *words, online=online)

    def install_sh(self, stick: Path, *words: str) -> str:
        """The script on a stick."""
        return self.run("sh", stick / "satchel/install.sh", self.scope, *words)

    def install(self, *words: str | Path) -> str:
        """``flatpak install``; what is there already is updated."""
        return self.flatpak("install", *_INSTALLING, "--or-update", *words)

    @property
    def variables(self) -> dict[str, str]:
        """What Satchel sees on it."""
        own = self._client.environment
        return {
            **{name: own[name] for name in own if name not in ("PATH", "LC_ALL")},
            "PATH": f"{self._bin}:{os.environ['PATH']}",
        }

    def receive(self, *words: str | Path) -> Done:
        """``satchel receive``."""
        return satchel("receive", self.scope, *words, home=self._home, env=self.variables)

    def installed(self) -> dict[str, str]:
        """Ref → commit, as they are deployed."""
        links = filter(Path.is_symlink, self.installation.glob("*/*/*/*/active"))
        return {
            str(active.parent.relative_to(self.installation)): os.readlink(active)
            for active in links
            if active.relative_to(self.installation).parts[0] in ("app", "runtime")
        }

    def listed(self, remote: str) -> set[str]:
        """The apps and runtimes of a remote that it knows of without asking anybody."""
        said = self.flatpak("remote-ls", "--cached", "--all", "--columns=ref", remote)
        return {line.strip() for line in said.splitlines() if line.strip()}
