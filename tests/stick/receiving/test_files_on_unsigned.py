"""A file that somebody vouches for, whose runtime is of a source that signs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.kinds.conftest import bundle
from tests.stick.receiving.computers import Computer
from tests.upstream import COLLECTION, Upstream, host_arch

pytestmark = pytest.mark.slow

APP = f"app/org.test.Mixed/{host_arch()}/stable"
RUNTIME = f"runtime/org.raw.Platform/{host_arch()}/1"


def fill(upstream: Upstream) -> None:
    upstream.add_app("org.test.Mixed", runtime="org.raw.Platform//1")
    upstream.update()


def fill_raw(upstream: Upstream) -> None:
    upstream.add_runtime("org.raw.Platform")
    upstream.update()


def test_a_person_agrees_to_the_source_of_the_runtime(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    home, drive = tmp_path / "home", tmp_path / "drive"
    for place in (home, drive):
        place.mkdir()
    named = kept_upstream(tmp_path / "named", upstream_key, fill, COLLECTION)
    raw = kept_upstream(tmp_path / "raw", upstream_key, fill_raw, signed=False)
    remotes = {}
    for name, upstream in (("named", named), ("raw", raw)):
        remotes[name] = tmp_path / f"{name}.flatpakrepo"
        remotes[name].write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    words = ("--remote", remotes["raw"], "--allow-unsigned", "--yes")
    satchel("make", drive, "runtime/org.raw.Platform//1", *words, home=home)
    satchel("remotes", "add", remotes["named"], "--name", "named", home=home)
    file = bundle(named, "org.test.Mixed", tmp_path / "org.test.Mixed.flatpak")
    satchel("make", drive, file, *words, home=home)

    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    plan = computer.receive(drive, "--dry-run", "--json", "org.test.Mixed", check=5).json
    print(plan)
    assert plan["unsigned"] == [raw.path.as_uri()]
    computer.receive(drive, "--yes", "--allow-unsigned", "org.test.Mixed")
    assert computer.installed().keys() == {APP, RUNTIME}
