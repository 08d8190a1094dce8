"""Sticks as they were made at first and later; both are read-only."""

from __future__ import annotations

import shutil

import pytest

from tests.stick.clients.sticks import HELLO, Made
from tests.stick.makers import make
from tests.upstream import Upstream


@pytest.fixture(scope="session")
def old(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Hello as it is at first."""
    here = tmp_path_factory.mktemp("old")
    make(default_upstream, here / "stick", "org.test.Hello", home=here / "home")
    return Made(here / "stick", default_upstream)


@pytest.fixture(scope="session")
def new(old: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same stick, made again after upstream published a newer Hello."""
    here = tmp_path_factory.mktemp("new")
    upstream = old.upstream.copy(here / "upstream")
    upstream.bump(HELLO, {"bin/start": "#!/bin/sh\necho newer\n"})
    upstream.update()
    shutil.copytree(old.stick, here / "stick")
    make(upstream, here / "stick", "org.test.Hello", home=here / "home")
    return Made(here / "stick", upstream)
