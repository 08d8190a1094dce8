"""Sticks with several apps, to be changed."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from app.flatpak.upstream.summary_index import SummaryIndex
from tests.build_contents import PLATFORM_EXTENSIONS
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import HostileServer, lasting_port
from tests.stick.changing.changed import ARCH, HELLO, LARGE, OTHER
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.upstream import Upstream
from tests.waiting import until

APPS = ("org.test.Hello", "org.test.Other", "org.test.Large")
SECOND = "org.test.Second"
HELLO_LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
NEWCOMER = f"app/org.test.Newcomer/{ARCH}/stable"


def fill_second(upstream: Upstream) -> None:
    upstream.add_app("org.second.Far")
    upstream.update()


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory, upstream_key: SigningKey) -> Upstream:
    """Another collection, whose app runs on the first one's runtime."""
    place = tmp_path_factory.mktemp("second") / "up"
    return kept_upstream(place, upstream_key, fill_second, SECOND)


@pytest.fixture(scope="session")
def full(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> MadeDrive:
    """Hello, Other and Large, with all that they need; the server is gone."""
    directory = tmp_path_factory.mktemp("full")
    (directory / "drive").mkdir()
    with HostileServer(default_upstream.path, lasting_port()) as web:
        made = MadeDrive(directory, default_upstream, web)
        assert made.make(*APPS).finished["ok"]
    return made


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
def made(full: MadeDrive, tmp_path: Path) -> MadeDrive:
    """A copy of it, without network, in a home that knows nothing."""
    copy_drive(full.drive, tmp_path / "drive")
    return MadeDrive(tmp_path, full.upstream, full.web)
