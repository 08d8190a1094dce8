"""Install media made of a small upstream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.satchel import Done, satchel
from tests.servers import Server
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"


@dataclass(frozen=True)
class Maker:
    """Somebody who makes them in ``directory``, of an upstream that is there only meanwhile."""

    directory: Path
    upstream: Upstream

    @property
    def home(self) -> Path:
        home = self.directory / "home"
        home.mkdir(parents=True, exist_ok=True)
        return home

    @property
    def remote(self) -> Path:
        return self.directory / "up.flatpakrepo"

    def media(
        self, *words: str | Path, check: bool | int = True, env: dict[str, str] | None = None
    ) -> Done:
        """``satchel media WORDS`` with the remote."""
        with self.online():
            return satchel(
                *("media", *words, "--remote", self.remote, "--json"),
                home=self.home,
                check=check,
                env=env,
            )

    @contextmanager
    def online(self) -> Iterator[Server]:
        """The remote is there, and ``remote`` leads to it."""
        with Server(self.upstream.path) as server:
            self.remote.write_text(self.upstream.flatpakrepo(server.url))
            yield server

    def findings(self, tree: Path) -> set[str]:
        """What ``satchel verify`` finds in a stick that it called sound."""
        report = satchel("verify", tree, "--remote", self.remote, "--json", home=self.home).json
        return {finding["code"] for finding in report["findings"]}

    def refs(self, tree: Path) -> dict[str, str]:
        """Ref → commit, of all that is on it."""
        (collection,) = satchel("inspect", tree, "--json", home=self.home).json["collections"]
        return {entry["ref"]: entry["commit"] for entry in collection["refs"]}
