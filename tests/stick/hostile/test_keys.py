"""Whom to trust: keys that are wrong, missing, no keys, or no longer good."""

from __future__ import annotations

import base64

import pytest

from app.formats.gvariant import Variant, serialise
from tests.gpg import SigningKey
from tests.stick.forge import EVIL, Forge
from tests.stick.hostile.changes import MORE, made, sign_index
from tests.stick.made_drive import MadeDrive, check_refusal, published

pytestmark = pytest.mark.slow


def test_wrong_key(calm: MadeDrive, trust_keys: dict[str, SigningKey]) -> None:
    file = calm.directory / "wrong.flatpakrepo"
    right = calm.remote.read_text().splitlines()
    lines = [line for line in right if not line.startswith("GPGKey=")]
    encoded = base64.b64encode(trust_keys["other"].public).decode()
    file.write_text("\n".join([*lines, f"GPGKey={encoded}", ""]))
    said = calm.refused(5, MORE, "--remote", file)
    assert "cannot be trusted" in said


def test_no_key(calm: MadeDrive) -> None:
    file = calm.directory / "no-key.flatpakrepo"
    lines = calm.remote.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith("GPGKey=")))
    for remote in (file, calm.web.url):
        said = calm.refused(5, MORE, "--remote", remote)
        assert "--gpg-key" in said
        # It is signed: to take it unsigned is not what helps.
        assert "--allow-unsigned" not in said


def test_keys_that_are_none(calm: MadeDrive, trust_keys: dict[str, SigningKey]) -> None:
    key = calm.directory / "key"
    for content, expected in (
        (b"", (2, 5)),
        (b"this is no key", (2, 5)),
        (bytes(range(256)) * 64, (2, 5)),
        (trust_keys["other"].public[:20], (2, 5)),
        (trust_keys["other"].secret, (2, 5)),
    ):
        key.write_bytes(content)
        before = published(calm.drive)
        done = calm.make(MORE, "--remote", calm.web.url, "--gpg-key", key, check=False)
        assert done.returncode in expected, done.said
        check_refusal(done, done.returncode)
        assert published(calm.drive) == before
    for path in (calm.directory / "nowhere", calm.directory):
        calm.refused(2, MORE, "--remote", calm.web.url, "--gpg-key", path)


def test_a_secret_key_is_called_one(calm: MadeDrive, trust_keys: dict[str, SigningKey]) -> None:
    key = calm.directory / "secret"
    key.write_bytes(trust_keys["other"].secret)
    done = calm.make(MORE, "--remote", calm.web.url, "--gpg-key", key, check=False)
    assert "secret" in done.stderr


@pytest.mark.parametrize("name", ["expired", "revoked"])
def test_key_that_is_no_longer_good(
    calm: MadeDrive, trust_keys: dict[str, SigningKey], name: str
) -> None:
    bad = trust_keys[name]
    evil = Forge(calm.web, bad, made(calm.upstream))
    evil.offer(evil.commit())
    key = calm.directory / f"{name}.gpg"
    key.write_bytes(bad.public)
    said = calm.refused(5, EVIL, "--remote", calm.web.url, "--gpg-key", key)
    assert name in said


def test_signature_that_is_no_longer_good(calm: MadeDrive) -> None:
    index = (calm.upstream.path / "summary.idx").read_bytes()
    old = calm.upstream.key.sign(index, expired=True)
    signature = serialise("a{sv}", {"ostree.gpgsigs": Variant("aay", [old])})
    sign_index(calm, index, signature)
    assert "expired" in calm.refused(5, MORE)
