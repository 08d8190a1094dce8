"""Random harm to a stick of a source without a collection ID: as in ``tests/stick``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.damage import copy_stick, run
from tests.stick.harm import ADD_REF, harm
from tests.stick.installer.running import run as install
from tests.stick.nameless.conftest import fill
from tests.stick.nameless.sticks import Made
from tests.stick.receiving.computers import Computer

pytestmark = pytest.mark.slow

SEEDS = range(60)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where ``up`` leads to the upstream, while it can be reached."""
    return tmp_path_factory.mktemp("harmed")


@pytest.fixture(scope="module")
def good(place: Path, upstream_key: SigningKey) -> Made:
    upstream = kept_upstream(place / "upstream", upstream_key, fill, "")
    (place / "up").symlink_to(upstream.path)
    remote = place / "up.flatpakrepo"
    remote.write_text(upstream.flatpakrepo((place / "up").as_uri()))
    (place / "stick").mkdir()
    (place / "home").mkdir()
    apps = "org.test.Hello", "org.test.Other"
    satchel("make", place / "stick", *apps, "--remote", remote, home=place / "home")
    return Made(place / "stick", upstream)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_called_sound_installs_and_a_repair_makes_it_sound(
    place: Path, good: Made, somebody: Computer, tmp_path: Path, seed: int
) -> None:
    stick = copy_stick(good.drive, tmp_path / "stick")
    # Of a collection it would be somebody's, of which this source has nothing to mend.
    done = harm(stick, random.Random(seed), but=ADD_REF)
    home = tmp_path / "home"
    home.mkdir()
    given = stick.root, "--remote", place / "up.flatpakrepo"
    status, said = run(home, "verify", *given)
    if status:
        assert status == 1, (done, said)
        status, said = run(home, "repair", *given, "--yes")
        assert status == 0, (done, said)
        assert run(home, "verify", *given)[0] == 0, done
    print(done)  # Should the rest fail.
    (place / "up").unlink()
    try:
        install(somebody, stick.root)
    finally:
        (place / "up").symlink_to(good.upstream.path)
    assert somebody.installed() == good.commits()
