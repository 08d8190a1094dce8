"""A drive that was made well, and a place to choose for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.choosing import Place
from tests.cli.made import Made
from tests.gpg import SigningKey
from tests.upstream import Upstream


@pytest.fixture(scope="session")
def made(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Read-only for tests."""
    return Made(tmp_path_factory.mktemp("contract"), default_upstream)


@pytest.fixture(scope="module")
def place(
    default_upstream: Upstream, upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("choosing"), default_upstream, upstream_key)
    yield place
    place.close()
