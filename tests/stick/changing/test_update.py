"""Bringing a stick up to date: what moves, what follows, what goes, and what it costs."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

import pytest

from app.flatpak.upstream.summary_index import SummaryIndex
from tests.build_contents import PLATFORM_EXTENSIONS
from tests.client import Client
from tests.servers import HostileServer
from tests.stick.changing.changed import (
    ARCH,
    HELLO,
    LARGE,
    OTHER,
    assert_sound,
    assert_whole,
    change,
    install,
    refs,
)
from tests.stick.made_drive import MadeDrive, objects
from tests.upstream import Upstream
from tests.waiting import until

KILLS = 30
RUNTIME = f"runtime/org.test.Platform/{ARCH}"
HELLO_LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
NEWCOMER = f"app/org.test.Newcomer/{ARCH}/stable"


@pytest.fixture(scope="session")
def newer(full: MadeDrive, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """Hello runs on another runtime now; Other was renamed; Large is gone."""
    new = full.upstream.copy(tmp_path_factory.mktemp("newer") / "up")
    made = SummaryIndex((new.path / "summary.idx").read_bytes()).last_modified
    assert made is not None
    runtime = new.add_runtime(branch="2", extensions=PLATFORM_EXTENSIONS, languages=("de",))
    new.add_extension(
        "org.test.Platform.GL.default", "2", of=runtime, files={"lib/driver.so": "newer\n"}
    )
    for ref in (HELLO, HELLO_LOCALE):
        shutil.rmtree(new.directory / "build" / ref)
    new.add_app(
        "org.test.Hello",
        runtime="org.test.Platform//2",
        languages=("de", "en"),
        files={"share/news": "news\n" * 1000},
        says="Hello again",
    )
    new.add_app("org.test.Newcomer", runtime="org.test.Platform//2")
    new.republish(OTHER, "--add-metadata-string=ostree.endoflife-rebase=" + NEWCOMER)
    new.remove(LARGE)
    until(lambda: time.time() > made + 1)
    new.update()
    return new


@pytest.fixture
def outdated(made: MadeDrive, newer: Upstream, full: MadeDrive) -> Iterator[MadeDrive]:
    """The stick of before, and the upstream of now where it was."""
    with HostileServer(newer.path, full.web.port) as web:
        yield MadeDrive(made.directory, newer, web)


def test_everything_is_the_newest(outdated: MadeDrive, client: Client) -> None:
    """What was chosen stays chosen, renamed apps follow, what is gone upstream stays."""
    told = change(outdated, "update", "--remote", outdated.remote, "--dry-run").json
    before = objects(outdated.drive)
    before_that = len(outdated.web.paths())
    done = change(outdated, "update", "--remote", outdated.remote)
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
    assert finished["changed"] is True
    assert {f"{RUNTIME}/1", f"{RUNTIME}/2"} <= there
    gone = change(outdated, "remove", "org.test.Large").finished["removed"]
    assert f"{RUNTIME}/1" in {removal["ref"] for removal in gone}
    assert_sound(outdated)
    assert_whole(outdated)
