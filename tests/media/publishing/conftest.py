"""A maker with a key, and what they publish."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_key
from tests.media.publishing.publisher import Publisher
from tests.upstream import Upstream


@pytest.fixture(scope="session")
def publishing_key() -> Iterator[SigningKey]:
    """Whoever publishes; no upstream's key."""
    key = kept_key("Maker <maker@example.org>")
    yield key
    key.close()


@pytest.fixture
def publisher(publishing_key: SigningKey, own_upstream: Upstream, tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "publisher", own_upstream, publishing_key)
