"""Desktops that look around for repositories: the real libostree, by its finder on the network."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.gpg import SigningKey
from tests.namespaces import Computer

_NOWHERE = "http://127.0.0.1:9/"


class Peer:
    """A computer with a repository of its own and a remote that leads nowhere."""

    def __init__(self, computer: Computer, directory: Path) -> None:
        self.computer = computer
        self.repository = directory
        self._remote = ""
        self._ostree("init", "--mode=archive-z2")

    def add_remote(
        self, name: str, collection: str, key: SigningKey, address: str = _NOWHERE
    ) -> None:
        """Once."""
        self._remote = name
        file = self.repository / f"{name}.key"
        file.write_bytes(key.public)
        options = [f"--collection-id={collection}"] if collection else []
        self._ostree("remote", "add", *options, f"--gpg-import={file}", name, address)

    def find(self, collection: str, *refs: str) -> str:
        """What ``ostree find-remotes`` says of the network, and nothing else."""
        done = self._ostree("find-remotes", "--finders=lan", collection, *refs)
        return done.stdout

    def pull(self, collection: str, *refs: str) -> subprocess.CompletedProcess[str]:
        """Takes the refs from whoever was found."""
        return self._ostree("find-remotes", "--finders=lan", "--pull", collection, *refs)

    def pull_from(
        self, address: str, key: SigningKey, ref: str
    ) -> subprocess.CompletedProcess[str]:
        """Takes a ref from an address, as a remote without a collection ID."""
        self.add_remote("address", "", key, address)
        return self._ostree("pull", "address", ref)

    def commit(self, ref: str) -> str:
        """That which it has of a ref; "" if none."""
        done = self._ostree("rev-parse", f"{self._remote}:{ref}")
        return done.stdout.strip() if done.returncode == 0 else ""

    def is_whole(self) -> bool:
        """Whether every object is there and right of all that it has."""
        return self._ostree("fsck", "--quiet").returncode == 0

    def _ostree(self, *words: str) -> subprocess.CompletedProcess[str]:
        command, *rest = words
        return self.computer.run("ostree", f"--repo={self.repository}", command, *rest)
