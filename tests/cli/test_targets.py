"""What is called a target and is none: every verb says what it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.satchel import satchel

VERBS = {
    **dict.fromkeys(("make", "plan", "remove"), ("org.test.Hello",)),
    **dict.fromkeys(("verify", "inspect", "update", "prune", "rehearse", "receive", "needs"), ()),
    "repair": ("--yes",),
    "clone": ("/tmp",),
    "diff": ("--upstream",),
}


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """Below /dev, where devices are, and much else."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        yield Path(directory)


@pytest.mark.parametrize("verb", VERBS)
def test_a_file_is_no_drive_wherever_it_lies(verb: str, in_memory: Path, tmp_path: Path) -> None:
    for directory in (in_memory, tmp_path):
        file = directory / "file"
        file.write_text("somebody's")
        done = satchel(verb, file, *VERBS[verb], home=tmp_path, check=3)
        said = " ".join(done.stderr.split())
        assert f"{file} is neither a directory nor an image" in said
        assert "mounted" not in said


def test_a_device_that_holds_no_file_system_is_none_either(tmp_path: Path) -> None:
    said = satchel("verify", "/dev/null", home=tmp_path, check=3).stderr
    assert "/dev/null is neither a directory nor an image" in said


def test_what_is_not_there_is_not_called_unmounted(in_memory: Path, tmp_path: Path) -> None:
    for place in (in_memory / "nothing", tmp_path / "nothing", in_memory / "file/below"):
        said = satchel("verify", place, home=tmp_path, check=3).stderr
        assert "There is no directory and no drive called" in said
