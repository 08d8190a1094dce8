"""A throwaway installation of the real flatpak."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.upstream import Upstream
from tests.waiting import GUARD

_DEADLINE = GUARD


class Client:
    """A user's installation below ``directory``, apart from this computer's own.

    Attributes:
        environment: what its commands see; nothing else of the environment reaches them.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        home = directory / "home"
        places = {
            "HOME": home,
            "FLATPAK_USER_DIR": directory / "user",
            "FLATPAK_SYSTEM_DIR": directory / "system",
            "FLATPAK_CONFIG_DIR": directory / "config",
            "FLATPAK_RUN_DIR": directory / "run",
            "XDG_DATA_HOME": home / ".local/share",
            "XDG_CACHE_HOME": home / ".cache",
            "XDG_CONFIG_HOME": home / ".config",
            "XDG_RUNTIME_DIR": directory / "runtime",
            "TMPDIR": directory / "tmp",
        }
        for path in places.values():
            path.mkdir(parents=True, mode=0o700, exist_ok=True)
        self.environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            **{name: str(path) for name, path in places.items()},
        }

    @property
    def repo(self) -> Path:
        """The installation's repository."""
        return self.directory / "user" / "repo"

    def run(
        self, *arguments: str | Path, check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """``flatpak ARGUMENTS``, with more or other variables; both outputs are in ``stdout``."""
        done = subprocess.run(
            ["flatpak", *map(str, arguments)],
            env={**self.environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_DEADLINE,
            check=False,
        )
        assert not check or done.returncode == 0, f"flatpak {arguments}\n{done.stdout}"
        return done

    def languages(self, *codes: str) -> None:
        """The languages this person reads: which parts of a ``.Locale`` are installed."""
        self.run("config", "--user", "--set", "languages", ";".join(codes))

    def remote_add(
        self, name: str, url: str, key: bytes, collection: str = "", *, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """A remote by its parts; flatpak looks at its summary at once."""
        file = self.directory / f"{name}.gpg"
        file.write_bytes(key)
        options = [f"--collection-id={collection}"] if collection else []
        return self.run(
            "remote-add", "--user", f"--gpg-import={file}", *options, name, url, check=check
        )

    def remote_add_upstream(self, name: str, upstream: Upstream, url: str) -> None:
        """A remote by its ``.flatpakrepo``, as people add one."""
        file = self.directory / f"{name}.flatpakrepo"
        file.write_text(upstream.flatpakrepo(url))
        self.run("remote-add", "--user", name, file)

    def install(
        self, remote: str, *refs: str, sideload: Path | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        options = [f"--sideload-repo={sideload}"] if sideload else []
        return self.run(
            "install", "--user", "-y", "--noninteractive", *options, remote, *refs, check=check
        )

    def update(self, *refs: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.run("update", "--user", "-y", "--noninteractive", *refs, check=check)

    def installed(self) -> dict[str, str]:
        """Full ref → commit."""
        listed = self.run("list", "--user", "--all", "--columns=ref,active").stdout
        installation = self.repo.parent
        commits = {}
        for line in filter(None, listed.splitlines()):
            name, begins = line.split()[:2]
            # As `flatpak info` finds kind and commit, without starting it for each.
            (kind,) = (kind for kind in ("app", "runtime") if (installation / kind / name).exists())
            # Of languages only some may be there, which the link names after the commit.
            commit = os.readlink(installation / kind / name / "active")[:64]
            assert commit.startswith(begins), line
            commits[f"{kind}/{name}"] = commit
        return commits

    def location(self, ref: str) -> Path:
        """Where its files are deployed."""
        return Path(self.run("info", "--user", "--show-location", ref).stdout.strip()) / "files"

    def flatpak_run(
        self,
        app: str,
        *arguments: str,
        command: str = "",
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Start the app; returns what it prints."""
        options = [f"--command={command}"] if command else []
        return self.run("run", "--user", *options, app, *arguments, env=env).stdout
