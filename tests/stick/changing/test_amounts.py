"""What is told beforehand, what a command says that it has done, and what there is then."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest

from app.drive.space import measure
from tests.build_contents import ExtraData
from tests.satchel import satchel
from tests.servers import HostileServer, lasting_port
from tests.stick import amounts
from tests.stick.amounts import Change
from tests.stick.changing.changed import ARCH, HELLO
from tests.stick.changing.conftest import NEWCOMER
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.upstream import Upstream

PAYLOAD = b"its maker's own" * 1000
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
NEW = f"app/org.test.New/{ARCH}/stable"


def changed(made: MadeDrive, verb: str, *arguments: str | Path) -> Change:
    return amounts.changed(made.drive, made.home, verb, *arguments)


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


@pytest.mark.thorough
def test_of_an_update(outdated: MadeDrive, tmp_path: Path) -> None:
    """From upstream; for the next drive from the cache; elsewhere from the drive beside."""
    copy_drive(outdated.drive, tmp_path / "next/drive")
    copy_drive(outdated.drive, tmp_path / "elsewhere/drive")
    remote = ("--remote", outdated.remote)
    first = changed(outdated, "update", *remote)
    first.assert_told_what_came()
    first.assert_told_what_went(outdated.drive)
    assert first.estimate["local"] == first.commits

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


def test_of_commits_that_a_plan_has_fetched(outdated: MadeDrive) -> None:
    """They are kept, and nobody is asked for them again: neither of two dry runs counts them, and
    what the update tells that it has downloaded is what was handed out."""
    words = ("update", outdated.drive, "--remote", outdated.remote, "--json")
    told = [satchel(*words, "--dry-run", home=outdated.home).json["estimate"] for _ in range(2)]
    outdated.web.asked.clear()
    finished = satchel(*words, home=outdated.home).finished
    asked = {each.path for each in outdated.web.asked if each.path.startswith("/objects/")}
    sent = sum(
        (outdated.upstream.path / path[1:]).stat().st_size
        for path in asked
        if not path.endswith(".commitmeta")
    )
    assert not any(path.endswith(".commit") for path in asked)
    assert [each["download"] for each in told] == [sent, sent]
    assert finished["bytes"] - finished["kept"] == sent


def test_of_what_is_no_object(outdated: MadeDrive) -> None:
    """An app with a part of its maker's, and one as a file: they come, and they go again."""
    file = outdated.upstream.directory / "filed.flatpak"
    remote = ("--remote", outdated.remote)
    new = changed(
        outdated, "make", "org.test.New", file, "--with-extra-data", "--keep-versions", *remote
    )
    new.assert_told_what_came()
    assert new.estimate["local"] == file.stat().st_size + new.commits
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


@pytest.mark.thorough
@pytest.mark.parametrize(
    "words",
    [
        ("remove", "org.test.Hello", "org.test.Other"),
        ("update", "--language", "fr"),
        ("update", "--language", "de", "--language", "fr"),
        ("update", "--no-prune"),
    ],
    ids=" ".join,
)
def test_of_many_ways(outdated: MadeDrive, words: tuple[str, ...]) -> None:
    remote = ("--remote", outdated.remote) if words[0] == "update" else ()
    change = changed(outdated, *words, *remote)
    change.assert_told_what_came()
    if "--no-prune" not in words:
        change.assert_told_what_went(outdated.drive)


@pytest.fixture
def moved_on(made: MadeDrive, newer: Upstream, full: MadeDrive) -> Iterator[MadeDrive]:
    with HostileServer(newer.path, full.web.port) as web:
        yield MadeDrive(made.directory, newer, web)


@pytest.mark.thorough
def test_of_renamed_ones_and_of_what_is_at_its_end(moved_on: MadeDrive) -> None:
    change = changed(moved_on, "update", "--remote", moved_on.remote)
    assert {item["ref"] for item in change.told["items"]} >= {HELLO, NEWCOMER}
    change.assert_told_what_came()
    change.assert_told_what_went(moved_on.drive)


@pytest.mark.thorough
def test_of_what_nothing_needs_any_more(moved_on: MadeDrive) -> None:
    """The old runtime stays when the app alone gets newer."""
    words = ("remove", moved_on.drive, "org.test.Large", "org.test.Other")
    satchel(*words, home=moved_on.home)
    moved_on.make("org.test.Hello")
    change = changed(moved_on, "remove", "--unused")
    assert f"runtime/org.test.Platform/{ARCH}/1" in {each["ref"] for each in change.told["removed"]}
    change.assert_told_what_went(moved_on.drive)


@pytest.mark.thorough
def test_of_what_is_left_over(outdated: MadeDrive) -> None:
    satchel("remove", outdated.drive, "org.test.Hello", "--no-prune", home=outdated.home)
    (outdated.drive / ".ostree/repo/tmp/left").write_bytes(b"x" * 10_000)
    words = ("prune", "--json", outdated.drive)
    told = satchel(*words, "--dry-run", home=outdated.home).json
    before = amounts.files(outdated.drive)
    done = satchel(*words, home=outdated.home).json
    assert {**done, "dry_run": True} == told
    went = before.keys() - amounts.files(outdated.drive).keys()
    assert done["objects"] + done["leftovers"] + done["partial"] == len(went) > 10
    taken = sum(measure(outdated.drive).allocated(before[path]) for path in went)
    assert done["bytes"] + done["leftover_bytes"] == taken


@pytest.mark.thorough
def test_of_translations_that_are_kept_in_part(default_upstream: Upstream, tmp_path: Path) -> None:
    """Their commit does not tell how large its files are; the one language that this computer has
    is not to download again."""
    upstream = default_upstream.copy(tmp_path / "up")
    each = 60_000
    texts = {
        f"{name}/share/{name}/LC_MESSAGES/long.mo": random.Random(name).randbytes(each).hex()
        for name in ("de", "fr")
    }
    upstream.bump(LOCALE, texts)
    upstream.update()
    with HostileServer(upstream.path, lasting_port()) as web:
        for name in ("german", "whole"):
            (tmp_path / name / "drive").mkdir(parents=True)
        german = MadeDrive(tmp_path / "german", upstream, web)
        german.make("org.test.Hello", "--language", "de")
        whole = MadeDrive(tmp_path / "whole", upstream, web)
        whole.home.symlink_to(german.home)
        words = (whole.drive, "org.test.Hello", "--remote", whole.remote, "--json")
        told = satchel("plan", *words, home=whole.home).json["estimate"]["download"]
        finished = satchel("make", *words, home=whole.home).finished
    downloaded = finished["bytes"] - finished["kept"]
    assert each < downloaded < 1.5 * each
    assert abs(told - downloaded) < each / 4
