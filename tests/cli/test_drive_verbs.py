"""mount, unmount, eject and format, as people and programs run them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.devices import Devices
from tests.satchel import Done, satchel
from tests.terminal import Terminal
from tests.upstream import Upstream
from tests.volumes import run as command


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


def digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_mount_unmount_eject_for_people(devices: Devices, home: Path) -> None:
    device = devices.disk("ext4", label="STICK").appear()

    def run(*arguments: str, code: int = 0) -> Done:
        return satchel(*arguments, home=home, env=devices.environment, check=code)

    said = run("mount", "STICK").stdout
    place = Path(said.rpartition(" mounted at ")[2].rstrip(".\n"))
    assert place.is_mount()
    assert "already mounted" in run("mount", device).stdout
    with open(place / "held", "w"):
        refused = run("eject", "STICK", code=3)
        assert f"has {place}/held open" in refused.stderr
        assert place.is_mount()
    assert str(place) in run("unmount", "stick").stdout
    assert "was not mounted" in run("unmount", "STICK").stdout
    run("mount", "STICK")
    assert "safe to remove" in run("eject", device).stdout
    assert not place.is_mount()


def test_mount_unmount_eject_for_programs(devices: Devices, home: Path) -> None:
    device = devices.disk("exfat", label="STICK").appear()

    def run(*arguments: str, code: int = 0) -> object:
        return satchel(*arguments, "--json", home=home, env=devices.environment, check=code).json

    mounted = run("mount", "STICK")
    assert isinstance(mounted, dict)
    place = mounted.pop("mount_point")
    assert mounted == {
        "device": device,
        "label": "STICK",
        "already_mounted": False,
        "read_only": False,
    }
    assert run("unmount", "STICK") == {"device": device, "unmounted": [place]}
    assert run("eject", "STICK") == {
        "device": device,
        "unmounted": [],
        "state": "safe-to-remove",
    }
    refused = run("mount", "nothing", code=3)
    assert isinstance(refused, dict)
    assert refused["error"]["kind"] == "NoSuchDriveError"


def test_without_the_switch_loop_devices_are_no_drives(devices: Devices, home: Path) -> None:
    disk = devices.disk("ext4", label="STICK")
    device = disk.appear()
    before = digest(disk.path)
    env = {**devices.environment, "SATCHEL_LOOP_IS_REMOVABLE": "0"}
    for arguments in (("mount", "STICK"), ("eject", device), ("format", device, "--yes")):
        satchel(*arguments, home=home, env=env, check=3)
    assert digest(disk.path) == before


@pytest.mark.parametrize("file_system", ["ext4", "exfat"])
def test_format_make_verify(
    file_system: str, devices: Devices, home: Path, default_upstream: Upstream, tmp_path: Path
) -> None:
    device = devices.disk("vfat", label="OLD", megabytes=96).appear()
    done = satchel(
        "format", "OLD", "--fs", file_system, "--label", "New", "--yes", "--json",
        home=home, env=devices.environment,
    ).json  # fmt: skip
    assert done["device"] == device
    assert done["file_system"] == file_system
    assert any("KB" in reason for reason in done["reasons"])
    file = tmp_path / "up.flatpakrepo"
    file.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
    place = done["mount_point"]
    satchel("make", place, "org.test.Hello", "--remote", file, "--yes", home=home)
    assert satchel("verify", place, "--json", home=home).json["ok"] is True
    satchel("eject", "New", home=home, env=devices.environment)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 3),
        (("--json",), 3),
        (("--yes", "--fs", "ntfs"), 2),
        (("--yes", "--label", "seventeen letters"), 2),
        (("--yes", "--fs", "exfat", "--label", "a:b"), 2),
    ],
    ids=["not-asked", "json", "file-system", "long-label", "label"],
)
def test_format_refuses_without_writing(
    arguments: tuple[str, ...], code: int, devices: Devices, home: Path
) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    before = digest(disk.path)
    satchel("format", "STICK", *arguments, home=home, env=devices.environment, check=code)
    assert digest(disk.path) == before


@pytest.mark.parametrize(
    ("keys", "code"),
    [("stick\n", 0), ("STICK\n", 0), ("y\n", 3), ("\n", 3), ("\x04", 130), ("\x03", 130)],
    ids=["label", "exact", "yes", "nothing", "ctrl-d", "ctrl-c"],
)
def test_format_wants_the_name_typed(keys: str, code: int, devices: Devices, home: Path) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    before = digest(disk.path)
    terminal = Terminal(home, "format", "STICK", "--label", "NEW", env=devices.environment)
    try:
        terminal.until("type “STICK”: ")
        assert "Everything that is on it now will be lost" in terminal.seen
        terminal.type(keys)
        assert terminal.end() == code, terminal.seen
        assert "Traceback" not in terminal.seen
    finally:
        terminal.close()
    if code:
        assert digest(disk.path) == before
    else:
        satchel("eject", "NEW", home=home, env=devices.environment)


def test_a_drive_of_this_computer_is_left_alone(
    devices: Devices, home: Path, tmp_path: Path
) -> None:
    disk = devices.disk("ext4", label="OURS")
    device = disk.appear()
    place = tmp_path / "ours"
    place.mkdir()
    command("mount", "-o", "ro,noload", device, place)
    before = digest(disk.path)
    try:
        for verb in ("mount", "unmount", "eject", "format"):
            switches = ("--yes",) if verb == "format" else ()
            done = satchel(verb, "OURS", *switches, home=home, env=devices.environment, check=3)
            assert str(place) in done.stderr
        assert place.is_mount()
    finally:
        command("umount", place)
    assert digest(disk.path) == before
