"""A stick and a computer that may know who signed it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_key
from tests.stick.makers import make
from tests.upstream import Upstream


@pytest.fixture(scope="session")
def stick(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hello and Large; read-only."""
    here = tmp_path_factory.mktemp("registering")
    make(default_upstream, here / "stick", "org.test.Hello", "org.test.Large", home=here / "home")
    return here / "stick"


@pytest.fixture
def knowing(client: Client, stick: Path) -> Client:
    """A user of flatpak who has the remote, whose server cannot be reached."""
    client.run("remote-add", "--user", "up", stick / "satchel" / "up.flatpakrepo")
    return client


@pytest.fixture(scope="session")
def attacker() -> Iterator[SigningKey]:
    key = kept_key("Attacker <attacker@example.org>")
    yield key
    key.close()
