"""``satchel watch``: a drive is plugged in, and flatpak finds what is on it, if it is sound."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.client import Client
from tests.devices import Devices, Disk
from tests.gpg import SigningKey
from tests.registering.watched import links, watching
from tests.satchel import satchel
from tests.stick.clients.sticks import HELLO, OLD
from tests.stick.damage import copy_stick, flip_middle
from tests.stick.makers import make
from tests.upstream import Upstream
from tests.volumes import run
from tests.waiting import until


def drive_of(devices: Devices, stick: Path, label: str) -> Disk:
    """A drive with all of this on it, plugged in."""
    disk = devices.disk()
    disk.fill("ext4", "-d", str(stick), label=label)
    disk.appear()
    return disk


def mounted(disk: Disk) -> Path:
    """As desktops mount it."""
    said = run("udisksctl", "mount", "--no-user-interaction", "--block-device", disk.device)
    return Path(said.partition(" at ")[2].rstrip("."))


def unmount(disk: Disk) -> None:
    run("udisksctl", "unmount", "--no-user-interaction", "--block-device", disk.device)


def test_a_sound_drive_is_found_until_it_goes(
    devices: Devices, knowing: Client, stick: Path
) -> None:
    env = {**knowing.environment, **devices.environment}
    place = knowing.directory / "user/sideload-repos"
    name = "so%20und 'n"
    disk = drive_of(devices, stick, name)
    with watching("--user", env=env) as watched:
        point = mounted(disk)
        assert point.name == name

        told = watched.event("registered", name)
        assert (told["apps"], told["newer"]) == (2, 0)
        assert told["repository"] == str(point / ".ostree/repo")
        assert links(place) == {Path(told["link"]).name: point / ".ostree/repo"}
        # The link that outlasts a power cut leads to one that does not.
        assert Path(told["link"]).readlink().is_relative_to(knowing.directory / "runtime")
        assert watched.event("drive", name)["registered"] == 1
        knowing.install("up", "org.test.Hello")
        assert knowing.flatpak_run("org.test.Hello") == OLD

        unmount(disk)
        watched.event("unregistered", name)
        assert links(place) == {}

        mounted(disk)
        watched.event("registered", name)
        disk.detach()
        watched.event("unregistered", name)
        assert links(place) == {}

        disk.appear()
        mounted(disk)
        watched.event("registered", name)
        assert watched.end() == 130
    assert links(place) == {}


def test_what_is_newer_is_counted(
    devices: Devices,
    knowing: Client,
    stick: Path,
    default_upstream: Upstream,
    tmp_path: Path,
) -> None:
    knowing.install("up", "org.test.Hello", sideload=stick)
    upstream = default_upstream.copy(tmp_path / "upstream")
    upstream.bump(HELLO, {"bin/start": "#!/bin/sh\necho newer\n"})
    upstream.update()
    newer = copy_stick(stick, tmp_path / "newer").root
    make(upstream, newer, "org.test.Hello", home=tmp_path / "home")
    disk = drive_of(devices, newer, "NEWER")
    mounted(disk)
    env = {**knowing.environment, **devices.environment}

    done = satchel("watch", "--user", "--once", home=tmp_path / "home", env=env)

    assert done.stdout.splitlines()[-1] == (
        "NEWER: 2 apps, 1 newer than yours; flatpak finds them from now on"
    )
    # What was registered once stays for as long as the person is logged in.
    knowing.update("org.test.Hello")
    assert knowing.flatpak_run("org.test.Hello") == "newer\n"


def test_what_is_not_sound_is_left_alone(
    devices: Devices, knowing: Client, stick: Path, attacker: SigningKey, tmp_path: Path
) -> None:
    forged = copy_stick(stick, tmp_path / "forged")
    forged.sign(HELLO, attacker)
    damaged = copy_stick(stick, tmp_path / "damaged")
    flip_middle(damaged.path(damaged.tree(HELLO)["/files/bin/start"]))
    place = knowing.directory / "user/sideload-repos"
    place.mkdir()
    (place / "mine").symlink_to(tmp_path)
    with watching("--user", env={**knowing.environment, **devices.environment}) as watched:
        for label, root in (("FORGED", forged.root), ("DAMAGED", damaged.root)):
            disk = drive_of(devices, root, label)
            mounted(disk)
        told = {label: watched.event("refused", label) for label in ("FORGED", "DAMAGED")}
        assert watched.end() == 130

    assert {label: event["reason"] for label, event in told.items()} == {
        "FORGED": "not-sound",
        "DAMAGED": "not-sound",
    }
    assert {finding["code"] for finding in told["FORGED"]["findings"]} == {"commit-bad-signature"}
    assert {finding["code"] for finding in told["DAMAGED"]["findings"]} == {"object-corrupt"}
    assert links(place) == {"mine": tmp_path}


def test_what_nobody_here_knows_is_left_alone(
    devices: Devices, client: Client, stick: Path, tmp_path: Path
) -> None:
    disk = drive_of(devices, stick, "UNKNOWN")
    mounted(disk)
    env = {**client.environment, **devices.environment}

    done = satchel("watch", "--user", "--once", "--json", home=tmp_path, env=env)

    refused, drive, finished = done.events
    assert (refused["event"], refused["reason"]) == ("refused", "unknown-signer")
    assert (drive["event"], drive["registered"], drive["refused"]) == ("drive", 0, 1)
    assert finished == {"event": "finished", "ok": True}
    assert links(client.directory / "user/sideload-repos") == {}


@pytest.mark.thorough
def test_for_everyone(devices: Devices, client: Client, stick: Path, tmp_path: Path) -> None:
    """The keys are those of the system's remotes, and every installation finds the drive."""
    file = stick / "satchel" / "up.flatpakrepo"
    env = {**client.environment, **devices.environment}
    disk = drive_of(devices, stick, "SOUND")
    mounted(disk)
    client.run("remote-add", "--user", "up", file)
    unknown = satchel("watch", "--once", "--json", home=tmp_path, env=env)
    assert unknown.events[0]["reason"] == "unknown-signer"

    client.run("remote-add", "--system", "up", file)
    done = satchel("watch", "--once", "--json", home=tmp_path, env=env)

    (registered,) = [event for event in done.events if event["event"] == "registered"]
    assert Path(registered["link"]).parent == client.directory / "run/sideload-repos"
    client.run("install", "--system", "-y", "--noninteractive", "up", "org.test.Hello")
    client.install("up", "org.test.Hello")


def test_only_one_watches(devices: Devices, client: Client, tmp_path: Path) -> None:
    env = {**client.environment, **devices.environment}
    with watching("--user", env=env) as watched:
        until((client.directory / "user/sideload-repos").is_dir)
        done = satchel("watch", "--user", home=tmp_path, env=env, check=2)
        assert "watches drives already" in done.stderr
        watched.end()
    assert satchel("watch", "--user", "--once", home=tmp_path, env=env).stdout == ""


def test_what_an_interrupted_installation_left_is_put_back(
    devices: Devices, knowing: Client, tmp_path: Path
) -> None:
    """The power went while ``install.sh`` was at work; later nobody plugs anything in."""
    config = knowing.repo / "config"
    before = config.read_text()
    marks = r"xa.satchel-url=\1\nxa.satchel-lent=file:///view\nurl=file:///view"
    config.write_text(re.sub(r"^url=(.*)$", marks, before, flags=re.MULTILINE))
    env = {**knowing.environment, **devices.environment}

    done = satchel("watch", "--user", "--once", home=tmp_path, env=env)

    assert "addresses of sources are put back" in done.stderr
    assert config.read_text() == before
    assert done.stdout == ""
