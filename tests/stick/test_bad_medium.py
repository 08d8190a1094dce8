"""A file of the stick that the medium no longer gives back is an error, whichever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stick.damage import Stick, verify
from tests.upstream import COLLECTION
from tests.volumes import Image, mount, run

pytestmark = pytest.mark.slow

REPO = ".ostree/repo"
COPY = f"{REPO}/extensions/satchel/upstream/{COLLECTION}"


@pytest.mark.parametrize(
    "pattern",
    [
        f"{REPO}/extensions/satchel/stick.json",
        f"{COPY}/*.flatpakrepo",
        f"{COPY}/summary.sig",
        "satchel/*.flatpakrepo",
        f"{REPO}/summary",
    ],
)
def test_an_inode_that_is_lost(good: Path, stranger: Path, tmp_path: Path, pattern: str) -> None:
    (path,) = good.glob(pattern)
    name = str(path.relative_to(good))
    image = Image(tmp_path, megabytes=24)
    place = tmp_path / "drive"
    try:
        image.fill("ext4", "-O", "^metadata_csum", "-d", str(good))
        run("debugfs", "-w", "-R", f"clri /{name}", image.path)
        mount("ext4", image.plug(), place)
        try:
            assert ("not-readable", name) in verify(Stick(place), stranger)
        finally:
            run("umount", place)
    finally:
        image.close()
