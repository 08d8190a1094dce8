"""Computers without Satchel, to which a stick comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stick.receiving.computers import SYSTEM, USER, Computer


@pytest.fixture(params=[USER, pytest.param(SYSTEM, marks=pytest.mark.thorough)])
def computer(request: pytest.FixtureRequest, tmp_path: Path) -> Computer:
    return Computer(tmp_path / "computer", request.param)
