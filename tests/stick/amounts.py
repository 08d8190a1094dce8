"""What is told beforehand, what a command says that it has done, and what there is then."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.drive.space import measure
from tests.satchel import Done, satchel

REPOSITORY = ".ostree/repo"
PLACES = ("objects", "tmp", "state", "extensions/satchel")
SMALL = (".commitmeta", ".commitpartial")


def files(drive: Path) -> dict[str, int]:
    """Path → bytes of all that an amount may be about."""
    places = [drive / REPOSITORY / place for place in PLACES]
    places += [drive / "satchel/bundles", drive / "satchel/extra-data", drive / "satchel/images"]
    return {
        str(path.relative_to(drive)): path.stat().st_size
        for place in places
        for path in place.rglob("*")
        if path.is_file() and path.name != "stick.json" and "/upstream/" not in str(path)
    }


def is_told(path: str) -> bool:
    """Signatures and marks are in no amount that is to come."""
    return not path.endswith(SMALL)


@dataclass(frozen=True)
class Change:
    """A command that changed a drive, what was told before, and what it was for the files.

    Attributes:
        written: of each commit that describes a collection and Satchel made, the bytes.
    """

    told: dict[str, Any]
    finished: dict[str, Any]
    came: dict[str, int]
    went: dict[str, int]
    written: tuple[int, ...]

    @property
    def estimate(self) -> dict[str, Any]:
        estimate: dict[str, Any] = self.told["estimate"]
        return estimate

    @property
    def commits(self) -> int:
        """Bytes of those that came, which had come for the plan already."""
        sizes = (size for path, size in self.came.items() if path.endswith(".commit"))
        return sum(sizes) - sum(self.written)

    def assert_told_each(self) -> None:
        """How much comes, from wherever."""
        estimate, finished = self.estimate, self.finished
        came = {path: size for path, size in self.came.items() if is_told(path)}
        assert estimate["exact"], (estimate, self.told["items"])
        assert estimate["fetch"] == finished["bytes"] == sum(came.values()) - sum(self.written)
        assert estimate["objects"] == finished["objects"] == len(came) - len(self.written)

    def assert_told_what_came(self) -> None:
        """And from where."""
        self.assert_told_each()
        estimate, finished = self.estimate, self.finished
        assert (estimate["local"], estimate["download"]) == (
            finished["kept"],
            finished["bytes"] - finished["kept"],
        )
        bundles = sum(each["size"] for each in self.told["bundles"] if each["action"] != "keep")
        assert sum(item["fetch"] for item in self.told["items"]) + bundles == estimate["fetch"]

    def assert_told_what_went(self, drive: Path) -> None:
        freed, pruned = self.estimate["freed"], self.finished["pruned"]
        allocated = measure(drive).allocated
        assert freed["exact"]
        number = pruned["objects"] + pruned["leftovers"] + pruned["partial"]
        assert freed["objects"] == pruned["objects"] + pruned["leftovers"]
        assert number == len(self.went)
        taken = pruned["bytes"] + pruned["leftover_bytes"]
        assert freed["bytes"] == taken == sum(map(allocated, self.went.values()))


@dataclass(frozen=True)
class Before:
    """A drive before a command."""

    drive: Path
    files: dict[str, int]
    described: set[str]

    @classmethod
    def of(cls, drive: Path) -> Before:
        return cls(drive, files(drive), _descriptions(drive))

    def change(self, told: dict[str, Any], finished: dict[str, Any]) -> Change:
        """What has become of it meanwhile."""
        after = files(self.drive)
        came = {path: size for path, size in after.items() if path not in self.files}
        new = _descriptions(self.drive) - self.described
        went = {path: size for path, size in self.files.items() if path not in after}
        return Change(told, finished, came, went, tuple(came[path] for path in new if path in came))


def changed(drive: Path, home: Path, verb: str, *arguments: str | Path) -> Change:
    """``satchel VERB DRIVE ARGUMENTS``, foretold and done."""

    def run(verb: str, *more: str | Path) -> Done:
        return satchel(verb, "--json", drive, *arguments, *more, home=home)

    told = (run("plan") if verb == "make" else run(verb, "--dry-run")).json
    before = Before.of(drive)
    return before.change(told, run(verb).finished)


def _descriptions(drive: Path) -> set[str]:
    """Where the commits are that describe collections."""
    found = drive.glob(f"{REPOSITORY}/refs/mirrors/*/ostree-metadata")
    sums = [path.read_text().strip() for path in found]
    return {f"{REPOSITORY}/objects/{sum_[:2]}/{sum_[2:]}.commit" for sum_ in sums}
