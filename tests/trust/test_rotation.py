"""Which keys behind ``xa.gpg-keys-url`` count."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from app.trust.prolonged import fingerprints_in
from app.trust.rotation import certified
from tests.gpg import PAST, SigningKey


@pytest.fixture(scope="module")
def family() -> Iterator[SimpleNamespace]:
    """``old`` has certified ``new``, that has certified ``newest``; ``other`` nobody has."""
    made = SimpleNamespace(
        **{name: SigningKey(f"{name} <{name}@example.org>") for name in ("old", "new", "newest")},
        other=SigningKey("other <other@example.org>"),
    )
    certify(made.old, made.new)
    certify(made.new, made.newest)
    yield made
    for key in vars(made).values():
        key.close()


def certify(issuer: SigningKey, key: SigningKey, *options: str) -> bytes:
    """``issuer`` says that ``key`` is right; the public key with that, from now on."""
    issuer.gpg("--import", data=key.public)
    issuer.gpg(*options, "--yes", "--quick-sign-key", key.fingerprint)
    key.public = issuer.gpg("--export", key.fingerprint)
    return key.public


def test_a_certified_key_counts(family: SimpleNamespace) -> None:
    old = [family.old.public]
    assert fingerprints_in(certified(old, family.new.public)) == {family.new.fingerprint}
    assert certified(old, family.other.public) == ()
    assert certified(old, b"garbage") == ()
    # Its certification is by a key that is not there.
    assert certified(old, family.newest.public) == ()


def test_a_chain_of_them_in_any_order(family: SimpleNamespace) -> None:
    offered = family.newest.public + family.other.public + family.new.public
    keys = certified([family.old.public], offered)
    assert fingerprints_in(keys) == {family.new.fingerprint, family.newest.fingerprint}


def test_the_other_way_round_it_says_nothing(family: SimpleNamespace) -> None:
    """That a trusted key was certified by a stranger does not make the stranger trusted."""
    assert certified([family.newest.public], family.new.public) == ()


def test_an_expired_key_may_have_certified() -> None:
    old, new = SigningKey("Expired", expired=True), SigningKey("New")
    offered = certify(old, new, f"--faked-system-time={PAST}!")
    assert fingerprints_in(certified([old.public], offered)) == {new.fingerprint}
    old.close()
    new.close()


def test_a_revoked_key_may_not() -> None:
    old, new = SigningKey("Revoked", revoked=True), SigningKey("New")
    offered = certify(old, new)
    assert certified([old.public], offered) == ()
    old.close()
    new.close()


def test_a_certification_that_is_taken_back(family: SimpleNamespace) -> None:
    new = SigningKey("Taken back <back@example.org>")
    certify(family.old, new)
    assert certified([family.old.public], new.public)
    family.old.gpg("--yes", "--quick-revoke-sig", new.fingerprint, family.old.fingerprint)
    revoked = family.old.gpg("--export", new.fingerprint)
    new.close()
    assert certified([family.old.public], revoked) == ()


def test_a_forged_certification(family: SimpleNamespace) -> None:
    """A certification of another key's user ID, put behind this one's."""
    stolen = family.new.public[-200:]
    assert certified([family.old.public], family.other.public + stolen) == ()


def test_too_many_keys(family: SimpleNamespace) -> None:
    made = [SigningKey(f"key {number}") for number in range(21)]
    offered = family.new.public + b"".join(key.public for key in made)
    assert certified([family.old.public], offered) == ()
    for key in made:
        key.close()


def test_another_copy_of_a_known_key(family: SimpleNamespace) -> None:
    copy = family.old.prolong("2040-01-01")
    assert certified([family.old.public], copy + family.other.public) == (copy,)
