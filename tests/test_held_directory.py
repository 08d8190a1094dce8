"""Directories for a while, of several that start and end as they like."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from app.fs.held_directory import drop_left, make_held_directory


def test_what_a_killed_one_left_goes_and_what_is_held_stays(tmp_path: Path) -> None:
    left, lock = make_held_directory(tmp_path, "it-")
    (left / "file").write_text("x")
    os.close(lock)
    first, held = make_held_directory(tmp_path, "it-")
    second, other = make_held_directory(tmp_path, "it-")

    assert set(tmp_path.iterdir()) == {first, second}
    os.close(held)
    os.close(other)


def test_taken_away_before_it_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By another one that starts between two steps of ours."""
    lock = fcntl.flock

    def late(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        drop_left(tmp_path, "it-")
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    directory, held = make_held_directory(tmp_path, "it-")

    assert list(tmp_path.iterdir()) == [directory]
    drop_left(tmp_path, "it-")
    assert directory.exists()
    os.close(held)


def test_what_links_lead_to_stays(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "held").touch()
    (tmp_path / "it-link").symlink_to(elsewhere)

    _, held = make_held_directory(tmp_path, "it-")

    assert elsewhere.exists()
    os.close(held)
