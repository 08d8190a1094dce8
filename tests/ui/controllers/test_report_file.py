"""What a saved report is called."""

from __future__ import annotations

import pytest

from ui.controllers.report_file import clean_name


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("CLASSROOM", "CLASSROOM"),
        ("My drive", "My drive"),
        ("../../etc/passwd", "etc passwd"),
        ("a:b*?\0\n", "a b"),
        ("...", ""),
    ],
)
def test_a_drives_name_is_no_path(name: str, file: str) -> None:
    assert clean_name(name) == file
