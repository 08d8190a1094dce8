"""A stick that was made well, and the upstream it came from, about to go wrong."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.satchel import Done, satchel
from tests.servers import Exchange, HostileServer, Rule
from tests.upstream import Upstream


def published(drive: Path) -> dict[str, bytes]:
    """Everything that a client goes by, and what Satchel says about it: all but objects."""
    repository = drive / ".ostree/repo"
    places = [
        repository / "config",
        repository / "refs",
        repository / "summary",
        repository / "summary.idx",
        repository / "summary.idx.sig",
        repository / "summaries",
        repository / "extensions/satchel/upstream",
        repository / "extensions/satchel/stick.json",
        drive / "satchel",
    ]
    files = [
        path
        for place in places
        for path in ([place] if place.is_file() else sorted(place.rglob("*")))
        if path.is_file()
    ]
    return {str(path.relative_to(drive)): path.read_bytes() for path in files}


def objects(drive: Path) -> set[str]:
    base = drive / ".ostree/repo/objects"
    return {str(path.relative_to(base)) for path in base.glob("*/*")}


@dataclass
class MadeDrive:
    """A drive, a person's home, and the web server that both know."""

    directory: Path
    upstream: Upstream
    web: HostileServer

    @property
    def drive(self) -> Path:
        return self.directory / "drive"

    @property
    def home(self) -> Path:
        return self.directory / "home"

    @property
    def remote(self) -> Path:
        """A ``.flatpakrepo`` with the right key."""
        path = self.directory / "upstream.flatpakrepo"
        path.write_text(self.upstream.flatpakrepo(self.web.url))
        return path

    def make(self, *arguments: str | Path, check: bool | int = True) -> Done:
        """With ``--json``; ``--remote`` is the right one unless another is given."""
        remote = () if "--remote" in arguments else ("--remote", self.remote)
        return satchel(
            "make", "--json", self.drive, *arguments, *remote, home=self.home, check=check
        )

    def refused(self, status: int, *arguments: str | Path) -> str:
        """``make`` ends with ``status``, says why as it should, and leaves the stick as it was.

        Returns what it said.
        """
        before = published(self.drive)
        done = self.make(*arguments, check=status)
        check_refusal(done, status)
        assert published(self.drive) == before
        return done.stderr

    def honest(self, *refs: str) -> None:
        """Upstream behaves again: the same command succeeds and the stick is sound."""
        self.web.rules.clear()
        self.web.always.clear()
        self.web.everything = None
        self.web.root = self.upstream.path
        finished = self.make(*refs).finished
        assert finished["ok"]
        assert finished["verify"]["ok"]
        left = [path.name for path in (self.drive / ".ostree/repo/tmp").iterdir()]
        assert left == []


def check_refusal(done: Done, status: int) -> None:
    """One or two sentences for people, and for programs a last event that says the same."""
    assert done.stderr.startswith("satchel: ") or "\nsatchel: " in done.stderr, done.said
    told = done.stderr[done.stderr.index("satchel: ") :].strip().splitlines()
    assert len(told) <= 2, done.stderr
    assert len(done.stderr) < 1000, done.stderr
    assert not [char for char in done.stderr if char < " " and char != "\n"], done.stderr
    finished = done.finished
    assert finished["ok"] is False
    assert finished["error"]["exit_code"] == status
    assert told[0] == f"satchel: {finished['error']['message']}"


def copy_drive(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True)


def only(ending: str, rule: Rule) -> Rule:
    """``rule`` for what ends so; the rest is answered well."""

    def answer(exchange: Exchange) -> None:
        (rule if exchange.path.endswith(ending) else Exchange.good)(exchange)

    return answer
