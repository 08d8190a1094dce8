"""The units under a real systemd: turned on by ``satchel watch --enable``, told to stop by it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.client.registering.place import Scope
from tests.client import Client
from tests.devices import Devices
from tests.packages.files import PACKAGING
from tests.registering.test_watch import drive_of
from tests.satchel import ROOT, command
from tests.waiting import GUARD, until

pytestmark = pytest.mark.thorough

# A manager of a person's services, which needs no computer of its own: it only has to believe that
# systemd runs this one. What it starts ends with it.
_START = """\
mkdir -p /run/systemd
mount -t tmpfs tmpfs /run/systemd
mount -t tmpfs tmpfs /media
# As systemd has it: services with a view of their own see what is mounted later.
mount --make-rshared /
mkdir /run/systemd/system /media/drive
# Not as process 1, which it would take for a computer to run.
/lib/systemd/systemd --user --log-target=console &
wait
"""


class Manager:
    """systemd, for what is in its ``env``."""

    def __init__(self, process: subprocess.Popen[bytes], env: dict[str, str]) -> None:
        self._env = env
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        until(children.read_text)
        self._inside = children.read_text().split()[0]
        until(lambda: self.run("systemctl", "--user", "is-system-running").returncode == 0)

    def run(self, *words: str | bytes) -> subprocess.CompletedProcess[str]:
        """Where it runs."""
        return subprocess.run(
            ["nsenter", f"--target={self._inside}", "--mount", "--pid", *map(os.fsdecode, words)],
            env=self._env,
            capture_output=True,
            text=True,
            timeout=GUARD,
            check=False,
        )

    def do(self, *words: str | bytes) -> str:
        """What it prints; it has to succeed."""
        done = self.run(*words)
        assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def systemd(env: dict[str, str], log: Path) -> Iterator[Manager]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *("unshare", "--mount", "--propagation=private", "--pid", "--fork", "--kill-child"),
                *("--mount-proc", "sh", "-euc", _START),
            ],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    with process:
        try:
            yield Manager(process, env)
        finally:
            process.kill()


@pytest.fixture(params=Scope)
def scope(request: pytest.FixtureRequest) -> Scope:
    return Scope(request.param)


@pytest.fixture
def manager(scope: Scope, devices: Devices, client: Client, tmp_path: Path) -> Iterator[Manager]:
    unit = (PACKAGING / "units" / scope / "satchel-watch.service").read_text("utf-8")
    starter = " ".join(map(os.fsdecode, command("watch")[:-1]))
    unit = unit.replace("/usr/bin/satchel", starter)
    # The test's own directories are where a computer has others.
    runs = client.directory / "run/sideload-repos"
    runs.mkdir(parents=True)
    unit = unit.replace("/run/flatpak/sideload-repos", str(runs))
    unit = unit.replace("multi-user.target", "default.target")
    # Where the test's directories are, and what only process 1 can hide.
    hiding = ("PrivateTmp", "ProtectHome", "ProtectKernelLogs", "ProtectKernelTunables")
    for name in hiding:
        unit = unit.replace(f"{name}=yes\n", "")
    place = client.directory / "home/.config/systemd/user"
    place.mkdir(parents=True)
    (place / "satchel-watch.service").write_text(unit)
    env = {**client.environment, **devices.environment, "PYTHONPATH": str(ROOT)}
    with systemd(env, tmp_path / "systemd.log") as manager:
        yield manager


def test_a_service_registers_drives(
    manager: Manager,
    scope: Scope,
    devices: Devices,
    client: Client,
    stick: Path,
) -> None:
    client.run("remote-add", f"--{scope}", "up", stick / "satchel" / "up.flatpakrepo")
    links = client.directory / ("run" if scope is Scope.SYSTEM else "user") / "sideload-repos"
    manager.do(*command("watch", "--user", "--enable"))
    assert "The service: on, running." in manager.do(*command("watch", "--user", "--status"))

    device = drive_of(devices, stick, "SOUND").device
    # Nobody else sees what is mounted there.
    manager.do("mount", device, "/media/drive")
    until(lambda: links.is_dir() and any(links.iterdir()))
    install = ("install", f"--{scope}", "-y", "--noninteractive", "up", "org.test.Hello")
    manager.do("flatpak", *install)
    manager.do("umount", "/media/drive")
    until(lambda: not any(links.iterdir()))

    manager.do("mount", device, "/media/drive")
    until(lambda: any(links.iterdir()))
    manager.do(*command("watch", "--user", "--disable"))
    assert not any(links.iterdir())
    shown = manager.do("systemctl", "--user", "show", "-P", "Result", "satchel-watch")
    assert shown == "success\n"
