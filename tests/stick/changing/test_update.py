"""Bringing a stick up to date: what moves, what follows, what goes, and what it costs."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.fs import files
from app.ostree.objects import ObjectKind, ObjectName
from app.stick.store.journal import JOURNAL
from tests.client import Client
from tests.satchel import satchel
from tests.servers import HostileServer, Server
from tests.stick.changing.changed import (
    ARCH,
    HELLO,
    LARGE,
    OTHER,
    assert_sound,
    assert_whole,
    change,
    changes,
    goes_on,
    halted,
    install,
    killed,
    refs,
    resolved,
)
from tests.stick.changing.conftest import NEWCOMER
from tests.stick.made_drive import MadeDrive, copy_drive, objects, published
from tests.upstream import Upstream

KILLS = 30
_OBJECTS = (".commit", ".dirtree", ".dirmeta", ".filez")
RUNTIME = f"runtime/org.test.Platform/{ARCH}"


@pytest.fixture
def outdated(made: MadeDrive, newer: Upstream, full: MadeDrive) -> Iterator[MadeDrive]:
    """The stick of before, and the upstream of now where it was."""
    with HostileServer(newer.path, full.web.port) as web:
        yield MadeDrive(made.directory, newer, web)


class Medium:
    """What has not been flushed.

    Attributes:
        lost: whenever a journal went, the names whose change would have been lost.
        torn: names that were there and were given what a power cut would have taken.
    """

    def __init__(self, drive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lost: list[set[str]] = []
        self.torn: set[str] = set()
        self._libc = files._libc()
        self._changed: set[str] = set()
        self._written: set[str] = set()
        unlink, rename, opened, fsync = os.unlink, os.rename, os.open, os.fsync

        def written(path: str, flags: int, *mode: int, **directory: int) -> int:
            if flags & os.O_CREAT:
                self._written.add(os.path.basename(path))
            return opened(path, flags, *mode, **directory)

        def synced(descriptor: int) -> None:
            self._written.discard(os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")))
            fsync(descriptor)

        def unlinked(path: str, **directory: int) -> None:
            if path == JOURNAL:
                self.lost.append(set(self._changed))
            self._changed.add(path)
            unlink(path, **directory)

        def renamed(path: str, target: str, **directories: int) -> None:
            self._changed.add(target)
            if path in self._written:
                above = os.path.realpath(f"/proc/self/fd/{directories.get('dst_dir_fd')}")
                place = Path(above, target)
                if place.exists() and place.is_relative_to(drive):
                    self.torn.add(target)
            rename(path, target, **directories)

        monkeypatch.setattr(files, "_libc", lambda: self)
        monkeypatch.setattr(os, "open", written)
        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "unlink", unlinked)
        monkeypatch.setattr(os, "rename", renamed)

    def syncfs(self, descriptor: int) -> int:
        self._changed.clear()
        self._written.clear()
        return int(self._libc.syncfs(descriptor))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._libc, name)


def test_everything_is_the_newest(
    outdated: MadeDrive, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was chosen stays chosen, renamed apps follow, what is gone upstream stays."""
    told = change(outdated, "update", "--remote", outdated.remote, "--dry-run").json
    before = objects(outdated.drive)
    # What was never any commit's goes as well.
    stray = ObjectName("ab" * 32, ObjectKind.FILE)
    outdated.drive.joinpath(".ostree/repo/objects", stray.path).parent.mkdir(exist_ok=True)
    outdated.drive.joinpath(".ostree/repo/objects", stray.path).write_bytes(b"stray")
    before_that = len(outdated.web.paths())
    with monkeypatch.context() as meanwhile:
        medium = Medium(outdated.drive, meanwhile)
        done = change(outdated, "update", "--remote", outdated.remote)
    # Without its journal all is trusted that has a name on the medium.
    assert medium.lost == [set()]
    # One that cannot be read says no less: then nothing is trusted.
    assert medium.torn <= {JOURNAL}
    finished = done.finished
    there = refs(outdated)
    assert {HELLO, OTHER, NEWCOMER, LARGE} <= there
    paths = outdated.web.paths()[before_that:]
    asked = {path.partition("objects/")[2] for path in paths if path.endswith(".filez")}
    assert asked
    assert asked.isdisjoint(before)
    assert told["estimate"]["exact"]
    assert_sound(outdated)
    assert_whole(outdated)
    install(outdated, client, HELLO, NEWCOMER, LARGE)
    again = change(outdated, "update", "--remote", outdated.remote).finished
    assert again["changed"] is False
    outdated.drive.joinpath(".ostree/repo/objects", stray.path).write_bytes(b"stray")
    kept = change(outdated, "update", "--remote", outdated.remote, "--no-prune").finished
    assert kept["changed"] is False
    # Nothing is new, and what nothing needs goes all the same.
    told = change(outdated, "update", "--remote", outdated.remote, "--dry-run").json
    freed = change(outdated, "update", "--remote", outdated.remote).finished
    assert (freed["changed"], freed["pruned"]["objects"]) == (True, 1)
    assert told["estimate"]["freed"]["bytes"] == freed["pruned"]["bytes"]
    assert not outdated.drive.joinpath(".ostree/repo/objects", stray.path).exists()
    assert finished["changed"] is True
    assert {f"{RUNTIME}/1", f"{RUNTIME}/2"} <= there
    gone = change(outdated, "remove", "org.test.Large").finished["removed"]
    assert f"{RUNTIME}/1" in {removal["ref"] for removal in gone}
    assert_sound(outdated)
    assert_whole(outdated)


@pytest.mark.thorough
def test_what_is_being_installed_stays_until_it_is(outdated: MadeDrive, client: Client) -> None:
    """The version that flatpak has chosen by the list of before; the next update frees it."""
    old = outdated.drive / ".ostree/repo/refs/mirrors" / outdated.upstream.collection / HELLO
    chosen = old.read_text().strip()
    with resolved(outdated, client, HELLO) as installing:
        done = change(outdated, "update", "--remote", outdated.remote)
        assert done.finished["pruned"] is None
        assert old.read_text().strip() != chosen
        goes_on(installing)
    assert client.installed()[HELLO] == chosen
    assert change(outdated, "remove", "org.test.Large").finished["pruned"]["objects"] > 0
    assert_sound(outdated)
    assert_whole(outdated)


def test_what_is_told_is_what_comes(made: MadeDrive, newer: Upstream, tmp_path: Path) -> None:
    """To the byte, though commits by flatpak do not tell the sizes of their objects."""
    remote = tmp_path / "newer.flatpakrepo"
    with Server(newer.path) as web:
        remote.write_text(newer.flatpakrepo(web.url))
        told = satchel(
            "update", "--json", made.drive, "--remote", remote, "--dry-run",
            home=tmp_path / "another",
        ).json["estimate"]  # fmt: skip
        web.forget()
        change(made, "update", "--remote", remote)
        # The list of apps may be asked for twice, for the versions that are shown.
        came = {
            request.path: request.bytes
            for request in web.requests()
            if request.method == "GET" and request.path.endswith(_OBJECTS)
        }
    assert told["exact"]
    assert len(came) > 20
    assert told["fetch"] == sum(came.values())


def test_its_publisher_has_moved_and_nobody_says_whose_it_is(
    made: MadeDrive, newer: Upstream
) -> None:
    """A source that is known here without a collection is asked, wherever it is now."""
    with HostileServer(newer.path) as web:
        lines = newer.flatpakrepo(web.url).splitlines(keepends=True)
        place = made.home / "config/remotes.d/moved.flatpakrepo"
        place.parent.mkdir(parents=True)
        place.write_text("".join(line for line in lines if "CollectionID" not in line))
        assert (
            web.url not in (made.drive / ".ostree/repo/extensions/satchel/stick.json").read_text()
        )
        assert change(made, "update").finished["changed"]
    assert NEWCOMER in refs(made)
    assert_sound(made)


def test_nobody_here_knows_the_source(outdated: MadeDrive) -> None:
    """Whoever made the drive is not believed who its publisher is."""
    before = published(outdated.drive)
    said = change(outdated, "update", check=4).stderr
    assert "org.test.Upstream" in said
    assert "--remote" in said
    assert published(outdated.drive) == before


def test_one_drive_after_another(outdated: MadeDrive) -> None:
    """One that has no stick does not hold up the other; the worst status counts."""
    empty = outdated.directory / "empty"
    empty.mkdir()
    done = satchel(
        "update", "--json", empty, outdated.drive, "--remote", outdated.remote, "--no-verify",
        home=outdated.home, check=6,
    )  # fmt: skip
    drives = done.events[-1]["drives"]
    assert [(drive["target"], drive["ok"]) for drive in drives] == [
        (str(empty), False),
        (str(outdated.drive), True),
    ]
    assert NEWCOMER in refs(outdated)


@pytest.mark.thorough
def test_the_checksums_are_right_without_a_check(outdated: MadeDrive) -> None:
    """A process beside has put them together; of what is there they are what a check takes."""
    change(outdated, "update", "--no-verify", "--remote", outdated.remote)
    assert_sound(outdated)
    assert not list(outdated.drive.rglob("*.tmp"))


@pytest.fixture(scope="module")
def goal(
    newer: Upstream, full: MadeDrive, tmp_path_factory: pytest.TempPathFactory
) -> tuple[MadeDrive, int]:
    """The stick after an update, and how often it was changed for that."""
    directory = tmp_path_factory.mktemp("goal")
    copy_drive(full.drive, directory / "drive")
    with HostileServer(newer.path, full.web.port) as web:
        done = MadeDrive(directory, newer, web)
        return done, changes(done, "update", "--remote", done.remote)


@pytest.mark.kills
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=[] if number == 20 else pytest.mark.thorough)
        for number in range(KILLS)
    ],
)
def test_killed(
    outdated: MadeDrive, goal: tuple[MadeDrive, int], number: int, client: Client
) -> None:
    """What was on it is installable, in one version or the other; the same command goes on."""
    undisturbed, count = goal
    chance = random.Random(number)
    moment = 1 + int((number + chance.random()) * count / KILLS)
    killed(outdated, moment, "update", "--remote", outdated.remote)
    assert_sound(outdated)
    copy = MadeDrive(outdated.directory / "copy", outdated.upstream, outdated.web)
    copy.directory.mkdir()
    copy_drive(outdated.drive, copy.drive)
    install(copy, client, HELLO, LARGE)
    change(outdated, "update", "--remote", outdated.remote)
    assert refs(outdated) == refs(undisturbed)
    assert objects(outdated.drive) == objects(undisturbed.drive)
    assert_sound(outdated)
    assert_whole(outdated)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "place",
    [
        "app.stick.writing.job:exchange_copies:1",
        "app.stick.writing.job:name_refs:1",
        "app.stick.writing.pruning:prune:1",
        "app.ostree.object_files:ObjectFiles.remove:1",
        "app.ostree.object_files:ObjectFiles.remove:9",
    ],
)
def test_somebody_installs_between_two_steps(
    outdated: MadeDrive, client: Client, place: str
) -> None:
    """The update waits there; then it goes on."""
    with halted(outdated, place, "update", "--remote", outdated.remote):
        install(outdated, client, HELLO, LARGE)
    assert_sound(outdated)


def test_of_a_drive_whose_making_was_interrupted(full: MadeDrive, tmp_path: Path) -> None:
    """There are no apps that could be the newest; what helps is said."""
    (tmp_path / "drive").mkdir()
    with HostileServer(full.upstream.path, full.web.port) as web:
        made = MadeDrive(tmp_path, full.upstream, web)
        remote = ("--remote", made.remote)
        killed(made, 60, "make", "org.test.Hello", *remote)
        for words in (("--dry-run",), ()):
            done = satchel("update", made.drive, *remote, *words, home=made.home)
            said = " ".join(done.said.split())
            assert f"There are no apps on {made.drive}" in said
            assert "Run the same satchel make again" in said
            assert "newest" not in said
        said = satchel("update", made.drive, *remote, home=made.home).said
        assert f"There are no apps on {made.drive}." in said


def test_what_an_interrupted_job_has_left_is_no_newer_list(
    made: MadeDrive, full: MadeDrive
) -> None:
    with HostileServer(full.upstream.path, full.web.port) as web:
        made = MadeDrive(made.directory, full.upstream, web)
        journal = made.drive / ".ostree/repo/extensions/satchel/journal.json"
        journal.write_text('{"version": 1, "stage": "fetching", "started": 0, "leaving": []}')
        words = ("update", made.drive, "--remote", made.remote)
        said = satchel(*words, "--dry-run", home=made.home).said
        assert "are the newest there are. What an interrupted job has left is put in order." in said
        satchel(*words, home=made.home)
        assert "Everything on" in satchel(*words, home=made.home).said
