"""The drive is full."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from app.drive.space import FAT_MAX_FILE, Space
from app.formats.gvariant import Variant, serialise
from app.message import NOTHING
from app.replacing import replace
from app.stick.planning.estimate import FileTooLargeError, check_room, estimate
from app.stick.planning.plan import Action, Item
from tests.stick.forge import COMMIT_TYPE
from tests.stick.interrupted.jobs import JOB, Goal, Hold, assert_valid, complete, run, tmpfs
from tests.stick.made_drive import MadeDrive, check_refusal

pytestmark = pytest.mark.kills


def fill(drive: Path) -> Path:
    filler = drive / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


@pytest.mark.thorough
def test_full_while_downloading(small: MadeDrive, goal: Goal, hold: Hold) -> None:
    held = hold()
    filler = fill(small.drive)
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert "full" in done.stderr
    filler.unlink()
    assert_valid(small)
    complete(small, goal)


@pytest.mark.parametrize(
    "share",
    [
        *(0.05, 0.2, 0.4, 0.5),
        *(pytest.param(number / 20 + 0.02, marks=pytest.mark.thorough) for number in range(10)),
    ],
)
def test_full_at_any_moment(small: MadeDrive, goal: Goal, share: float) -> None:
    """Of those until everything is there and only has to get its name."""
    at = str(int(goal.changes * share))
    done = run(small, *JOB, check=3, SATCHEL_TEST_FILL_AT=at)
    check_refusal(done, 3)
    assert "full" in done.stderr
    assert_valid(small, "--quick")
    (small.drive / "filler").unlink()
    complete(small, goal)


def test_too_little_room(small: MadeDrive, goal: Goal) -> None:
    filler = fill(small.drive)
    before = set(small.drive.rglob("*"))
    said = small.refused(3, *JOB)
    assert "MB" in said
    assert "free" in said
    assert set(small.drive.rglob("*")) == before
    filler.unlink()
    complete(small, goal)


def test_no_room_on_a_new_drive(made_drive: MadeDrive) -> None:
    shutil.rmtree(made_drive.drive)
    with tmpfs(made_drive.drive, 1_000_000):
        made_drive.refused(3, *JOB)
        assert list(made_drive.drive.iterdir()) == []


def test_file_too_large_for_fat() -> None:
    """By the file system's name: the app is named, before anything is fetched."""
    sizes = bytes(32) + b"\x80\x80\x80\x80\x10" * 2 + b"\x01"  # 4 GiB, packed and unpacked
    metadata = {"ostree.sizes": Variant("aay", [sizes])}
    data = serialise(COMMIT_TYPE, (metadata, b"", [], "", "", 0, bytes(32), bytes(32)))
    item = Item(
        collection="org.test.Upstream",
        ref="app/org.test.Huge/x86_64/stable",
        commit="0" * 64,
        old_commit=None,
        action=Action.ADD,
        chosen=True,
        reason=NOTHING,
        needed_by=(),
    )
    space = Space(Path("/"), "vfat", 4096, 2**40, 2**40, None, FAT_MAX_FILE, read_only=False)
    with pytest.raises(FileTooLargeError, match=r"app/org\.test\.Huge.*FAT32.*4\.3 GB") as caught:
        check_room(estimate([item], {item.commit: data}, None, [], space))
    assert caught.value.exit_code == 3
    assert "exFAT" in str(caught.value.hint)
    exfat = replace(space, file_system="exfat", max_file=None)
    assert estimate([item], {item.commit: data}, None, [], exfat).write > 2**32
