"""Computers that receive: the real flatpak with Satchel beside it."""

from __future__ import annotations

import os
from pathlib import Path

from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import Done, environment, satchel
from tests.upstream import COLLECTION

URL = "http://127.0.0.1:9/"
"""Where nobody answers."""

USER, SYSTEM = "--user", "--system"
_OWN = ("PATH", "LC_ALL")


class Computer:
    """A throwaway one, offline; what is installed is for one person or for all.

    Attributes:
        scope: flatpak's option.
        home: of Satchel's.
        cache: where Satchel keeps what it may fetch again; None: at the usual place.
    """

    cache: Path | None = None

    def __init__(self, directory: Path, scope: str = USER, client: Client | None = None) -> None:
        self.client = client or Client(directory)
        self.scope = scope
        self.home = directory / "satchel"

    @classmethod
    def beside(cls, other: Computer, scope: str) -> Computer:
        """The same computer, for others."""
        return cls(other.client.directory, scope, other.client)

    @property
    def installation(self) -> Path:
        return self.client.directory / self.scope.removeprefix("--")

    @property
    def config(self) -> str:
        return (self.installation / "repo/config").read_text()

    @property
    def caches(self) -> set[str]:
        """The names of the lists that it keeps."""
        return {path.name for path in (self.installation / "repo/tmp/cache/summaries").glob("*")}

    def knows(self, key: SigningKey | None, *, collection: str = COLLECTION) -> None:
        """It has the remote, as it does when it has been online once; without a key only if that
        is so."""
        options = [f"--collection-id={collection}"] if collection else []
        if key is not None:
            file = self.client.directory / "key.gpg"
            file.write_bytes(key.public)
            options.append(f"--gpg-import={file}")
        self.flatpak("remote-add", *options, "up", URL, check=False)
        assert '[remote "up"]' in self.config

    def lose_key(self) -> None:
        """As flatpak leaves a remote whose key it could not import."""
        (self.installation / "repo/up.trustedkeys.gpg").unlink()

    def lose(self, key: str) -> None:
        """A line of the remotes' configuration."""
        lines = self.config.splitlines(keepends=True)
        left = [line for line in lines if not line.startswith(f"{key}=")]
        assert left != lines
        (self.installation / "repo/config").write_text("".join(left))

    def flatpak(self, verb: str, *arguments: str | Path, check: bool = True) -> str:
        return self.client.run(verb, self.scope, *arguments, check=check).stdout

    @property
    def variables(self) -> dict[str, str]:
        """Of Satchel's process on this computer."""
        return {**environment(self.home), **self._own_places}

    @property
    def _own_places(self) -> dict[str, str]:
        own = self.client.environment
        places = {name: value for name, value in own.items() if name not in _OWN}
        cache = self.cache or self.home / ".cache"
        return {**places, "XDG_CACHE_HOME": str(cache)}

    def receive(self, *words: str | Path, check: bool | int = True) -> Done:
        """``satchel receive``."""
        self.home.mkdir(exist_ok=True)
        return satchel(
            "receive", *words, self.scope, home=self.home, env=self._own_places, check=check
        )

    def installed(self) -> dict[str, str]:
        """Ref → commit."""
        links = filter(Path.is_symlink, self.installation.glob("*/*/*/*/active"))
        return {
            str(active.parent.relative_to(self.installation)): os.readlink(active)
            for active in links
            if active.relative_to(self.installation).parts[0] in ("app", "runtime")
        }

    def files(self, ref: str) -> dict[str, bytes]:
        """Path → content of what is installed."""
        root = self.installation / ref / "active/files"
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and not path.is_symlink()
        }

    def untouched(self) -> bool:
        """Whether every remote leads where it led, and nothing is left of a run."""
        left = [path.name for path in self.installation.glob("satchel-*")]
        cache = self.cache or self.home / ".cache"
        kept = list((cache / "satchel/receiving").glob("*"))
        return not left and not kept and "url-is-set" not in self.config
