"""Drives to look at, and who looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.stick.environment import Environment
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.conftest import make
from tests.stick.damage import Stick, copy_stick
from tests.stick.makers import make_with_flatpak
from tests.ui.contents.person import Person
from tests.upstream import COLLECTION, Upstream
from ui.window.main_window import MainWindow


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False, languages=("de", "en"))
    upstream.add_app("org.test.Hello", languages=("de",), files={"share/big": "x\n" * 5000})
    upstream.add_app("org.test.Other", size=200_000)
    upstream.update(ostree_metadata=True)


@pytest.fixture(scope="session")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("contents") / "upstream", upstream_key, fill)


@pytest.fixture(scope="session")
def good(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("good") / "made"
    return make(directory, upstream, "org.test.Hello", "org.test.Other")


@pytest.fixture
def attacker() -> Iterator[SigningKey]:
    key = SigningKey("Attacker <attacker@example.org>")
    yield key
    key.close()


@pytest.fixture(scope="session")
def foreign(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``flatpak create-usb`` makes it."""
    return make_with_flatpak(upstream, tmp_path_factory.mktemp("foreign"), "org.test.Hello")


@pytest.fixture
def person(
    open_window: Callable[..., MainWindow], environment: Environment, qtbot: QtBot
) -> Person:
    return Person(open_window(environment), qtbot)


@pytest.fixture
def friend(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    qtbot: QtBot,
    upstream_key: SigningKey,
) -> Person:
    """Somebody whose computer knows the remote."""
    keys = (upstream_key.public,)
    remote = Remote(
        "up", "file:///gone", collection_id=COLLECTION, keys=keys, origin=RemoteOrigin.USER
    )
    return Person(open_window(environment, built_in=(remote,)), qtbot)


@pytest.fixture
def stick(good: Path, tmp_path: Path) -> Stick:
    return copy_stick(good, tmp_path / "stick")
