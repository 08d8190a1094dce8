"""Sticks to be served, and who has made them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.serve.classroom import Made, make_stick
from tests.stick.makers import make
from tests.upstream import Upstream


@dataclass(frozen=True)
class Stick:
    """A stick, and the home of whoever made it and knows its keys; read-only."""

    path: Path
    home: Path
    upstream: Upstream


@pytest.fixture(scope="session")
def stick(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Stick:
    """Hello."""
    here = tmp_path_factory.mktemp("serving")
    make(default_upstream, here / "stick", "org.test.Hello", home=here / "home")
    return Stick(here / "stick", here / "home", default_upstream)


@pytest.fixture(scope="session")
def made(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Hello, and Large, which has a large file; read-only."""
    apps = ("org.test.Hello", "org.test.Large")
    return make_stick(default_upstream, tmp_path_factory.mktemp("made"), *apps)
