"""Which names of objects a file system has cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.fs.root import Root
from app.ostree.changed_names import has_cut_names

DIGITS = "0123456789abcdef" * 4
REST = DIGITS[2:]


@pytest.mark.parametrize(
    ("names", "cut"),
    [
        ([f"{REST}.filez"], False),
        # As installations have them.
        ([f"{REST}.file"], False),
        ([f"{REST}.file", f"{REST}.payload-link"], False),
        ([f"{REST.upper()}.COMMIT"], False),
        ([f"{REST}.filez.part", f"{REST}.dirtree"], False),
        # What is nobody's says nothing.
        (["README"], False),
        ([], False),
        ([f"{REST[:60]}.dir"], True),
        ([f"{REST}.d"], True),
        ([f"{REST[:8]}.fil", f"{REST[:8]}.com"], True),
        ([f"{REST[:8].upper()}.FIL;1"], True),
    ],
)
def test_which_names_are_cut(tmp_path: Path, names: list[str], cut: bool) -> None:
    place = tmp_path / "objects" / DIGITS[:2]
    place.mkdir(parents=True)
    (tmp_path / "objects/zz").mkdir()
    for name in names:
        (place / name).touch()
    assert has_cut_names(Root(tmp_path)) == cut
