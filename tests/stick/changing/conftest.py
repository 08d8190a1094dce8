"""Sticks with several apps, to be changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import HostileServer, lasting_port
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.upstream import Upstream

APPS = ("org.test.Hello", "org.test.Other", "org.test.Large")
SECOND = "org.test.Second"


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


@pytest.fixture
def made(full: MadeDrive, tmp_path: Path) -> MadeDrive:
    """A copy of it, without network, in a home that knows nothing."""
    copy_drive(full.drive, tmp_path / "drive")
    return MadeDrive(tmp_path, full.upstream, full.web)
