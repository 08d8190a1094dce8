"""A computer on which a source looks at no signatures: install.sh and ``receive`` agree on that."""

from __future__ import annotations

import pytest

from tests.gpg import SigningKey
from tests.stick.installer.running import run
from tests.stick.nameless.conftest import Making
from tests.stick.nameless.sticks import leads_home, settings
from tests.stick.nameless.test_remotes import add
from tests.stick.receiving.computers import Computer
from tests.terminal import Terminal

pytestmark = pytest.mark.slow


def test_nobody_vouches_for_what_comes_from_a_drive(made: Making, somebody: Computer) -> None:
    stick = made()
    add(somebody, "mine", stick.url, None)
    plan = somebody.receive(stick.drive, "--dry-run", "--json", check=5).json
    assert plan["unsigned"] == [stick.url]
    assert {each["refusal"]["kind"] for each in plan["refs"] if each["asked"]} == {"unsigned"}
    said = " ".join(somebody.receive(stick.drive, "--yes", check=5).said.split())
    assert "“mine” looks at no signatures on this computer" in said
    assert "To install it all the same: --allow-unsigned" in said
    assert "Not signed" not in said
    run(somebody, stick.drive, expect=1)
    assert not somebody.installed()

    somebody.receive(stick.drive, "--yes", "--allow-unsigned")
    assert somebody.installed() == stick.commits()
    assert '[remote "up"]' not in somebody.config
    assert "gpg-verify=false" in settings(somebody, "mine")
    assert leads_home(somebody, stick, "mine")
    run(somebody, stick.drive, "--allow-unsigned")


def test_a_key_that_a_person_trusts_vouches(
    made: Making, somebody: Computer, upstream_key: SigningKey
) -> None:
    """The copy is held against it, whatever flatpak looks at."""
    stick = made()
    add(somebody, "mine", stick.url, None)
    somebody.receive(stick.drive, "--yes", "--trust-key", upstream_key.fingerprint)
    assert somebody.installed() == stick.commits()
    assert "gpg-verify=false" in settings(somebody, "mine")


def test_one_that_looks_is_used_before_one_that_does_not(
    made: Making, somebody: Computer, upstream_key: SigningKey
) -> None:
    stick = made()
    add(somebody, "lax", stick.url, None)
    add(somebody, "strict", stick.url, upstream_key)
    somebody.receive(stick.drive, "--yes")
    assert somebody.installed() == stick.commits()
    assert somebody.flatpak("info", "--show-origin", "org.test.Hello").strip() == "strict"


@pytest.mark.parametrize(("trusts", "types"), [("y", ""), ("n", "yes")])
def test_a_person_is_asked_for_the_key_first(
    made: Making, somebody: Computer, trusts: str, types: str
) -> None:
    """Whoever trusts it need not agree to anything that nobody looks at."""
    stick = made()
    add(somebody, "mine", stick.url, None)
    somebody.home.mkdir()
    terminal = Terminal(
        somebody.home, "receive", stick.drive, somebody.scope, env=somebody.variables
    )
    try:
        terminal.until("Trust it? [y/N] ")
        terminal.type(f"{trusts}\n")
        if types:
            terminal.until("type yes, in full: ")
            terminal.type(f"{types}\n")
        terminal.until("Install this? [Y/n] ")
        terminal.type("y\n")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert somebody.installed() == stick.commits()
