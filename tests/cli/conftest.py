"""A drive that was made well."""

from __future__ import annotations

import pytest

from tests.cli.made import Made
from tests.upstream import Upstream


@pytest.fixture(scope="session")
def made(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Read-only for tests."""
    return Made(tmp_path_factory.mktemp("contract"), default_upstream)
