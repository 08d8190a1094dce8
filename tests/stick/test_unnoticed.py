"""What the real flatpak takes from a drive without a word: what our check says about it is true."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.stick.damage import HELLO, Stick, run
from tests.stick.forge import filez
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

Forgery = Callable[[Stick, SigningKey], None]


def _unsigned(stick: Stick, _attacker: SigningKey) -> None:
    stick.signatures(HELLO).unlink()


def _signed_by_another(stick: Stick, attacker: SigningKey) -> None:
    stick.sign(HELLO, attacker)


def _other_content(stick: Stick, _attacker: SigningKey) -> None:
    _, data = filez(b"not what upstream signed\n")
    stick.path(stick.tree(HELLO)["/files/share/big"]).write_bytes(data)


SIGNATURES = (_unsigned, _signed_by_another)


@pytest.mark.parametrize("whose", ["--user", "--system"])
@pytest.mark.parametrize(
    ("forgery", "code"),
    [
        (_unsigned, "commit-unsigned"),
        (_signed_by_another, "commit-bad-signature"),
        (_other_content, "object-corrupt"),
    ],
)
def test_flatpak_installs_what_is_forged_and_the_check_says_so(
    stick: Stick,
    friend: Path,
    client: Client,
    upstream_key: SigningKey,
    attacker: SigningKey,
    forgery: Forgery,
    code: str,
    whose: str,
) -> None:
    """As a user, and for everybody as root."""
    forgery(stick, attacker)
    status, said = run(friend, "verify", stick.root, "--json")
    assert status == 1
    (finding,) = (finding for finding in json.loads(said)["findings"] if finding["code"] == code)
    assert finding["severity"] == "error"
    assert ("install it from the drive all the same" in finding["hint"]) == (forgery in SIGNATURES)
    assert "refuse" not in finding["message"] + finding["hint"]

    key = client.directory / "up.gpg"
    key.write_bytes(upstream_key.public)
    options = (f"--gpg-import={key}", f"--collection-id={COLLECTION}")
    client.run("remote-add", whose, *options, "up", "http://127.0.0.1:9/", check=False)
    alone = ("-y", "--noninteractive", "--no-deps", "--no-related")
    client.run("install", whose, *alone, f"--sideload-repo={stick.root}", "up", "org.test.Hello")
    shown = client.run("info", whose, "--show-commit", "org.test.Hello").stdout
    assert shown.strip() == stick.commit(HELLO)
