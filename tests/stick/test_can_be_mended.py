"""Whether a repair makes something of what cannot be opened, by what lies there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.stick.mending.request import can_be_mended


@pytest.mark.parametrize(
    ("config", "objects", "mendable"),
    [
        ("", True, True),
        (None, True, True),
        ("[core]\nrepo_version=1\nmode=archive-z2\n", False, True),
        ("[core]\nrepo_version=1\nmode=bare\n", True, False),
    ],
)
def test_by_what_is_gone(
    tmp_path: Path, config: str | None, *, objects: bool, mendable: bool
) -> None:
    repository = tmp_path / ".ostree/repo"
    (repository / "refs").mkdir(parents=True)
    if objects:
        (repository / "objects").mkdir()
    if config is not None:
        (repository / "config").write_text(config)
    assert can_be_mended(tmp_path) is mendable
