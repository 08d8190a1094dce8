"""Somebody else uses the drive."""

from __future__ import annotations

import fcntl
import os
import struct

import pytest

from tests.satchel import satchel
from tests.stick.interrupted.jobs import JOB, Goal, Hold, complete
from tests.stick.made_drive import MadeDrive, check_refusal, published

pytestmark = pytest.mark.kills


@pytest.mark.parametrize("kind", [fcntl.F_RDLCK, fcntl.F_WRLCK])
def test_locked_by_another_program(made_drive: MadeDrive, goal: Goal, kind: int) -> None:
    lock = made_drive.drive / ".ostree/repo/.lock"
    with open(lock, "r+b") as file:
        # As ostree does it: the lock is the open file's, not this process's.
        whole = struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 0, 0)
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, whole)
        assert "Another program" in made_drive.refused(3, *JOB)
        options = ("--trust-drive-keys", made_drive.drive)
        done = satchel("verify", *options, home=made_drive.home, check=False)
        assert done.returncode == (3 if kind == fcntl.F_WRLCK else 0), done.said
    complete(made_drive, goal)


def test_two_at_once(made_drive: MadeDrive, goal: Goal, hold: Hold) -> None:
    held = hold()
    before = published(made_drive.drive)
    # The server holds back only files; the second job gets to the lock without any.
    done = made_drive.make("org.test.Other", check=3)
    check_refusal(done, 3)
    assert "Another program" in done.stderr
    satchel("verify", made_drive.drive, home=made_drive.home, check=3)
    satchel("inspect", made_drive.drive, home=made_drive.home)
    assert published(made_drive.drive) == before
    assert held.go_on().finished["ok"]
    complete(made_drive, goal)
