"""What the other verbs of an offline computer tell of sources without a collection ID."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.nameless.conftest import Making
from tests.stick.nameless.sticks import HELLO
from tests.stick.nameless.test_remotes import add
from tests.stick.receiving.computers import Computer

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


def resolve(computer: Computer, drive: Path, *words: str) -> Any:
    """The one ref that is meant."""
    home = computer.home
    home.mkdir(exist_ok=True)
    told = satchel(
        "resolve", *words, "--stick", drive, "--offline", "--json",
        home=home, env=computer.variables, check=False,
    )  # fmt: skip
    (resolved,) = told.json["refs"]
    return resolved


@pytest.mark.parametrize("manner", ["published", "flatpak"])
def test_flatpak_takes_nothing_by_itself(
    made: Making, somebody: Computer, upstream_key: SigningKey, manner: str
) -> None:
    """Whether the source is known here or not; and what does install it is said."""
    stick = made()
    for known in (False, True):
        if known:
            add(somebody, "mine", stick.url, upstream_key)
        told = resolve(somebody, stick.drive, "org.test.Hello", "--as", manner)
        assert told["ref"] == HELLO
        decision = told["decision"]
        assert decision["outcome"] == "unavailable"
        assert decision["in_hand"][0]["version"]["commit"] == stick.upstream.refs[HELLO]
        if manner == "published":
            assert "install.sh and satchel receive install it" in str(decision["reasons"])
    # Signed by the key that is known here, its list tells what upstream has.
    assert decision["named"]["names"]["commit"] == stick.upstream.refs[HELLO]
    assert decision["named"]["kind"] == "carried"


def test_what_is_installed_is_known(
    made: Making, somebody: Computer, upstream_key: SigningKey
) -> None:
    stick = made()
    somebody.receive(stick.drive, "--trust-key", upstream_key.fingerprint, "org.test.Hello")
    told = resolve(somebody, stick.drive, "org.test.Hello")
    assert told["installed"]["commit"] == stick.upstream.refs[HELLO]
    assert told["decision"]["outcome"] == "keep"
