"""The kit of a stick with sources without a collection ID is judged like any other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.stick.makers import findings
from tests.stick.nameless.conftest import Making

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("unsigned\t", None),
        ("remote\t", None),
        ("remote\t", "http://127.0.0.1:9/elsewhere"),
        ("commit\t", "0" * 64),
    ],
)
def test_lines_that_somebody_changed(
    made: Making, tmp_path: Path, line: str, instead: str | None
) -> None:
    stick = made(signed=False)
    drive = tmp_path / "drive"
    shutil.copytree(stick.drive, drive, symlinks=True)
    assert "kit-altered" not in findings(drive, home=tmp_path / "home")
    contents = drive / "satchel/contents.tsv"
    lines = contents.read_text().splitlines(keepends=True)
    number = next(index for index, each in enumerate(lines) if each.startswith(line))
    if instead is None:
        del lines[number]
    else:
        fields = lines[number].split("\t")
        lines[number] = "\t".join([*fields[:3], instead, *fields[4:]])
    contents.write_text("".join(lines))
    assert set(findings(drive, home=tmp_path / "home")["kit-altered"]) == {"satchel/contents.tsv"}


def test_the_key_of_another(made: Making, tmp_path: Path) -> None:
    stick = made()
    drive = tmp_path / "drive"
    shutil.copytree(stick.drive, drive, symlinks=True)
    file = drive / "satchel/up.flatpakrepo"
    text = file.read_text()
    file.write_text(text[: text.index("GPGKey=")])
    assert "satchel/up.flatpakrepo" in findings(drive, home=tmp_path / "home")["kit-altered"]


def test_the_page_says_what_nobody_vouches_for(made: Making) -> None:
    page = (made(signed=False).drive / "satchel/START-HERE.html").read_text()
    assert (
        f"Nobody vouches for Hello, Other (from Test upstream, {made(signed=False).url}):" in page
    )
    assert page.count("Nobody vouches for it") == 2
    assert "remote:" not in page
    assert "vouches for" not in (made().drive / "satchel/START-HERE.html").read_text()


def test_repair_writes_it_again(made: Making, tmp_path: Path) -> None:
    stick = made(signed=False)
    drive = tmp_path / "drive"
    shutil.copytree(stick.drive, drive, symlinks=True)
    contents = drive / "satchel/contents.tsv"
    before = contents.read_text()
    contents.write_text(before.replace("unsigned\tremote:up\n", ""))
    satchel("repair", drive, "--allow-unsigned", "--yes", home=tmp_path, check=False)
    assert "unsigned\tremote:up\n" in contents.read_text()
