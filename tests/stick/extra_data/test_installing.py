"""Computers without internet install apps whose makers' addresses are dead."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.damage import flip_middle
from tests.stick.extra_data.makers import (
    APP,
    ARCH,
    CODEC,
    CODEC_REF,
    DRIVER,
    DRIVER_REF,
    GPU,
    PART,
    Maker,
    fill,
)
from tests.stick.installer.running import run
from tests.stick.receiving.computers import SYSTEM, USER, Computer


@pytest.fixture(params=[USER, pytest.param(SYSTEM, marks=pytest.mark.thorough)])
def computer(request: pytest.FixtureRequest, tmp_path: Path) -> Computer:
    return Computer(tmp_path / "computer", request.param)


def lent(computer: Computer) -> list[str]:
    """What is left of payloads where flatpak looks."""
    folder = Path(computer.client.environment["FLATPAK_USER_DIR"]) / "extra-data"
    return [str(path.relative_to(folder)) for path in folder.rglob("*")] if folder.exists() else []


def test_by_the_installer(maker: Maker, computer: Computer) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    said = run(computer, maker.drive)
    assert "Extra (org.test.Extra) comes with a part from its maker" in said
    # What has no other name is called by its ID, once.
    assert "org.test.Platform.Codec comes with a part" in said
    assert "(org.test.Platform.Codec)" not in said
    assert {APP, CODEC_REF} <= computer.installed().keys()
    assert computer.files(APP)["extra/part.bin"] == PART.payload
    assert computer.files(CODEC_REF)[f"extra/{CODEC.name}"] == CODEC.payload
    assert lent(computer) == []


@pytest.mark.thorough
def test_what_was_there_before_stays(maker: Maker, computer: Computer) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    own = Path(computer.client.environment["FLATPAK_USER_DIR"]) / "extra-data" / PART.sha256
    own.mkdir(parents=True)
    (own / PART.name).write_bytes(PART.payload)
    run(computer, maker.drive)
    assert APP in computer.installed()
    assert lent(computer) == [PART.sha256, f"{PART.sha256}/{PART.name}"]


@pytest.mark.thorough
def test_by_receive(maker: Maker, computer: Computer, upstream_key: SigningKey) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    computer.knows(upstream_key)
    said = computer.receive(maker.drive).said
    assert "Extra (org.test.Extra) comes with a part from its maker" in said
    # What has no other name is called by its ID, once.
    assert "org.test.Platform.Codec comes with a part" in said
    assert "(org.test.Platform.Codec)" not in said
    assert {APP, CODEC_REF} <= computer.installed().keys()
    assert computer.files(APP)["extra/part.bin"] == PART.payload
    assert lent(computer) == []


@pytest.mark.thorough
def test_receive_tells_what_is_not_there(
    maker: Maker, computer: Computer, upstream_key: SigningKey
) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    maker.payload(PART).unlink()
    computer.knows(upstream_key)
    said = computer.receive(maker.drive, check=False).said
    assert "is not on the drive, or damaged: part.bin" in " ".join(said.split())
    assert APP not in computer.installed()
    assert lent(computer) == []


@pytest.mark.thorough
def test_what_a_killed_run_left_goes(maker: Maker, computer: Computer) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    own = Path(computer.client.environment["FLATPAK_USER_DIR"]) / "extra-data" / PART.sha256
    own.mkdir(parents=True)
    (own / PART.name).symlink_to(f"/media/gone/satchel/extra-data/{PART.sha256}/{PART.name}")
    run(computer, maker.drive)
    assert computer.files(APP)["extra/part.bin"] == PART.payload
    assert not own.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("shell", ["dash", "bash --posix", "busybox sh"])
def test_a_damaged_part_is_told(maker: Maker, computer: Computer, shell: str) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    flip_middle(maker.payload(PART))
    said = run(computer, maker.drive, shell=shell, expect=1)
    assert "(part.bin) that is damaged on this drive" in said
    assert APP not in computer.installed()
    assert lent(computer) == []


@pytest.mark.thorough
def test_a_rehearsal_installs_it_in_every_way(maker: Maker) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    tried = maker.run("rehearse", "--json").json
    ways = {way["way"]: [app["installed"] for app in way["apps"]] for way in tried["ways"]}
    assert len(ways) == 2
    assert all(all(apps) for apps in ways.values())


@pytest.mark.thorough
def test_what_unpacks_it_is_run(maker: Maker, computer: Computer) -> None:
    maker.make("org.test.Applied", "--with-extra-data", "--json")
    run(computer, maker.drive)
    ref = f"app/org.test.Applied/{ARCH}/stable"
    assert computer.files(ref)["extra/unpacked"] == PART.payload


@pytest.mark.thorough
def test_a_stopped_installer_takes_its_links_away(maker: Maker, computer: Computer) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    programs = computer.client.directory / "programs"
    programs.mkdir()
    real = shutil.which("flatpak")
    # It stops whoever called it, as a person does who presses Ctrl-C in the middle.
    (programs / "flatpak").write_text(
        f'#!/bin/sh\nif [ "$1" = install ] && [ "$2" != --help ]; then\n'
        f"    ls {computer.client.environment['FLATPAK_USER_DIR']}/extra-data >&2\n"
        f'    kill -INT 0\nfi\nexec {real} "$@"\n'
    )
    (programs / "flatpak").chmod(0o755)
    path = f"{programs}:{computer.client.environment['PATH']}"
    done = subprocess.run(
        ["setsid", "sh", maker.drive / "satchel/install.sh", computer.scope],
        env={**computer.client.environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert APP not in computer.installed()
    assert lent(computer) == []


@pytest.mark.thorough
def test_a_graphics_driver(maker: Maker, computer: Computer) -> None:
    maker.make("org.test.Hello", "--gpu", GPU, "--with-extra-data", "--json")
    assert maker.payload(DRIVER).exists()
    run(computer, maker.drive, FLATPAK_GL_DRIVERS=f"{GPU}:default")
    assert computer.files(DRIVER_REF)[f"extra/{DRIVER.name}"] == DRIVER.payload
    assert lent(computer) == []


@pytest.mark.thorough
def test_of_a_remote_without_a_collection(
    maker: Maker, computer: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    maker.use(kept_upstream(tmp_path / "nameless", upstream_key, fill, collection=""))
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    assert maker.codes() == {}
    run(computer, maker.drive)
    assert computer.files(APP)["extra/part.bin"] == PART.payload
    assert computer.files(CODEC_REF)[f"extra/{CODEC.name}"] == CODEC.payload
    assert lent(computer) == []
    other = Computer(tmp_path / "other", computer.scope)
    other.receive(maker.drive, "--trust-key", upstream_key.fingerprint)
    assert other.files(APP)["extra/part.bin"] == PART.payload
    assert lent(other) == []
