"""Sticks that lie in every way that is known: a computer that knows the source gets what upstream
signed, or nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick.damage import HELLO, copy_stick
from tests.stick.installing import Installed, deployed, outcome
from tests.stick.lies import FORGED, LIES
from tests.stick.placed import Placed
from tests.stick.receiving.computers import Computer

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

BY_THE_PUBLISHER = {"summary_names_none"}
"""The lie is about a commit with the right content that the right key signed."""


@pytest.fixture(scope="module")
def genuine(
    good: Path, upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    computer = Computer(tmp_path_factory.mktemp("genuine") / "computer")
    computer.knows(upstream_key)
    computer.receive(good)
    return deployed(computer.installation)


@pytest.mark.parametrize("name", LIES)
def test_nobody_is_taken_in(
    good: Path,
    genuine: Installed,
    computer: Computer,
    upstream_key: SigningKey,
    attacker: SigningKey,
    tmp_path: Path,
    name: str,
) -> None:
    root = copy_stick(good, tmp_path / "stick").root
    stick = Placed(root, ".ostree/repo", upstream_key, attacker)
    LIES[name].tell(stick)
    done = computer.receive(root, check=False)
    assert done.returncode in (0, 1, 2, 3, 5, 6), done.said
    installed = deployed(computer.installation)
    assert installed.keys() <= genuine.keys()
    if name in BY_THE_PUBLISHER:
        stick.published.add(stick.commit(HELLO))
    assert outcome(installed, genuine, stick.published) != FORGED
    assert computer.untouched()
