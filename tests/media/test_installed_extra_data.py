"""Apps with extra data, in a tree: it is there, and was applied, without internet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import HostileServer
from tests.stick.extra_data.makers import PART, Maker, fill

pytestmark = pytest.mark.thorough


@pytest.fixture
def maker(tmp_path: Path, upstream_key: SigningKey) -> Iterator[Maker]:
    site = tmp_path / "makers"
    site.mkdir()
    with HostileServer(site) as server:
        yield Maker(tmp_path, kept_upstream(tmp_path / "up", upstream_key, fill), server)


def test_installed(maker: Maker, tmp_path: Path) -> None:
    root = tmp_path / "root"
    words = ("org.test.Extra", "org.test.Applied", "--layout=installed", "--with-extra-data")

    given = ("--remote", maker.remote, "--yes", "--json")
    finished = maker.run_on(root, "media", *words, *given).finished

    assert finished["ok"]
    (extra,) = root.glob("var/lib/flatpak/app/org.test.Extra/*/*/active/files/extra/part.bin")
    assert extra.read_bytes() == PART.payload
    (applied,) = root.glob("var/lib/flatpak/app/org.test.Applied/*/*/active/files/extra/unpacked")
    assert applied.read_bytes() == PART.payload
    # What it was taken from is no part of the system.
    assert not list(root.rglob("extra-data"))
