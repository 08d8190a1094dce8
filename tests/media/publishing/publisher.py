"""Somebody who publishes what an upstream has, and what others see of it."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.formats.gvariant import parse
from tests.gpg import SigningKey
from tests.satchel import Done, satchel
from tests.upstream import Upstream

COLLECTION = "org.example.School"
SUMMARY = "(a(s(taya{sv}))a{sv})"
INDEX = "(a{s(ayaaya{sv})}a{sv})"


class Publisher:
    """``satchel publish`` of one directory.

    Attributes:
        path: the directory.
        remote: the option that names the upstream.
    """

    def __init__(self, directory: Path, upstream: Upstream, maker: SigningKey) -> None:
        directory.mkdir()
        self.home = directory / "home"
        self.home.mkdir()
        self.path = directory / "published"
        self.upstream = upstream
        self.maker = maker
        file = directory / "up.flatpakrepo"
        file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        self.remote = ("--remote", str(file))
        self.environment = {"GNUPGHOME": maker.homedir}

    def copy(self, directory: Path) -> Publisher:
        """Another one that has published the same."""
        other = Publisher(directory, self.upstream, self.maker)
        shutil.rmtree(other.home)
        shutil.copytree(self.home, other.home)
        shutil.copytree(self.path, other.path)
        return other

    def arguments(self, *more: str | Path) -> list[str]:
        """Of a command that adds to what is there."""
        return ["publish", str(self.path), *map(str, more), *self.remote, "--json"]

    def first(
        self, *refs: str, url: str = "", collection: str = COLLECTION, **options: Any
    ) -> Done:
        address = ["--url", url] if url else []
        return self.again(
            *refs,
            *("--collection-id", collection),
            *("--sign-key", self.maker.fingerprint),
            *("--title", "The school"),
            *address,
            **options,
        )

    def again(self, *more: str, env: Mapping[str, str] | None = None, **options: Any) -> Done:
        variables = {**self.environment, **(env or {})}
        return satchel(*self.arguments(*more), home=self.home, env=variables, **options)

    @property
    def repo_file(self) -> Path:
        return self.path / "school.flatpakrepo"

    def lists(self) -> tuple[Any, dict[str, Any], Any]:
        """What the index says, its sub-summaries, and the old summary."""
        return lists_of(self.path)

    def older_commits(self, ref: str) -> set[str]:
        """Those that lists of before name."""
        commits = set()
        for _, history, _ in self.lists()[0][0].values():
            for digest in history:
                for name, (_, commit, _) in _list(self.path, digest)[0]:
                    if name == ref:
                        commits.add(bytes(commit).hex())
        return commits

    def commit(self, ref: str) -> str:
        return self.ostree("rev-parse", ref).strip()

    def ostree(self, command: str, *arguments: str | Path) -> str:
        return subprocess.run(
            ["ostree", command, f"--repo={self.path}", *map(str, arguments)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def lists_of(repository: Path) -> tuple[Any, dict[str, Any], Any]:
    index = parse(INDEX, (repository / "summary.idx").read_bytes()).unpack()
    subs = {name: _list(repository, digest) for name, (digest, *_) in index[0].items()}
    return index, subs, parse(SUMMARY, (repository / "summary").read_bytes()).unpack()


def _list(repository: Path, digest: bytes) -> Any:
    packed = (repository / "summaries" / f"{digest.hex()}.gz").read_bytes()
    return parse(SUMMARY, gzip.decompress(packed)).unpack()
