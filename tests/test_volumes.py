"""Tests that have drives do not disturb each other, and none waits for ever."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.namespaces import Computer
from tests.volumes import Image, Turn, mount
from tests.waiting import until


@pytest.fixture
def image(tmp_path: Path) -> Iterator[Image]:
    """A drive, mounted at ``mnt``."""
    image = Image(tmp_path / "images")
    image.fill("ext4")
    try:
        mount("ext4", image.plug(), tmp_path / "mnt")
        yield image
    finally:
        image.close()


@contextmanager
def another_process() -> Iterator[int]:
    """A copy of this one, which does nothing until it is killed; its number."""
    alive, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(theirs)
        os.read(alive, 1)
        os._exit(0)
    try:
        yield pid
    finally:
        os.close(theirs)
        os.close(alive)
        os.waitpid(pid, 0)


@pytest.mark.devices
def test_a_drive_is_released_whoever_began_while_it_was_mounted(image: Image) -> None:
    """A mount namespace begins with a copy of all mounts, and may live for long."""
    released = Path("/sys/block", Path(image.device).name, "loop/backing_file")
    with subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", "echo begun && read end"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"begun\n"
        image.unplug()
        until(lambda: not released.exists())
        assert other.poll() is None
        other.communicate(b"\n")


@pytest.mark.devices
def test_a_computer_of_a_network_does_not_keep_a_drive_busy(image: Image, tmp_path: Path) -> None:
    device = image.device
    with Computer(tmp_path, "pupil", "10.77.0.9"):
        subprocess.run(["umount", tmp_path / "mnt"], check=True)
        # Fails while any namespace has it mounted.
        os.close(os.open(device, os.O_RDWR | os.O_EXCL))


class TestTurn:
    def test_a_forked_process_does_not_keep_it(self, tmp_path: Path) -> None:
        mine, theirs = (Turn(tmp_path / "turn") for _ in range(2))
        mine.take()
        with another_process():
            mine.give_back()
            theirs.take()
        theirs.give_back()

    def test_whoever_waits_gets_it_when_it_is_given_back(self, tmp_path: Path) -> None:
        mine, theirs = (Turn(tmp_path / "turn") for _ in range(2))
        mine.take()
        waiting = threading.Thread(target=theirs.take)
        waiting.start()
        mine.give_back()
        waiting.join()
        with pytest.raises(AssertionError), Turn(tmp_path / "turn", patience=0).held():
            pass
        theirs.give_back()
        with mine.held():
            pass

    def test_who_has_waited_too_long_says_for_whom(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mine, theirs = Turn(tmp_path / "turn"), Turn(tmp_path / "turn", patience=0)
        monkeypatch.setenv("PYTEST_CURRENT_TEST", "tests/test_a_drive.py::test_it (call)")
        mine.take()
        with pytest.raises(AssertionError) as raised:
            theirs.take()
        said = str(raised.value)
        assert f"process {os.getpid()} (" in said
        assert "tests/test_a_drive.py::test_it" in said
        mine.give_back()
        # Whoever has given up does not get it after all.
        for _ in range(2):
            with mine.held():
                pass

    def test_it_is_given_back_whatever_happens(self, tmp_path: Path) -> None:
        turn = Turn(tmp_path / "turn")
        with pytest.raises(ZeroDivisionError), turn.held():
            raise ZeroDivisionError
        with Turn(tmp_path / "turn", patience=0).held():
            pass
