"""What ``satchel verify`` says about signatures and keys."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick import damage
from tests.stick.damage import (
    ALTERED,
    BAD_COPY,
    CHANGES,
    HELLO,
    KEY_FILE,
    METADATA,
    OTHER,
    Stick,
    flip_middle,
    verify,
)
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"longer"}))
def test_signatures_cannot_be_read(stick: Stick, stranger: Path, change: str) -> None:
    CHANGES[change](stick.signatures(HELLO))
    code = "commit-unsigned" if change == "empty" else "commit-bad-signature"
    assert verify(stick, stranger) == {(code, HELLO)}


def test_signatures_are_gone(stick: Stick, stranger: Path) -> None:
    stick.signatures(HELLO).unlink()
    stick.set_signatures(OTHER, [])
    stick.signatures(METADATA).unlink()
    assert verify(stick, stranger) == {
        ("commit-unsigned", HELLO),
        ("commit-unsigned", OTHER),
        ("metadata-bad-signature", COLLECTION),
    }


def test_signature_of_another_key(
    stick: Stick, stranger: Path, friend: Path, attacker: SigningKey
) -> None:
    stick.sign(HELLO, attacker)
    stick.sign(METADATA, attacker)
    for home in (stranger, friend):
        assert verify(stick, home) == {
            ("commit-bad-signature", HELLO),
            ("metadata-bad-signature", COLLECTION),
        }


def test_signatures_exchanged(stick: Stick, stranger: Path) -> None:
    damage.exchange(stick.signatures(HELLO), stick.signatures(OTHER))
    flip_middle(stick.signatures(METADATA))
    assert verify(stick, stranger) == {
        ("commit-bad-signature", HELLO),
        ("commit-bad-signature", OTHER),
        ("metadata-bad-signature", COLLECTION),
    }


def test_the_drive_hands_out_another_key(
    stick: Stick, stranger: Path, friend: Path, attacker: SigningKey
) -> None:
    """Who knows the collection judges by the key known, and warns of the other."""
    damage.other_key_file(stick, attacker.public)
    assert verify(stick, friend) == {ALTERED}
    stick.sign(HELLO, attacker)
    assert verify(stick, friend) == {ALTERED, ("commit-bad-signature", HELLO)}
    # Who does not, sees at least what the attacker did not sign.
    findings = verify(stick, stranger)
    assert ("commit-bad-signature", HELLO) not in findings
    assert {("commit-bad-signature", OTHER), BAD_COPY} <= findings


def test_people_are_handed_another_key(
    stick: Stick, stranger: Path, friend: Path, attacker: SigningKey
) -> None:
    """Only in the folder for people, from which install.sh takes it."""
    copied = stick.key_files[0].read_bytes()
    damage.other_key_file(stick, attacker.public)
    stick.key_files[0].write_bytes(copied)
    for home in (stranger, friend):
        assert verify(stick, home) == {KEY_FILE}


@pytest.mark.parametrize("change", ["delete", "garbage", "empty"])
def test_key_file_is_gone(stick: Stick, stranger: Path, friend: Path, change: str) -> None:
    for path in stick.key_files:
        getattr(damage, change)(path)
    nobody = ("unvouched", COLLECTION)
    expected = {("kit-missing", COLLECTION)} if change == "delete" else {ALTERED}
    assert verify(stick, stranger) == {*expected, ("unknown-key", COLLECTION), nobody}
    assert verify(stick, friend) == expected


def test_damaged_key_does_not_hide_a_bad_signature(
    stick: Stick, friend: Path, attacker: SigningKey
) -> None:
    damage.other_key_file(stick, b"\x99\x01" + b"no key at all" * 50)
    stick.sign(METADATA, attacker)
    assert ("metadata-bad-signature", COLLECTION) in verify(stick, friend)


def with_expiry(key: SigningKey, when: str, *options: str) -> bytes:
    """The public key as it is once it has got that expiry; the key itself stays as it is."""
    with tempfile.TemporaryDirectory(prefix="sgpg-", dir="/tmp") as home:
        gpg = ["gpg", "--homedir", home, "--batch", "--quiet", "--no-permission-warning"]
        try:
            for command in (
                ["--import"],
                [*options, "--quick-set-expire", key.fingerprint, when],
            ):
                subprocess.run([*gpg, *command], input=key.secret, capture_output=True, check=True)
            return subprocess.run([*gpg, "--export"], capture_output=True, check=True).stdout
        finally:
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)


def test_key_expires(stick: Stick, stranger: Path, friend: Path, upstream_key: SigningKey) -> None:
    damage.other_key_file(stick, with_expiry(upstream_key, "30d"))
    assert verify(stick, stranger) == {("key-expires-soon", COLLECTION)}
    # Here the key is known as one that does not expire; its owner has said otherwise since.
    assert verify(stick, friend) == {("key-expires-soon", COLLECTION)}
    past = with_expiry(upstream_key, "1y", "--faked-system-time=20200102T000000")
    damage.other_key_file(stick, past)
    assert verify(stick, stranger) == {("key-expired", COLLECTION)}
    # Who is handed it out has one that is of no use, though it was prolonged since.
    prolonged = stick.root.with_name("prolonged.gpg")
    prolonged.write_bytes(with_expiry(upstream_key, "0", "--faked-system-time=20400101T000000"))
    assert verify(stick, stranger, "--gpg-key", str(prolonged)) == {ALTERED}


def test_expired_key_that_signed_nothing_does_not_matter(
    stick: Stick, stranger: Path, upstream_key: SigningKey
) -> None:
    old = SigningKey("Former <former@example.org>", expired=True)
    try:
        damage.other_key_file(stick, old.public + upstream_key.public)
        stick.record_keys(old.fingerprint, upstream_key.fingerprint)
    finally:
        old.close()
    assert verify(stick, stranger) == set()
