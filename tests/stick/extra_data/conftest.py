"""A drive whose apps have parts that their makers hand out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import HostileServer
from tests.stick.extra_data.makers import Maker, fill
from tests.upstream import Upstream


@pytest.fixture(scope="session")
def extra_upstream(tmp_path_factory: pytest.TempPathFactory, upstream_key: SigningKey) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("extra") / "upstream", upstream_key, fill)


@pytest.fixture
def makers(tmp_path: Path) -> Iterator[HostileServer]:
    """Where all payloads are, for whoever asks by way of it."""
    site = tmp_path / "makers"
    site.mkdir()
    with HostileServer(site) as server:
        yield server


@pytest.fixture
def maker(tmp_path: Path, extra_upstream: Upstream, makers: HostileServer) -> Maker:
    return Maker(tmp_path, extra_upstream, makers)
