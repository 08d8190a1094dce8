"""Each flatpak that people have, and sources without a collection ID: install.sh, and receive."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick.clients.matrix.computers import SYSTEM, USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, Release, root_of
from tests.stick.nameless.conftest import Making

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


@pytest.mark.parametrize("scope", [USER, SYSTEM])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.flatpak)
def test_installed(
    made: Making,
    release: Release,
    upstream_key: SigningKey,
    scope: str,
    tmp_path: Path,
    *,
    index: bool,
    signed: bool,
) -> None:
    stick = made(signed=signed, index=index)
    words = () if signed else ("--allow-unsigned",)
    computer = ForeignComputer(tmp_path / "computer", root_of(release), scope, stick.drive)

    computer.install_sh(stick.drive, *words)

    assert computer.installed() == stick.commits()
    assert "Hello" in computer.flatpak("run", "org.test.Hello")
    config = (computer.installation / "repo/config").read_text()
    assert f"\nurl={stick.url}\n" in config
    assert "satchel" not in config

    received = ForeignComputer(tmp_path / "received", root_of(release), scope, stick.drive)
    received.receive(stick.drive, *words, "--trust-key", upstream_key.fingerprint)
    assert received.installed() == stick.commits()
