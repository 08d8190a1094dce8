"""The power is cut while a job writes: what is on the medium then is installable or told, and the
next run goes on."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.client import Client
from tests.power_cuts import KINDS, RecordedDrive, files_of, mend
from tests.satchel import command, environment, satchel
from tests.stick.changing.changed import NOBODY
from tests.stick.changing.four_jobs import STAYING, prepare
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.upstream import Upstream, host_arch

pytestmark = [pytest.mark.kills, pytest.mark.slow, pytest.mark.thorough]

CUTS = 10


def _is_sound(stick: Path, home: Path) -> bool:
    report = satchel("verify", "--json", "--trust-drive-keys", stick, home=home, check=False).json
    assert report["findings"] is not None
    return bool(report["ok"])


def _installs(stick: Path, made: MadeDrive, client: Client, job: str) -> bool:
    key, collection = made.upstream.key.public, made.upstream.collection
    client.remote_add("up", NOBODY, key, collection, check=False)
    # The client leaves its cache in the repository's tmp/.
    copy = client.directory / "copy"
    copy_drive(stick, copy)
    place = copy / ".ostree/repo"
    return all(
        client.install("up", ref, sideload=place, check=False).returncode == 0
        for ref in STAYING[job]
    )


# Only there is user-mode Linux.
@pytest.mark.parametrize("arch", ["x86_64"] if host_arch() == "x86_64" else [])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("job", STAYING)
def test_cut(
    arch: str, job: str, kind: str, made: MadeDrive, newer: Upstream, tmp_path: Path
) -> None:
    """On FAT and exFAT two names are not exchanged in one moment: there it may be told that the
    stick is not sound. Every second time the drive had written out of turn."""
    assert arch == host_arch()
    upstream = newer if job == "update" else made.upstream
    arguments = prepare(job, made, upstream)
    drive = RecordedDrive(tmp_path / "recorded", kind, made.drive)
    home = tmp_path / "other"
    home.mkdir()
    words = command(job, "--json", drive.place, *arguments)
    status, said = drive.run(words, environment(home))
    assert status == 0, said
    assert len(drive.writes) > CUTS
    for number in range(CUTS):
        chance = random.Random(f"{job} {kind} {number}")
        moment = 1 + int((number + chance.random()) * len(drive.writes) / CUTS)
        image = tmp_path / "cut.img"
        drive.cut(image, moment, chance if number % 2 else None)
        told = mend(kind, image)
        stick = home / f"stick-{number}"
        assert files_of(drive.place, kind, image, stick) == (0, ""), told
        client = Client(tmp_path / "client")
        sound = job == "repair" or _is_sound(stick, made.home)
        assert _installs(stick, made, client, job) or not (sound or kind == "ext4"), (moment, told)
        done = satchel(job, "--json", stick, *arguments, home=made.home, check=False)
        # All that was to go may have gone.
        assert done.returncode in ((0, 2) if job == "remove" else (0,)), (moment, done.said)
        if job != "prune" or sound:
            assert _is_sound(stick, made.home), (moment, told)
        shutil.rmtree(client.directory)
        shutil.rmtree(stick)
