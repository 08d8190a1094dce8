"""A stick with the kit, its upstream, and computers that it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick.install_sh.computers import Client, Upstream, make_stick
from tests.stick.kit_contents import APPS, RUNTIMES


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upstream]:
    key = SigningKey()
    made = Upstream(tmp_path_factory.mktemp("upstream"), key)
    made.build("make-test-runtime.sh", RUNTIMES, "org.test.Platform")
    made.build("make-test-app.sh", APPS, "org.test.Hello")
    made.build("make-test-app.sh", APPS, "org.test.Other")
    yield made
    key.close()


@pytest.fixture(scope="session")
def stick(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    mount = tmp_path_factory.mktemp("stick") / "KINGSTON's ü 50% #1"
    make_stick(upstream, mount)
    return mount


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(tmp_path / "client")
