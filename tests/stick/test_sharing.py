"""A drive that everybody may write to is gone on with by other people, on other computers."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.satchel import command, environment, satchel
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

SOMEBODY_ELSE = 4711
# Root without the rights that let it ignore whose files they are.
ORDINARY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown,-fsetid")


@pytest.fixture
def source(default_upstream: Upstream, tmp_path: Path) -> Path:
    file = tmp_path / "up.flatpakrepo"
    file.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
    return file


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def drive_of(directory: Path, mode: int) -> Path:
    drive = directory / "drive"
    drive.mkdir()
    drive.chmod(mode)
    return drive


def give_away(path: Path) -> None:
    for directory, _, names in os.walk(path):
        os.chown(directory, SOMEBODY_ELSE, SOMEBODY_ELSE)
        for name in names:
            os.chown(Path(directory, name), SOMEBODY_ELSE, SOMEBODY_ELSE, follow_symlinks=False)


def as_ordinary_person(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ORDINARY, *command(*arguments)],
        env=environment(home), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_somebody_else_adds_to_it(home: Path, source: Path, tmp_path: Path) -> None:
    drive = drive_of(tmp_path, 0o777)
    satchel("make", drive, "org.test.Hello", "--remote", source, home=home)
    give_away(drive)
    done = as_ordinary_person(home, "make", drive, "org.test.Other", "--remote", source)
    assert done.returncode == 0, done.stderr
    assert satchel("verify", drive, "--json", home=home).json["ok"]


def test_a_part_of_theirs_is_replaced(home: Path, source: Path, tmp_path: Path) -> None:
    """As a run that was killed leaves it."""
    drive = drive_of(tmp_path, 0o777)
    model = tmp_path / "model"
    model.mkdir()
    satchel("make", drive, "org.test.Hello", "--remote", source, home=home)
    satchel("make", model, "org.test.Other", "--remote", source, home=home)
    for path in (model / ".ostree/repo/objects").glob("*/*.filez"):
        left = drive / ".ostree/repo/tmp" / f"satchel-{path.parent.name}{path.name}"
        left.write_bytes(b"part")
    give_away(drive)
    done = as_ordinary_person(home, "make", drive, "org.test.Other", "--remote", source)
    assert done.returncode == 0, done.stderr
    assert satchel("verify", drive, "--json", home=home).json["ok"]


@pytest.mark.parametrize("mode", [0o755, 0o1777])
def test_otherwise_it_stays_its_makers(home: Path, source: Path, tmp_path: Path, mode: int) -> None:
    drive = drive_of(tmp_path, mode)
    satchel("make", drive, "org.test.Hello", "--remote", source, home=home)
    for directory, _, _ in os.walk(drive / ".ostree"):
        assert not stat.S_IMODE(os.stat(directory).st_mode) & stat.S_IWOTH
    give_away(drive / ".ostree")
    done = as_ordinary_person(home, "make", drive, "org.test.Other", "--remote", source)
    assert done.returncode == 3
    assert "Permission denied" in done.stderr


@pytest.mark.thorough
def test_of_somebody_elses_files_that_seem_to_be_programs(
    home: Path, source: Path, tmp_path: Path
) -> None:
    """As whoever copies a drive from FAT has them: their modes are not for others to change."""
    drive = drive_of(tmp_path, 0o777)
    satchel("make", drive, "org.test.Hello", "--remote", source, home=home)
    for path in (drive / "satchel").rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o755)
    give_away(drive)
    done = as_ordinary_person(home, "make", drive, "org.test.Other", "--remote", source)
    assert done.returncode == 0, done.stderr
    assert satchel("verify", drive, "--json", home=home).json["ok"]
