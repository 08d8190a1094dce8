"""A person who carries apps from a remote that has no collection ID."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.satchel import Done, satchel
from tests.stick.makers import REPO
from tests.upstream import Upstream

ORIGIN = "remote:up"


@dataclass
class Carrier:
    """The remote is called ``name``, and it is at a directory of this computer.

    Attributes:
        directory: for the drive, and the person's home.
    """

    upstream: Upstream
    directory: Path
    name: str = "up"

    @property
    def drive(self) -> Path:
        place = self.directory / "drive"
        place.mkdir(parents=True, exist_ok=True)
        return place

    @property
    def home(self) -> Path:
        place = self.directory / "home"
        place.mkdir(parents=True, exist_ok=True)
        return place

    @property
    def repo(self) -> Path:
        return self.drive / REPO

    @property
    def copy(self) -> Path:
        """Of upstream's lists."""
        return self.repo / f"extensions/satchel/remotes/{self.name}"

    @property
    def remote(self) -> Path:
        file = self.home / f"{self.name}.flatpakrepo"
        file.write_text(self.upstream.flatpakrepo(self.upstream.path.as_uri()))
        return file

    def run(self, verb: str, *words: str | Path, check: bool | int = True) -> Done:
        """``satchel VERB DRIVE WORDS --remote …``."""
        options = ("--remote", self.remote)
        return satchel(verb, self.drive, *words, *options, home=self.home, check=check)

    def make(self, *words: str | Path, check: bool | int = True) -> dict[str, Any]:
        """What came of it, as its last event tells."""
        done = self.run("make", *words, "--json", check=check)
        finished: dict[str, Any] = done.finished if '"finished"' in done.stdout else {}
        return finished

    def ref(self, name: str) -> Path:
        return self.repo / f"refs/remotes/{self.name}" / name

    @property
    def refs(self) -> dict[str, str]:
        """Of the remote, with the commits that they name."""
        base = self.repo / f"refs/remotes/{self.name}"
        files = (path for path in base.rglob("*") if path.is_file())
        return {str(path.relative_to(base)): path.read_text().strip() for path in files}

    @property
    def record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(
            (self.repo / "extensions/satchel/stick.json").read_text()
        )
        return record

    def edit_record(self, change: Callable[[dict[str, Any]], object]) -> None:
        record = self.record
        change(record)
        (self.repo / "extensions/satchel/stick.json").write_text(json.dumps(record))

    def errors(self, *options: str | Path, home: Path | None = None) -> set[tuple[str, str]]:
        """Code and subject of what ``satchel verify`` finds wrong."""
        findings = self.findings(*options, home=home)
        errors = [each for each in findings if each["severity"] == "error"]
        for each in findings:
            quotes = each["subject"] == "satchel/contents.tsv"
            assert quotes or "remote:" not in each["message"] + each["hint"], each
        return {(each["code"], each["subject"]) for each in errors}

    def codes(self) -> set[str]:
        """Of all that it finds."""
        return {each["code"] for each in self.findings()}

    def findings(self, *options: str | Path, home: Path | None = None) -> list[dict[str, Any]]:
        words = "verify", "--json", self.drive, *options
        report = satchel(*words, home=home or self.home, check=False).json
        findings: list[dict[str, Any]] = report["findings"]
        assert report["ok"] == all(each["severity"] != "error" for each in findings)
        return findings
