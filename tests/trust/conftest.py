"""One key of each kind for the whole run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from app.trust.keyring import Keyring
from tests.gpg import SigningKey


@pytest.fixture(scope="session")
def keys() -> Iterator[SimpleNamespace]:
    made = SimpleNamespace(
        plain=SigningKey("Gåså Å <plain@example.org>"),
        other=SigningKey("Other <other@example.org>"),
        subkey=SigningKey("With Subkey", subkey=True),
        expired=SigningKey("Expired", expired=True),
        revoked=SigningKey("Revoked", revoked=True),
        stranger=SigningKey("Stranger"),
    )
    yield made
    for key in vars(made).values():
        key.close()


@pytest.fixture(scope="session")
def keyring(keys: SimpleNamespace) -> Iterator[Keyring]:
    """All keys but the stranger's."""
    known = [key.public for name, key in vars(keys).items() if name != "stranger"]
    with Keyring(known) as ring:
        yield ring


@pytest.fixture(scope="session")
def signed(keys: SimpleNamespace) -> Callable[[bytes], dict[str, list[bytes]]]:
    """Signatures of every kind over some data, by name."""

    def sign(data: bytes) -> dict[str, list[bytes]]:
        good = keys.plain.sign(data)
        bad = keys.plain.sign(data + b"!")
        unknown = keys.stranger.sign(data)
        expired = keys.expired.sign(data)
        revoked = keys.revoked.sign(data)
        text = keys.plain.sign(data, "--textmode")
        sha256 = keys.other.sign(data, "--digest-algo", "SHA256")
        return {
            "good": [good],
            "good sha1": [keys.plain.sign(data, "--digest-algo", "SHA1")],
            "subkey": [keys.subkey.sign(data)],
            "text": [text],
            "expired key": [expired],
            "expired signature": [keys.plain.sign(data, expired=True)],
            "revoked": [revoked],
            "unknown": [unknown],
            "bad": [bad],
            "nothing": [],
            "empty": [b""],
            "two good": [good, sha256],
            "concatenated": [good + sha256],
            "unknown then good": [unknown, good],
            "expired then good": [expired, good],
            "revoked then good": [revoked, good],
            "good then bad": [good, bad],
            "bad then good": [bad, good],
            "text then good": [text, good],
            "unknown text then good": [keys.stranger.sign(data, "--textmode"), good],
            "good then garbage": [good, b"garbage"],
            "garbage then good": [b"garbage", good],
            "cut short": [good[:-1]],
            "inline": [keys.plain.gpg("--sign", data=data)],
            "inline of other data": [keys.plain.gpg("--sign", data=b"other")],
            "good then inline": [good, keys.plain.gpg("--sign", "-z", "0", data=b"other")],
            "armoured": [keys.plain.sign(data, "--armor")],
            "hundred": [good] * 100,
        }

    return sign
