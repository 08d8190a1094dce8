"""An empty repository, to pull into."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ostree.pull.target import Target


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(tmp_path / "stick")
