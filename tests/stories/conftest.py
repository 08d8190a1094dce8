"""A publisher's year, and the drives that were made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.makers import make
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
_RENAMED = "--add-metadata-string=ostree.endoflife-rebase="


def app(name: str) -> str:
    return f"app/org.test.{name}/{ARCH}/stable"


HELLO, OTHER, OLD, NEW, DROPPED = map(app, ("Hello", "Other", "Old", "New", "Dropped"))


@dataclass(frozen=True)
class Week:
    """A drive, and what the publisher had when it was made; read-only."""

    stick: Path
    upstream: Upstream


def fill_last_year(upstream: Upstream) -> None:
    """Four apps, of which not one stays as it is."""
    upstream.add_runtime(languages=("de", "en"))
    for name in ("Hello", "Other", "Old", "Dropped"):
        upstream.add_app(f"org.test.{name}", says=f"{name} of last year")
    upstream.update()


def _week(upstream: Upstream, place: Path, *apps: str) -> Week:
    upstream.update()
    names = (f"org.test.{name}" for name in apps)
    make(upstream, place / "stick", *names, home=place / "home")
    return Week(place / "stick", upstream)


def _starts(says: str) -> dict[str, str]:
    return {"bin/start": f"#!/bin/sh\necho {says}\n"}


@pytest.fixture(scope="session")
def last_year(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Week:
    """All that there was."""
    here = tmp_path_factory.mktemp("last-year")
    upstream = kept_upstream(here / "upstream", upstream_key, fill_last_year)
    return _week(upstream, here, "Hello", "Other", "Old", "Dropped")


@pytest.fixture(scope="session")
def june(last_year: Week, tmp_path_factory: pytest.TempPathFactory) -> Week:
    """Hello and Other are new; Dropped is gone."""
    here = tmp_path_factory.mktemp("june")
    upstream = last_year.upstream.copy(here / "upstream")
    upstream.remove(DROPPED)
    for ref in (HELLO, OTHER):
        upstream.bump(ref, _starts("June"))
    return _week(upstream, here, "Hello", "Other")


@pytest.fixture(scope="session")
def november(june: Week, tmp_path_factory: pytest.TempPathFactory) -> Week:
    """Hello is new again, Old is called New; Other is newer as well, but not on the drive."""
    here = tmp_path_factory.mktemp("november")
    upstream = june.upstream.copy(here / "upstream")
    for ref in (HELLO, OTHER):
        upstream.bump(ref, _starts("November"))
    upstream.add_app("org.test.New", says="New")
    upstream.republish(OLD, f"{_RENAMED}{NEW}")
    return _week(upstream, here, "Hello", "Old")
