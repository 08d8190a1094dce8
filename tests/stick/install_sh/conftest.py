"""A stick with the kit, its upstream, and computers that it comes to."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kept import kept, kept_key
from tests.stick.install_sh import computers
from tests.stick.install_sh.computers import (
    APP_SCRIPT,
    RUNTIME_SCRIPT,
    SCRIPTS,
    Client,
    Upstream,
    make_stick,
)
from tests.stick.kit_contents import APPS, RUNTIMES


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upstream]:
    key = kept_key("Scripts <scripts@example.org>")

    def build(place: Path) -> None:
        place.mkdir()
        made = Upstream(place, key)
        made.build(RUNTIME_SCRIPT, RUNTIMES, "org.test.Platform")
        made.build(APP_SCRIPT, APPS, "org.test.Hello")
        made.build(APP_SCRIPT, APPS, "org.test.Other")

    version = subprocess.run(["flatpak", "--version"], check=True, capture_output=True).stdout
    scripts = [(SCRIPTS / name).read_bytes() for name in (RUNTIME_SCRIPT, APP_SCRIPT)]
    made_from = (Path(computers.__file__).read_text(), *scripts, version, key.public)
    place = tmp_path_factory.mktemp("scripts") / "upstream"
    shutil.copytree(kept("scripts-upstream", made_from, build), place, symlinks=True)
    yield Upstream(place, key)
    key.close()


@pytest.fixture(scope="session")
def stick(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    mount = tmp_path_factory.mktemp("stick") / "KINGSTON's ü 50% #1"
    make_stick(upstream, mount)
    return mount


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(tmp_path / "client")
