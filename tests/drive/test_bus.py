"""The system bus: calls and signals, and plain words where it or the service is missing."""

from __future__ import annotations

import os
import select
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney.io.blocking import open_dbus_connection

from app.drive.system_bus import (
    BusTimeoutError,
    CallError,
    NoBusError,
    NoServiceError,
    Signal,
    SystemBus,
)
from app.drive.udisks_objects import open_disks
from tests.devices import Devices
from tests.satchel import satchel

_CONFIGURATION = """\
<busconfig><type>system</type><listen>unix:path={socket}</listen><policy context="default">
<allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
</policy></busconfig>
"""
_MANAGER = ("/org/freedesktop/UDisks2/Manager", "org.freedesktop.UDisks2.Manager")


@pytest.fixture
def bus(devices: Devices, monkeypatch: pytest.MonkeyPatch) -> Iterator[SystemBus]:
    for name, value in devices.environment.items():
        monkeypatch.setenv(name, value)
    with SystemBus() as own_bus:
        yield own_bus


@pytest.fixture
def empty_bus(tmp_path: Path) -> Iterator[str]:
    """The address of a system bus with nobody on it."""
    path = tmp_path / "bus"
    configuration = tmp_path / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(socket=path))
    process = subprocess.Popen(
        ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    with process.stdout as output:
        assert output.readline()
        yield f"unix:path={path}"
        process.terminate()
        process.wait()


def test_properties_come_without_their_variants(bus: SystemBus) -> None:
    assert bus.properties(*_MANAGER)["Version"][0].isdigit()


def test_all_objects_at_once(bus: SystemBus, devices: Devices) -> None:
    device = devices.disk("ext4", label="ONE").appear()
    numbers = {
        interfaces["org.freedesktop.UDisks2.Block"]["DeviceNumber"]
        for interfaces in bus.managed_objects().values()
        if "org.freedesktop.UDisks2.Block" in interfaces
    }
    assert os.stat(device).st_rdev in numbers


def test_a_refusal_says_what_the_service_said(bus: SystemBus) -> None:
    with pytest.raises(CallError) as caught:
        bus.call(*_MANAGER, "CanFormat", "s", ("no-such-thing",))
    assert caught.value.name.startswith("org.freedesktop.UDisks2.Error.")
    assert caught.value.text


def test_signals_wake_whoever_waits_on_the_descriptor(bus: SystemBus, devices: Devices) -> None:
    bus.add_match()
    bus.pending()
    device = devices.disk("ext4").appear()
    signals: list[Signal] = []
    while not any(signal.path.endswith(f"/{Path(device).name}") for signal in signals):
        ready, _, _ = select.select([bus], [], [], 60)
        assert ready, signals
        signals += bus.pending()


def test_a_bus_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "silent"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        monkeypatch.setattr("app.drive.system_bus._CONNECT_SECONDS", 0.2)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={path}")
        with pytest.raises(NoBusError):
            SystemBus()


def test_a_call_that_takes_too_long_ends(bus: SystemBus) -> None:
    with open_dbus_connection("SYSTEM") as nobody, pytest.raises(BusTimeoutError):
        bus.call("/", "org.example.Silent", "Wait", service=nobody.unique_name, timeout=0.1)
    assert bus.properties(*_MANAGER)["Version"]


@pytest.mark.parametrize(
    "address", ["unix:path=/nowhere/bus", "nonsense", "tcp:host=localhost,port=1", "unix:tmpdir=/x"]
)
def test_no_bus(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    with pytest.raises(NoBusError) as caught:
        SystemBus()
    assert "udisks2" in str(caught.value.hint)


def test_no_service(empty_bus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", empty_bus)
    with open_disks() as disks, pytest.raises(NoServiceError) as caught:
        disks.objects()
    assert "udisks2" in str(caught.value.hint)


@pytest.mark.parametrize("verb", ["mount", "unmount", "eject", "format"])
def test_verbs_without_the_service_say_what_to_install(
    verb: str, empty_bus: str, devices: Devices, tmp_path: Path
) -> None:
    device = devices.disk("ext4", label="ALONE").appear()
    env = {**devices.environment, "DBUS_SYSTEM_BUS_ADDRESS": empty_bus}
    switches = ("--yes",) if verb == "format" else ()
    done = satchel(verb, device, *switches, home=tmp_path, env=env, check=3)
    assert "udisks2" in done.stderr
