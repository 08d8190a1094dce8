"""Computers that know the upstream of the sticks, and cannot reach it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick.receiving.computers import Computer


@pytest.fixture
def computer(tmp_path: Path, upstream_key: SigningKey) -> Computer:
    """Somebody's, with the remote and its key."""
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    return computer


@pytest.fixture
def fresh(tmp_path: Path) -> Computer:
    """One that was never online."""
    return Computer(tmp_path / "fresh")
