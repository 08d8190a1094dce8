"""What has lost its signature, with each flatpak: all take it from a drive where it is of a
collection, and none where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.clients.matrix.computers import USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, Release, root_of
from tests.stick.makers import REPO, make
from tests.stick.nameless.conftest import fill
from tests.stick.nameless.sticks import HELLO, OTHER
from tests.upstream import COLLECTION

pytestmark = pytest.mark.thorough


def drive_without(place: Path, key: SigningKey, collection: str) -> Path:
    """A drive whose kit knows that Other is not signed."""
    upstream = kept_upstream(place / "up", key, fill, collection)
    drive, home = place / "sticks/stick", place / "home"
    make(upstream, drive, "org.test.Hello", "org.test.Other", home=home)
    name = ObjectName(upstream.refs[OTHER], ObjectKind.COMMITMETA)
    (drive / REPO / "objects" / name.path).unlink()
    satchel("repair", drive, "--yes", home=home, check=1)
    return drive


@pytest.mark.parametrize("collection", [COLLECTION, ""])
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.flatpak)
def test_all_flatpaks_agree(
    release: Release, collection: str, upstream_key: SigningKey, tmp_path: Path
) -> None:
    drive = drive_without(tmp_path, upstream_key, collection)
    computer = ForeignComputer(tmp_path / "computer", root_of(release), USER, drive.parent)
    with pytest.raises(AssertionError, match="signature of it"):
        computer.install_sh(drive)
    assert HELLO in computer.installed()
    assert OTHER not in computer.installed()
    if collection:
        computer.install(f"--sideload-repo={drive / REPO}", "up", "org.test.Other")
        assert OTHER in computer.installed()
        computer.flatpak("uninstall", "-y", "org.test.Other")
        computer.install_sh(drive, "--allow-unsigned")
        assert OTHER in computer.installed()
    else:
        with pytest.raises(AssertionError, match="flatpak takes nothing of its source without"):
            computer.install_sh(drive, "--allow-unsigned")
        assert OTHER not in computer.installed()
