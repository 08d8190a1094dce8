"""Each flatpak that people have installs apps as files from a drive, for one person and for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.stick.demo import DemoRemote
from tests.bundles import ATLAS_REF, LOCALE_REF
from tests.environments import environment_in
from tests.stick.bundles.conftest import Maker
from tests.stick.clients.matrix.computers import SYSTEM, USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, Release, root_of

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def drive(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its remote is not there any more, nor is the one that the file names."""
    directory = tmp_path_factory.mktemp("matrix")
    (directory / "drive").mkdir()
    with DemoRemote() as demo:
        environment = environment_in(directory / "maker", demo.remote)
        maker = Maker(directory / "drive", environment, environment.known_remotes(), files)
        maker.make(maker.signed)
    return maker.drive


@pytest.mark.parametrize("scope", [USER, SYSTEM])
@pytest.mark.parametrize("way", ["install.sh", "receive"])
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.flatpak)
def test_matrix(drive: Path, release: Release, way: str, scope: str, tmp_path: Path) -> None:
    computer = ForeignComputer(tmp_path / "computer", root_of(release), scope, drive)
    if way == "receive":
        computer.flatpak("remote-add", "demo", drive / "satchel/demo.flatpakrepo")
        computer.receive(drive)
    else:
        computer.install_sh(drive)
    assert {ATLAS_REF, LOCALE_REF} <= computer.installed().keys()
