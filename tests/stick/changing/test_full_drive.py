"""Taking something off a drive that has not one byte left."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.servers import HostileServer
from tests.stick.changing.changed import (
    HARMLESS,
    OTHER,
    assert_sound,
    assert_whole,
    change,
    changes,
    install,
    killed,
    refs,
)
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.stick.makers import findings, make
from tests.upstream import Upstream
from tests.volumes import mounted, mounted_tmpfs

pytestmark = [pytest.mark.devices, pytest.mark.slow]

KILLS = 8
WITHOUT_PAGE = {"kit-missing", "kit-altered"}
"""Until what comes off has made room for the page, whose dates the list has as well."""


def fill(drive: Path) -> None:
    """To the last byte, whoever asks; also what directories still have room for."""
    piece = 1 << 20
    with open(drive / "filler", "wb", buffering=0) as file:
        while piece >= 512:
            try:
                written = file.write(bytes(piece))
            except OSError:
                written = 0
            if not written:
                piece //= 2
        os.fsync(file.fileno())
    state = os.statvfs(drive)
    assert not state.f_bavail


@pytest.mark.parametrize("kind", ["ext4", pytest.param("exfat", marks=pytest.mark.thorough)])
def test_an_app_comes_off_a_drive_without_a_free_byte(
    kind: str, default_upstream: Upstream, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with mounted(kind, tmp_path / "images", megabytes=64) as drive:
        make(default_upstream, drive, "org.test.Hello", "org.test.Large", home=home)
        fill(drive)
        with pytest.raises(OSError, match="space"):
            (drive / "more").write_bytes(b"x")
        (drive / "more").unlink(missing_ok=True)

        satchel("remove", drive, "org.test.Large", "--yes", home=home)

        state = os.statvfs(drive)
        assert state.f_bfree * state.f_frsize > 2_500_000
        assert findings(drive, home=home) == {}
        refs = satchel("inspect", "--json", drive, home=home).stdout
        assert "org.test.Large" not in refs
        assert "org.test.Hello" in refs


@pytest.fixture
def packed(full: MadeDrive, tmp_path: Path) -> Iterator[MadeDrive]:
    """A copy of the stick in memory, where there is no room for anything else."""
    drive = tmp_path / "drive"
    drive.mkdir()
    with mounted_tmpfs(drive):
        shutil.copytree(full.drive, drive, symlinks=True, dirs_exist_ok=True)
        taken = os.statvfs(drive)
        size = (taken.f_blocks - taken.f_bfree) * taken.f_frsize
        subprocess.run(["mount", "-o", f"remount,size={size}", drive], check=True)
        assert not os.statvfs(drive).f_bavail
        yield MadeDrive(tmp_path, full.upstream, full.web)


def test_what_makes_less_room_than_the_scripts_take(packed: MadeDrive) -> None:
    """They are the same as before, and stay."""
    scripts = [packed.drive / "satchel" / name for name in ("install.sh", "needs.sh")]
    before = [script.stat().st_ino for script in scripts]
    change(packed, "remove", "org.test.Other")
    assert "app/org.test.Other" not in " ".join(map(str, refs(packed)))
    assert [script.stat().st_ino for script in scripts] == before
    assert_sound(packed)


@pytest.mark.kills
@pytest.mark.thorough
@pytest.mark.parametrize("number", range(KILLS))
def test_killed_on_a_full_drive(
    packed: MadeDrive, full: MadeDrive, tmp_path: Path, number: int, client: Client
) -> None:
    """What stays is installable, and the same command goes on."""
    roomy = MadeDrive(tmp_path / "roomy", full.upstream, full.web)
    roomy.directory.mkdir()
    copy_drive(full.drive, roomy.drive)
    moment = 1 + number * changes(roomy, "remove", "org.test.Large") // KILLS

    killed(packed, moment, "remove", "org.test.Large")

    report = satchel(
        "verify", "--json", "--trust-drive-keys", packed.drive, home=packed.home, check=False
    )
    codes = {finding["code"] for finding in report.json["findings"]}
    assert codes <= HARMLESS | WITHOUT_PAGE, report.json["findings"]
    copy = MadeDrive(tmp_path / "copy", full.upstream, full.web)
    copy.directory.mkdir()
    copy_drive(packed.drive, copy.drive)
    install(copy, client, OTHER)
    change(packed, "remove", "org.test.Large")
    assert refs(packed) == refs(roomy)
    assert_sound(packed)
    assert_whole(packed)


@pytest.mark.parametrize("drives", [1, 2])
def test_a_dry_run_says_that_an_update_does_not_fit(
    full: MadeDrive, newer: Upstream, tmp_path: Path, drives: int
) -> None:
    """As the update does, with its exit status; the plan is told all the same."""
    small = tmp_path / "small"
    small.mkdir()
    with mounted_tmpfs(small, megabytes=16):
        shutil.copytree(full.drive, small, dirs_exist_ok=True)
        copy_drive(full.drive, tmp_path / "large")
        fill(small)
        targets = [str(small), str(tmp_path / "large")][:drives]
        with HostileServer(newer.path, full.web.port):
            words: list[str | Path] = ["update", *targets, "--dry-run", "--remote", full.remote]
            done = satchel(*words, home=tmp_path, check=3)
            plan, *others = satchel(*words, "--json", home=tmp_path, check=3).events
    said = " ".join(done.said.split())
    assert f"Newer on {small} afterwards" in said
    assert "This needs" in said
    assert plan["error"]["cause"] == "full"
    assert plan["items"]
    assert not any("error" in each for each in others)
