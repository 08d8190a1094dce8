"""``satchel repair`` that is killed at any moment."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.stick.changing.changed import NOBODY, changes_of, killed_at
from tests.stick.damage import HELLO, OTHER, Stick, copy_stick, delete, flip_middle, verify
from tests.upstream import Upstream

KILLS = 30
SPARE = 8
"""Changes that may be fewer the next time."""
TRUST = "--trust-drive-keys"


def damage_hello(stick: Stick) -> None:
    """Of Hello what only it has, a list, and what people find; the others are whole."""
    others = {name for ref in stick.refs() if ref != HELLO for name in stick.tree(ref).values()}
    for number, name in enumerate(sorted(set(stick.tree(HELLO).values()) - others, key=str)):
        (delete if number % 2 else flip_middle)(stick.path(name))
    delete(stick.signatures(HELLO))
    flip_middle(stick.sub_summary)
    (stick.root / "satchel/install.sh").write_text("rm -rf /\n")


@pytest.fixture(scope="module")
def remote(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("remote") / "test.flatpakrepo"
    file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    return file


@pytest.fixture(scope="module")
def moments(good: Path, remote: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How often such a repair changes the drive."""
    directory = tmp_path_factory.mktemp("moments")
    damaged = copy_stick(good, directory / "drive")
    damage_hello(damaged)
    (directory / "home").mkdir()
    count = changes_of(damaged.root, directory / "home", "repair", TRUST, "--remote", remote)
    assert count > 3 * KILLS
    return count


@pytest.mark.kills
@pytest.mark.thorough
@pytest.mark.parametrize("number", range(KILLS))
def test_killed_at_any_moment(
    number: int,
    stick: Stick,
    stranger: Path,
    upstream: Upstream,
    remote: Path,
    moments: int,
    client: Client,
    tmp_path: Path,
) -> None:
    """What was whole stays whole and is installable, and the next run goes on."""
    damage_hello(stick)
    chance = random.Random(number)
    moment = 1 + int((number + chance.random()) * (moments - SPARE) / KILLS)
    killed_at(moment, stick.root, stranger, "repair", TRUST, "--remote", remote)
    errors = {code for code, _ in verify(stick, stranger)}
    assert not errors & {"summary-missing", "commit-missing", "ref-dangling"}
    copy = copy_stick(stick.root, tmp_path / "copy")
    client.remote_add("up", NOBODY, upstream.key.public, upstream.collection, check=False)
    client.install("up", OTHER, sideload=copy.repo)
    assert OTHER in client.installed()
    satchel("repair", stick.root, TRUST, "--remote", remote, home=stranger)
    assert verify(stick, stranger) == set()
