"""The drive goes away, or cannot be written any more."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.satchel import satchel
from tests.stick.interrupted.jobs import JOB, Goal, Hold, assert_valid, complete
from tests.stick.made_drive import MadeDrive, check_refusal, copy_drive
from tests.volumes import mounted
from tests.waiting import until

pytestmark = pytest.mark.kills


def test_directory_removed(made_drive: MadeDrive, goal: Goal, hold: Hold) -> None:
    held = hold()

    def gone() -> bool:
        shutil.rmtree(made_drive.drive, ignore_errors=True)
        return not made_drive.drive.exists()

    until(gone)
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert not made_drive.drive.exists()
    copy_drive(goal.directory / "drive", made_drive.drive)
    complete(made_drive, goal)


@pytest.mark.thorough
def test_another_drive_in_its_place(made_drive: MadeDrive, hold: Hold) -> None:
    held = hold()
    made_drive.drive.rename(made_drive.directory / "pulled")
    made_drive.drive.mkdir()
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert list(made_drive.drive.iterdir()) == []


@pytest.mark.thorough
def test_unmounted_in_the_middle(small: MadeDrive, hold: Hold) -> None:
    held = hold()
    subprocess.run(["umount", "-l", small.drive], check=True)
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert list(small.drive.iterdir()) == []


def test_read_only(small: MadeDrive, goal: Goal) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small.drive], check=True)
    assert "read-only" in small.refused(3, *JOB)
    assert_valid(small)
    satchel("inspect", small.drive, home=small.home)
    subprocess.run(["mount", "-o", "remount,rw", small.drive], check=True)
    complete(small, goal)


def test_read_only_in_the_middle(made_drive: MadeDrive, goal: Goal, hold: Hold) -> None:
    """As ext4 does it when the drive makes trouble."""
    shutil.rmtree(made_drive.drive)
    with mounted("ext4", made_drive.drive):
        shutil.copytree(
            goal.directory / "drive", made_drive.drive, symlinks=True, dirs_exist_ok=True
        )
        os.sync()
        held = hold()
        subprocess.run(["mount", "-o", "remount,abort", made_drive.drive], check=True)
        done = held.go_on()
        assert done.returncode == 3, done.said
        check_refusal(done, 3)
        assert_valid(made_drive)
