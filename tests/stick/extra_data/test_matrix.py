"""Each flatpak that people have takes extra data from a drive, for one person and for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stick.clients.matrix.computers import SYSTEM, USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, Release, root_of
from tests.stick.extra_data.makers import ARCH, CODEC, CODEC_REF, PART, Maker

pytestmark = pytest.mark.thorough

APPLIED = f"app/org.test.Applied/{ARCH}/stable"


@pytest.mark.parametrize("scope", [USER, SYSTEM])
@pytest.mark.parametrize("way", ["install.sh", "receive"])
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.flatpak)
def test_matrix(maker: Maker, release: Release, way: str, scope: str, tmp_path: Path) -> None:
    maker.make("org.test.Applied", "--with-extra-data", "--json")
    computer = ForeignComputer(tmp_path / "computer", root_of(release), scope, maker.drive)
    if way == "receive":
        computer.flatpak("remote-add", "up", maker.drive / "satchel/up.flatpakrepo")
        computer.receive(maker.drive)
    else:
        computer.install_sh(maker.drive)

    assert {APPLIED, CODEC_REF} <= computer.installed().keys()
    applied = computer.installation / APPLIED / "active/files/extra/unpacked"
    assert applied.read_bytes() == PART.payload
    codec = computer.installation / CODEC_REF / "active/files/extra" / CODEC.name
    assert codec.read_bytes() == CODEC.payload
    assert not list((computer.directory / "user").glob("extra-data/*"))
