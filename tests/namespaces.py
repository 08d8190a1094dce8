"""A network of our own: computers in Linux namespaces on one switch, for root.

Each has its address, its ``/run``, and where a test wants them a system bus and Avahi. This
computer's own network is not touched. All of it goes with the test, however that ends: a namespace
ends with the process that holds it, and that with the test.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

from app.closing import Closing
from tests.drive_services import OPEN_BUS
from tests.volumes import leave_drives
from tests.waiting import GUARD, until

_SWITCH = "switch"
_AVAHI = """\
[server]
host-name={name}
allow-interfaces=eth0
[publish]
publish-workstation=no
publish-hinfo=no
"""
_AVAHI_SERVER = DBusAddress("/", "org.freedesktop.Avahi", "org.freedesktop.Avahi.Server")
_RUNNING = 2


class Computer(Closing):
    """One that stands on the network.

    Attributes:
        name: its host's.
        address: IPv4.
    """

    def __init__(self, directory: Path, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self._directory = directory
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}
        # The switch has none of what is done here with its own address.
        script = "mount -t tmpfs tmpfs /run && ip link set lo up && echo && exec sleep infinity"
        self._holder = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--mount", "sh", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"\n", "network namespaces need root"
        leave_drives(self._holder.pid)

    @property
    def pid(self) -> int:
        """Of a process in its namespaces."""
        return self._holder.pid

    @property
    def bus(self) -> str:
        """The address of its system bus, which is there after `start_bus`: from anywhere."""
        return f"unix:path={self._directory}/{self.name}.bus"

    def words(self, *command: str | Path) -> list[str]:
        """The command, in this computer."""
        inside = ["nsenter", f"--target={self.pid}", "--net", "--mount", "--"]
        bus = ["env", f"DBUS_SYSTEM_BUS_ADDRESS={self.bus}"]
        return [*inside, *bus, *map(str, command)]

    def run(
        self, *command: str | Path, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """What it said, both streams apart; never raises for its exit status."""
        return subprocess.run(
            self.words(*command),
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=GUARD,
            check=False,
        )

    def start(self, *command: str | Path, **options: Any) -> subprocess.Popen[bytes]:
        """Begin it; ends with the test at the latest. ``options`` are those of Popen."""
        options.setdefault("stdin", subprocess.DEVNULL)
        # What has processes of its own ends them then.
        words = self.words("setpriv", "--pdeathsig", "TERM", *command)
        return subprocess.Popen(words, **options)

    def start_bus(self) -> None:
        """A system bus on which everybody may do everything."""
        path = self._directory / f"{self.name}.bus"
        path.unlink(missing_ok=True)
        configuration = path.with_suffix(".conf")
        configuration.write_text(OPEN_BUS.format(path=path))
        self._daemon("dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile")
        until(path.is_socket)

    def start_avahi(self) -> None:
        """Returns when it answers for its host's name; `start_bus` comes first."""
        path = self._directory / f"{self.name}.avahi"
        path.write_text(_AVAHI.format(name=self.name))
        self._daemon(
            "avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits", "-f", str(path)
        )
        until(self._answers)

    def stop(self, daemon: str) -> None:
        """End ``dbus-daemon`` or ``avahi-daemon``, and wait for that."""
        process = self._daemons.pop(daemon)
        process.terminate()
        process.wait(GUARD)

    def close(self) -> None:
        for daemon in list(self._daemons):
            self.stop(daemon)
        self._holder.kill()
        self._holder.wait()
        assert self._holder.stdout is not None
        self._holder.stdout.close()

    def _daemon(self, *command: str) -> None:
        with open(self._directory / f"{self.name}-{command[0]}.log", "ab") as log:
            self._daemons[command[0]] = self.start(*command, stdout=log, stderr=log)

    def _answers(self) -> bool:
        try:
            with open_dbus_connection(self.bus) as bus:
                answer = bus.send_and_get_reply(new_method_call(_AVAHI_SERVER, "GetState"))
        except OSError:
            return False
        return (
            answer.header.message_type is MessageType.method_return and answer.body[0] == _RUNNING
        )


class Network(Closing):
    """A switch, and computers on it."""

    def __init__(self, directory: Path) -> None:
        """``directory`` is for what their services need."""
        assert os.geteuid() == 0, "networks of our own need root"
        self._directory = directory
        self._switch = Computer(directory, _SWITCH, "")
        self._computers: list[Computer] = []
        self._do(self._switch, f"ip link add {_SWITCH} type bridge mcast_snooping 0")
        self._do(self._switch, f"ip link set {_SWITCH} up")

    def close(self) -> None:
        for computer in self._computers:
            computer.close()
        self._switch.close()

    def computer(self, name: str, *, avahi: bool = False) -> Computer:
        """A new one, plugged in; ``avahi``: with a system bus and Avahi."""
        number = len(self._computers) + 1
        computer = Computer(self._directory, name, f"10.77.0.{number}")
        self._computers.append(computer)
        port = f"port{number}"
        self._do(
            self._switch,
            f"ip link add {port} type veth peer name eth0 netns {computer.pid}",
            f"ip link set {port} master {_SWITCH} up",
        )
        # An address counts at once where nobody is asked whether it is taken.
        self._do(
            computer,
            "sysctl -qw net.ipv6.conf.eth0.accept_dad=0",
            f"ip address add {computer.address}/24 dev eth0",
            "ip link set eth0 up",
        )
        if avahi:
            computer.start_bus()
            computer.start_avahi()
        return computer

    def _do(self, computer: Computer, *commands: str) -> None:
        for command in commands:
            done = computer.run(*command.split())
            assert done.returncode == 0, f"{command}: {done.stderr}"
        if computer is not self._switch:
            until(lambda: self._is_up(computer))

    def _is_up(self, computer: Computer) -> bool:
        (link,) = json.loads(computer.run("ip", "-json", "link", "show", "eth0").stdout)
        return bool(link["operstate"] == "UP")
