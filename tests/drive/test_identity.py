"""The last look at a drive before it is wiped: does anything use it?"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.drive.discovery import swaps
from app.drive.discovery.discover import list_drives
from app.drive.discovery.swaps import swap_numbers
from app.drive.safety.identity import InUseError, check_unused
from tests.devices import Devices

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


@pytest.fixture
def node(devices: Devices) -> Iterator[Path]:
    """A node of a swap device, swapped to, whose name the kernel has to escape."""
    disk = devices.disk()
    subprocess.run(["mkswap", disk.path], check=True, capture_output=True)
    number = os.stat(disk.appear()).st_rdev
    node = Path(f"/dev/satchel test {os.getpid()}")
    os.mknod(node, 0o600 | stat.S_IFBLK, number)
    try:
        subprocess.run(["swapon", node], check=True, capture_output=True)
        try:
            yield node
        finally:
            subprocess.run(["swapoff", node], check=True, capture_output=True)
    finally:
        node.unlink()


def test_swap_by_a_name_with_a_space_is_in_use(node: Path) -> None:
    number = os.stat(node).st_rdev
    drives = list_drives(all_drives=True, loops_are_removable=True)
    (drive,) = (drive for drive in drives if drive.number == number)

    with pytest.raises(InUseError, match="swaps to"):
        check_unused(drive)


@pytest.mark.parametrize("name", ["swap file", "tab\tand\\backslash", "line\nbreak", "Ü\udcff"])
def test_any_name_is_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / name
    file.touch()
    table = tmp_path / "swaps"
    escaped = "".join(rf"\{ord(char):03o}" if char in " \t\n\\" else char for char in str(file))
    table.write_text(f"{HEAD}{escaped}  file  1024  0  -2\n", errors="surrogateescape")
    monkeypatch.setattr(swaps, "_TABLE", table)

    assert swap_numbers() == {tmp_path.stat().st_dev}


def test_a_kernel_without_swap_swaps_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swaps, "_TABLE", tmp_path / "none")

    assert swap_numbers() == frozenset()


def test_what_has_gone_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "swaps"
    table.write_text(f"{HEAD}{tmp_path}/away\\040(deleted)  file  1024  0  -2\n")
    monkeypatch.setattr(swaps, "_TABLE", table)

    assert swap_numbers() == frozenset()
