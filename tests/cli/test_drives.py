"""``satchel drives``: a table for people, JSON for programs, and events as they happen."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.devices import Devices, Disk
from tests.satchel import command, environment, satchel
from tests.volumes import mount, run
from tests.waiting import GUARD

DEADLINE = GUARD


def listed(devices: Devices, home: Path, *switches: str) -> dict[str, Any]:
    home.mkdir(exist_ok=True)
    done = satchel("drives", "--json", *switches, home=home, env=devices.environment)
    return {drive["device"]: drive for drive in done.json}


def test_json_is_one_value_with_all_that_is_known(devices: Devices, tmp_path: Path) -> None:
    disk = devices.partitioned("ext4", "vfat", label="STICK")
    drive = listed(devices, tmp_path)[disk.device]
    assert drive["name"] == disk.device
    assert drive["bus"] == "loop"
    assert drive["size"] == 96_000_000 // 512 * 512
    assert (drive["removable"], drive["read_only"], drive["system"]) == (True, False, "")
    assert drive["obstacles"] == []
    first, second = drive["volumes"]
    assert (first["file_system"], first["label"]) == ("ext4", "STICK")
    assert (first["mount_points"], first["free"]) == ([], None)
    assert first["obstacles"] == ["not mounted"]
    assert second["obstacles"] == ["not mounted", "no file over 4 GiB"]


def test_people_see_a_table(devices: Devices, tmp_path: Path) -> None:
    device = devices.disk("ext4", label="My stick").appear()
    empty = devices.disk().appear()
    said = satchel("drives", home=tmp_path, env=devices.environment).stdout
    heading, *rows = said.splitlines()
    assert heading.split("  ")[0] == "DRIVE"
    (row,) = [row for row in rows if row.startswith(f"{device} ")]
    for part in ("48 MB", "ext4 “My stick”", "not mounted"):
        assert part in row
    # What belongs together is below each other.
    assert row.index("ext4") == heading.index("FILE SYSTEM")
    assert row.index("not mounted") == heading.index("IN THE WAY")
    (row,) = [row for row in rows if row.startswith(f"{empty} ")]
    assert row.endswith("not formatted")


def test_names_cannot_do_anything_to_a_terminal(devices: Devices, tmp_path: Path) -> None:
    devices.disk("ext4", label="\x1b[31mred").appear()
    assert "\x1b" not in satchel("drives", home=tmp_path, env=devices.environment).said


def test_without_the_switch_loop_devices_are_no_drives(devices: Devices, tmp_path: Path) -> None:
    device = devices.disk("ext4").appear()
    for value in ("", "0", "no"):
        env = {**devices.environment, "SATCHEL_LOOP_IS_REMOVABLE": value}
        assert device not in satchel("drives", "--all", home=tmp_path, env=env).stdout


def test_this_computers_drives_are_listed_on_request_and_marked(
    devices: Devices, tmp_path: Path
) -> None:
    device = devices.disk("ext4").appear()
    mount("ext4", device, tmp_path / "data")
    home = tmp_path / "home"
    assert device not in listed(devices, home)
    drive = listed(devices, home, "--all")[device]
    assert drive["system"]
    assert drive["obstacles"] == [drive["system"]]
    assert drive["volumes"][0]["mount_points"] == [str(tmp_path / "data")]
    said = satchel("drives", "--all", home=home, env=devices.environment).stdout
    assert drive["system"] in said


def test_a_mount_point_with_a_name_that_is_no_text(devices: Devices, tmp_path: Path) -> None:
    device = devices.disk("ext4").appear()
    place = os.fsdecode(os.fsencode(tmp_path) + b"/a \xff b")
    mount("ext4", device, Path(place))
    home = tmp_path / "home"
    assert listed(devices, home, "--all")[device]["volumes"][0]["mount_points"] == [place]
    assert "a \N{REPLACEMENT CHARACTER} b" in (
        satchel("drives", "--all", home=home, env=devices.environment).stdout
    )


# ---- --watch


class Watch:
    """``satchel drives --watch`` and the lines that it has printed."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._rest = b""

    def line(self, wanted: Callable[[str], bool]) -> str:
        """The next line that is wanted."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + DEADLINE
        while True:
            while b"\n" in self._rest:
                line, _, self._rest = self._rest.partition(b"\n")
                if wanted(line.decode()):
                    return line.decode()
            left = max(deadline - time.monotonic(), 0)
            assert select.select([self.process.stdout], [], [], left)[0], "nothing came"
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, "it has ended"
            self._rest += data

    def event(self, name: str, disk: Disk) -> dict[str, Any]:
        def wanted(line: str) -> bool:
            told = json.loads(line)
            # Nodes are used again, also by other test runs on this computer.
            return bool(told["event"] == name and told["drive"]["sequence"] == disk.sequence)

        return dict(json.loads(self.line(wanted)))

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; exit status and what was said on stderr."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, errors.decode()


@contextmanager
def watching(devices: Devices, home: Path, *switches: str) -> Iterator[Watch]:
    home.mkdir(exist_ok=True)
    process = subprocess.Popen(
        command("drives", "--watch", *switches),
        env={**environment(home), **devices.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield Watch(process)
        finally:
            process.kill()


def test_watch_tells_what_happens_as_json_lines(devices: Devices, tmp_path: Path) -> None:
    disk = devices.disk("ext4", label="STICK")
    device = disk.appear()
    with watching(devices, tmp_path / "home", "--json") as watch:
        drive = watch.event("added", disk)["drive"]
        assert drive["volumes"][0]["label"] == "STICK"
        run("udisksctl", "mount", "--no-user-interaction", "--block-device", device)
        event = watch.event("mounted", disk)
        assert event["volume"]["mount_points"]
        assert event["drive"]["volumes"] == [event["volume"]]
        run("udisksctl", "unmount", "--no-user-interaction", "--block-device", device)
        assert watch.event("unmounted", disk)["volume"]["mount_points"] == []
        disk.detach()
        assert watch.event("removed", disk)["drive"]["device"] == device
        disk.appear()
        assert watch.event("added", disk)["drive"]["sequence"] > drive["sequence"]
        assert watch.end(signal.SIGINT) == (130, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watch_tells_people_and_ends_quietly(
    devices: Devices, tmp_path: Path, number: signal.Signals
) -> None:
    device = devices.disk("ext4", label="STICK").appear()
    with watching(devices, tmp_path) as watch:
        line = watch.line(lambda text: device in text)
        assert line == f"Plugged in: {device}, 48 MB, ext4 “STICK”"
        assert watch.end(number) == (130, "")


def test_watch_ends_when_nobody_reads_it_any_more(devices: Devices, tmp_path: Path) -> None:
    disk = devices.disk("ext4")
    disk.appear()
    with watching(devices, tmp_path, "--json") as watch:
        watch.event("added", disk)
        assert watch.process.stdout is not None
        watch.process.stdout.close()
        watch.process.wait(DEADLINE)


def test_watch_on_a_terminal_tells_at_once(devices: Devices, tmp_path: Path) -> None:
    device = devices.disk("ext4").appear()
    here, there = pty.openpty()
    process = subprocess.Popen(
        command("drives", "--watch"),
        env={**environment(tmp_path), **devices.environment},
        stdin=there, stdout=there, stderr=there, start_new_session=True,
    )  # fmt: skip
    os.close(there)
    try:
        said = b""
        while device.encode() not in said:
            assert select.select([here], [], [], DEADLINE)[0]
            said += os.read(here, 4096)
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 130
    finally:
        process.kill()
        process.wait()
        os.close(here)
