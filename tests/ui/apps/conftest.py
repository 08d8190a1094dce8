"""The Apps page of windows that know a few apps, many, or those of the demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.remote import Remote
from app.ostree.pull.fetch import Network
from app.stick.environment import Environment
from tests.gpg import SigningKey
from tests.large import LargeRemote
from tests.ui.apps.person import SOME, THOUSANDS, Person, arrived, visiting
from ui.state.session import Target
from ui.window.main_window import MainWindow


@pytest.fixture
def person(window: MainWindow, qtbot: QtBot) -> Person:
    """On the Apps page of the demo, its apps before them."""
    return arrived(window, qtbot)


@pytest.fixture(scope="session")
def large(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> LargeRemote:
    return LargeRemote(tmp_path_factory.mktemp("apps") / "large", upstream_key, SOME)


@pytest.fixture(scope="session")
def thousands(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> LargeRemote:
    return LargeRemote(tmp_path_factory.mktemp("apps") / "thousands", upstream_key, THOUSANDS)


@pytest.fixture
def visit(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    tmp_path: Path,
    qtbot: QtBot,
) -> Callable[..., Person]:
    """`visit(remote…)`: to the Apps page of a window that knows these, for an empty folder."""

    def start(*remotes: Remote, drive: Path | None = None) -> Person:
        place = drive or tmp_path / "drive"
        place.mkdir(exist_ok=True)
        window = open_window(environment, built_in=remotes, default_network=Network(retries=0))
        window.session.set_target(Target(place, "Stick"))
        return visiting(window, qtbot)

    return start
