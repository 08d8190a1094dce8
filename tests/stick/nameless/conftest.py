"""Sticks from upstreams without a collection ID, as most are, and computers that they come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.makers import make
from tests.stick.nameless.sticks import Made
from tests.stick.receiving.computers import SYSTEM, USER, Computer
from tests.upstream import Upstream


def fill(upstream: Upstream) -> None:
    platform = upstream.add_runtime(
        languages=("de", "fr"),
        extensions="\n[Extension org.test.Platform.GL]\nversions=1\nsubdirectories=true\n"
        "no-autodownload=true\nautodelete=false\ndirectory=lib/GL\ndownload-if=active-gl-driver\n",
    )
    upstream.add_extension("org.test.Platform.GL.default", "1", of=platform, files={"gl": "gl\n"})
    upstream.add_app("org.test.Hello", languages=("de", "fr"), says="Hello")
    upstream.add_app("org.test.Other")
    upstream.update()


def fill_without_index(upstream: Upstream) -> None:
    fill(upstream)
    upstream.update(index=False)


Making = Callable[..., Made]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, upstream_key: SigningKey) -> Making:
    """``made(signed=…, index=…)``: a stick, made once."""
    known: dict[tuple[bool, bool], Made] = {}

    def get(*, signed: bool = True, index: bool = True) -> Made:
        if (signed, index) not in known:
            place = tmp_path_factory.mktemp("nameless")
            filled = fill if index else fill_without_index
            upstream = kept_upstream(place / "upstream", upstream_key, filled, "", signed=signed)
            known[signed, index] = carried(upstream, place)
        return known[signed, index]

    return get


def carried(upstream: Upstream, place: Path, *refs: str, name: str = "up") -> Made:
    """A new stick with Hello and Other."""
    allowed = () if upstream.signed else ("--allow-unsigned",)
    wanted = refs or ("org.test.Hello", "org.test.Other")
    finished = make(
        upstream, place / "stick", *wanted, *allowed, home=place / "home", name=name
    ).finished
    assert finished["verified"]
    return Made(place / "stick", upstream)


@pytest.fixture(params=[USER, pytest.param(SYSTEM, marks=pytest.mark.thorough)])
def computer(request: pytest.FixtureRequest, tmp_path: Path) -> Computer:
    """One that has no remote."""
    return Computer(tmp_path / "computer", request.param)


@pytest.fixture
def somebody(tmp_path: Path) -> Computer:
    return Computer(tmp_path / "computer")
