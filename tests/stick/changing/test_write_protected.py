"""A drive whose switch says that it is only read."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.devices import Devices
from tests.satchel import satchel
from tests.servers import HostileServer
from tests.stick.made_drive import MadeDrive


@pytest.mark.devices
@pytest.mark.thorough
def test_what_writes_says_so_before_anything_else(
    made: MadeDrive, full: MadeDrive, devices: Devices, tmp_path: Path
) -> None:
    """What it is and what to do, before anything is asked for; what reads works."""
    disk = devices.disk("ext4", label="CLASS", megabytes=64)
    place, copy = tmp_path / "place", tmp_path / "copy"
    place.mkdir()
    copy.mkdir()
    subprocess.run(["mount", disk.appear(), place], check=True)
    subprocess.run(["cp", "-rT", made.drive, place], check=True)
    subprocess.run(["umount", place], check=True)
    disk.detach()
    device = disk.appear(read_only=True)
    home, remote = made.home, ("--remote", made.remote)
    with HostileServer(made.upstream.path, full.web.port) as web:
        for verb, *words in (
            ("make", device, "org.test.Hello", *remote),
            ("plan", device, "org.test.Hello", *remote),
            ("update", device, *remote),
            ("remove", device, "org.test.Large"),
            ("prune", device),
            ("repair", device, *remote),
            ("clone", made.drive, device),
            ("format", device, "--yes"),
        ):
            done = satchel(verb, *words, home=home, env=devices.environment, check=3)
            assert "is write-protected" in done.stderr, verb
            assert "switch" in done.stderr, verb
        assert web.paths() == []
        for verb, *words in (
            ("verify", device, "--trust-drive-keys"),
            ("inspect", device),
            ("diff", device, made.drive),
            ("receive", device, "--list"),
            ("clone", device, copy, "--allow-unsigned", "--trust-drive-keys"),
            ("prune", device, "--dry-run"),
            ("eject", device),
        ):
            satchel(verb, *words, home=home, env=devices.environment)
