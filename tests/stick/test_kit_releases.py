"""The table of the fixed files of every released version."""

from __future__ import annotations

import re
from pathlib import Path

from app import __version__
from app.stick.kit.contents import PAGE
from app.stick.kit.releases import FIXED, RELEASES, digests, known_kits

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def test_every_release_is_known() -> None:
    """A stick of an older version must not be taken for one that somebody changed."""
    released = re.findall(r"^## \[(\d[^\]]*)\]", CHANGELOG.read_text("utf-8"), re.MULTILINE)
    missing = [version for version in released if version not in RELEASES]
    assert not missing, f"add to RELEASES: {missing[0]!r}: {digests()!r}"
    if __version__ in released:
        # This is that release, or what comes after it has to have another version.
        assert RELEASES[__version__] == digests()


def test_the_table_can_be_used() -> None:
    for known in (digests(), *RELEASES.values()):
        assert set(known) <= set(FIXED)
        assert all(re.fullmatch("[0-9a-f]{64}", checksum) for checksum in known.values())
    kits = known_kits()
    assert __version__ in kits.versions
    assert digests()[PAGE] in kits.digests[PAGE]
