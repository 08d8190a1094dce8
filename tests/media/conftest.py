"""Somebody who makes install media."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media.mediums import Maker
from tests.upstream import Upstream


@pytest.fixture
def maker(default_upstream: Upstream, tmp_path: Path) -> Maker:
    return Maker(tmp_path, default_upstream)
