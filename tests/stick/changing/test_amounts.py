"""What is told beforehand, what a command says that it has done, and what there is then."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import pytest

from app.drive.space import measure
from tests.build_contents import ExtraData
from tests.satchel import Done, satchel
from tests.servers import HostileServer
from tests.stick.changing.changed import ARCH, HELLO
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.upstream import Upstream

REPOSITORY = ".ostree/repo"
PLACES = ("objects", "tmp", "state", "extensions/satchel")
PAYLOAD = b"its maker's own" * 1000
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
NEW = f"app/org.test.New/{ARCH}/stable"
SMALL = (".commitmeta", ".commitpartial")


def files(drive: Path) -> dict[str, int]:
    """Path → bytes of all that an amount may be about."""
    places = [drive / REPOSITORY / place for place in PLACES]
    places += [drive / "satchel/bundles", drive / "satchel/extra-data"]
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
        written: bytes of what describes the collection, which Satchel wrote itself.
    """

    told: dict[str, Any]
    finished: dict[str, Any]
    came: dict[str, int]
    went: dict[str, int]
    written: int

    @property
    def estimate(self) -> dict[str, Any]:
        estimate: dict[str, Any] = self.told["estimate"]
        return estimate

    def assert_told_what_came(self) -> None:
        estimate, finished = self.estimate, self.finished
        came = {path: size for path, size in self.came.items() if is_told(path)}
        assert estimate["exact"], (estimate, self.told["items"])
        assert estimate["fetch"] == finished["bytes"] == sum(came.values()) - self.written
        assert estimate["objects"] == finished["objects"] == len(came) - bool(self.written)
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


def changed(made: MadeDrive, verb: str, *arguments: str | Path) -> Change:
    def run(verb: str, *more: str | Path) -> Done:
        return satchel(verb, "--json", made.drive, *arguments, *more, home=made.home)

    told = (run("plan") if verb == "make" else run(verb, "--dry-run")).json
    before, metadata = files(made.drive), _metadata(made)
    finished = run(verb).finished
    after = files(made.drive)
    came = {path: size for path, size in after.items() if path not in before}
    written = sum(came.get(path, 0) for path in (_metadata(made) - metadata))
    went = {path: size for path, size in before.items() if path not in after}
    return Change(told, finished, came, went, written)


def _metadata(made: MadeDrive) -> set[str]:
    """Where the commit is that describes the collection."""
    refs = made.drive / REPOSITORY / "refs/mirrors" / made.upstream.collection
    [sum_] = (refs / "ostree-metadata").read_text().split()
    return {f"{REPOSITORY}/objects/{sum_[:2]}/{sum_[2:]}.commit"}


@pytest.fixture(scope="session")
def grown(full: MadeDrive, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """Hello is newer; New has a part of its maker's, and tells how large its files are."""
    new = full.upstream.copy(tmp_path_factory.mktemp("grown") / "up")
    new.bump(HELLO, {"share/news": "news\n" * 1000})
    new.bump(LOCALE)
    (new.path / "part.bin").write_bytes(PAYLOAD)
    extra = ExtraData(PAYLOAD, f"{full.web.url}/part.bin", "part.bin")
    new.add_app("org.test.Filed")
    new.add_app("org.test.New", extra_data=extra)
    new.republish(NEW, "--generate-sizes", "--keep-metadata=xa.extra-data-sources")
    new.update(appstream=False)
    file = new.directory / "filed.flatpak"
    subprocess.run(
        ["flatpak", "build-bundle", new.path, file, "org.test.Filed", "stable"], check=True
    )
    return new


@pytest.fixture
def outdated(made: MadeDrive, grown: Upstream, full: MadeDrive) -> Iterator[MadeDrive]:
    with HostileServer(grown.path, full.web.port) as web:
        yield MadeDrive(made.directory, grown, web)


def test_of_an_update(outdated: MadeDrive, tmp_path: Path) -> None:
    """From upstream; for the next drive from the cache; elsewhere from the drive beside."""
    copy_drive(outdated.drive, tmp_path / "next/drive")
    copy_drive(outdated.drive, tmp_path / "elsewhere/drive")
    remote = ("--remote", outdated.remote)
    first = changed(outdated, "update", *remote)
    first.assert_told_what_came()
    first.assert_told_what_went(outdated.drive)
    assert first.estimate["local"] == 0

    following = MadeDrive(tmp_path / "next", outdated.upstream, outdated.web)
    following.home.symlink_to(outdated.home)
    second = changed(following, "update", *remote)
    second.assert_told_what_came()
    second.assert_told_what_went(outdated.drive)
    assert second.estimate["download"] == 0

    elsewhere = MadeDrive(tmp_path / "elsewhere", outdated.upstream, outdated.web)
    third = changed(elsewhere, "update", *remote, "--from", outdated.drive)
    third.assert_told_what_came()
    assert sum(third.estimate["beside"].values()) == third.finished["beside"]
    assert third.finished["beside"] == first.finished["bytes"]


def test_of_what_is_no_object(outdated: MadeDrive) -> None:
    """An app with a part of its maker's, and one as a file: they come, and they go again."""
    file = outdated.upstream.directory / "filed.flatpak"
    remote = ("--remote", outdated.remote)
    new = changed(
        outdated, "make", "org.test.New", file, "--with-extra-data", "--keep-versions", *remote
    )
    new.assert_told_what_came()
    assert new.estimate["local"] == file.stat().st_size
    gone = changed(outdated, "remove", "org.test.New", "org.test.Filed")
    gone.assert_told_what_went(outdated.drive)
    assert {PurePath(path).name for path in gone.went} >= {"part.bin"}


def test_of_what_comes_in_part(outdated: MadeDrive, full: MadeDrive) -> None:
    """The commit with one language of a translation goes when a newer one is there."""
    outdated.web.root = full.upstream.path
    remote = ("--remote", outdated.remote)
    changed(outdated, "update", "--language", "de", *remote).assert_told_what_went(outdated.drive)
    outdated.web.root = outdated.upstream.path
    newer = changed(outdated, "update", *remote)
    newer.assert_told_what_came()
    newer.assert_told_what_went(outdated.drive)
