"""A container registry, and somebody who knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.registry import RegistryServer
from tests.stick.images.person import Person, fill
from tests.upstream import Upstream


@pytest.fixture
def upstream(upstream_key: SigningKey, tmp_path: Path) -> Upstream:
    return kept_upstream(tmp_path / "upstream", upstream_key, fill)


@pytest.fixture
def server(upstream: Upstream, tmp_path: Path) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path / "registry") as server:
        server.add_all(upstream)
        yield server


@pytest.fixture
def person(server: RegistryServer, tmp_path: Path) -> Person:
    return Person(tmp_path, server.registry())
