"""Remotes without a collection ID, as most that people run themselves are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.remotes.carrying import Carrier
from tests.upstream import Upstream


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(languages=("de", "en"))
    upstream.add_app("org.test.Hello", languages=("de",), says="Hello from a remote")
    upstream.add_app("org.test.Other")
    upstream.update()


@pytest.fixture(scope="session")
def nameless(tmp_path_factory: pytest.TempPathFactory, upstream_key: SigningKey) -> Upstream:
    place = tmp_path_factory.mktemp("nameless") / "upstream"
    return kept_upstream(place, upstream_key, fill, collection="")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, nameless: Upstream) -> Carrier:
    """Two apps on a drive; for tests that read it."""
    carrier = Carrier(nameless, tmp_path_factory.mktemp("made"))
    finished = carrier.make("org.test.Hello", "org.test.Other")
    assert finished["verified"]
    assert finished["ok"]
    return carrier


@pytest.fixture
def carrier(nameless: Upstream, tmp_path: Path) -> Carrier:
    """The same, both to be changed."""
    carrier = Carrier(nameless.copy(tmp_path / "upstream"), tmp_path)
    carrier.make("org.test.Hello", "org.test.Other", "--no-verify")
    return carrier


@pytest.fixture
def stick(made: Carrier, tmp_path: Path) -> Carrier:
    """The drive to be damaged; upstream is where it was."""
    shutil.copytree(made.directory, tmp_path / "copy", symlinks=True)
    return Carrier(made.upstream, tmp_path / "copy")
