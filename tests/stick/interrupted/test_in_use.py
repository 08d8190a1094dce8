"""Somebody else uses the drive."""

from __future__ import annotations

import fcntl
import os
import struct

import pytest

from tests.satchel import satchel
from tests.stick.interrupted.jobs import JOB, Goal, Hold, complete
from tests.stick.scene import Scene, check_refusal, published

pytestmark = pytest.mark.kills


@pytest.mark.parametrize("kind", [fcntl.F_RDLCK, fcntl.F_WRLCK])
def test_locked_by_another_program(scene: Scene, goal: Goal, kind: int) -> None:
    lock = scene.drive / ".ostree/repo/.lock"
    with open(lock, "r+b") as file:
        # As ostree does it: the lock is the open file's, not this process's.
        whole = struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 0, 0)
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, whole)
        assert "Another program" in scene.refused(3, *JOB)
        options = ("--trust-drive-keys", scene.drive)
        done = satchel("verify", *options, home=scene.home, check=False)
        assert done.returncode == (3 if kind == fcntl.F_WRLCK else 0), done.said
    complete(scene, goal)


def test_two_at_once(scene: Scene, goal: Goal, hold: Hold) -> None:
    held = hold()
    before = published(scene.drive)
    # The server holds back only files; the second job gets to the lock without any.
    done = scene.make("org.test.Other", check=3)
    check_refusal(done, 3)
    assert "Another program" in done.stderr
    satchel("verify", scene.drive, home=scene.home, check=3)
    satchel("inspect", scene.drive, home=scene.home)
    assert published(scene.drive) == before
    assert held.go_on().finished["ok"]
    complete(scene, goal)
