"""An upstream of all that comes along or does not, and a drive to plan for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import Server
from tests.stick.plans.planned import Planning, fill
from tests.upstream import Upstream


@pytest.fixture(scope="session")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("plan") / "up", upstream_key, fill)


@pytest.fixture(scope="module")
def server(upstream: Upstream) -> Iterator[Server]:
    with Server(upstream.path) as server:
        yield server


@pytest.fixture
def planning(upstream: Upstream, server: Server, tmp_path: Path) -> Planning:
    return Planning(tmp_path, upstream, f"{server.url}/")
