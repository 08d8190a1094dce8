"""Many signatures at once, how long they last, and other copies of the same keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace

import pytest

from app.trust import gpg
from app.trust.keyring import Keyring
from app.trust.packets import public_keys
from app.trust.prolonged import fingerprints_in, with_copies
from app.trust.verdict import Verdict
from tests.gpg import SigningKey

DATA = b"a commit"
_CRASHER = b"\x88\x03\x09\x00\x00"
"""A signature packet of a version nobody knows."""


@pytest.fixture(scope="module")
def lasting() -> Iterator[SigningKey]:
    """A key that ends in 2040, with a subkey that ends in 2035."""
    key = SigningKey("Lasting", subkey=True)
    key.prolong("2040-01-01")
    key.gpg("--quick-set-expire", key.fingerprint, "2035-01-01", "*")
    key.public = key.gpg("--export", key.fingerprint)
    yield key
    key.close()


def test_one_process_judges_many(keys: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Sequence[str]] = []
    real = gpg.verify_files

    def counted(scratch: object, home: str, options: Sequence[str], names: Sequence[str]) -> object:
        calls.append(list(names))
        return real(scratch, home, options, names)  # type: ignore[arg-type]

    monkeypatch.setattr(gpg, "verify_files", counted)
    good = keys.plain.sign(DATA)
    items = [(DATA, [good]) for _ in range(200)]
    items[3] = (DATA, [keys.stranger.sign(DATA)])
    items[7] = (b"other", [good])
    items[9] = (DATA, [])
    items[11] = (DATA, [_CRASHER])
    with Keyring([keys.plain.public]) as ring:
        verdicts = [verdict.verdict for verdict in ring.verify_many(items)]
    assert len(calls) <= 8
    expected = {3: Verdict.UNKNOWN_KEY, 7: Verdict.BAD, 9: Verdict.UNSIGNED, 11: Verdict.BAD}
    assert verdicts == [expected.get(number, Verdict.GOOD) for number in range(200)]


def test_one_that_ends_gpg_does_not_end_the_others(
    keys: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = gpg.verify_files

    def dying(scratch: object, home: str, options: Sequence[str], names: Sequence[str]) -> object:
        """gpg leaves in the middle of the first question whose signature it cannot bear."""
        said = real(scratch, home, options, names)  # type: ignore[arg-type]
        for place, (keyword, _) in enumerate(said):
            if keyword == "ERRSIG":
                return said[:place]
        return said

    monkeypatch.setattr(gpg, "verify_files", dying)
    good, bad = keys.plain.sign(DATA), keys.stranger.sign(DATA)
    with Keyring([keys.plain.public]) as ring:
        judged = ring.verify_many([(DATA, [good]), (DATA, [bad]), (DATA, [good])])
    assert [verdict.verdict for verdict in judged] == [Verdict.GOOD, Verdict.BAD, Verdict.GOOD]


def test_until_is_the_first_end(keys: SimpleNamespace, lasting: SigningKey) -> None:
    moment = {"2040": 2_208_988_800, "2035": 2_051_222_400}
    with Keyring([lasting.public, keys.plain.public]) as ring:
        by_subkey = ring.verify(DATA, [lasting.sign(DATA)])
        short = ring.verify(DATA, [lasting.sign(DATA, "--default-sig-expire", "7d")])
        for_ever = ring.verify(DATA, [keys.plain.sign(DATA)])
        either = ring.verify(DATA, [lasting.sign(DATA) + keys.plain.sign(DATA)])
        longest = ring.verify(
            DATA, [lasting.sign(DATA, "--default-sig-expire", "7d"), lasting.sign(DATA)]
        )
    assert by_subkey.until is not None
    # gpg takes a date as noon of that day.
    assert abs(by_subkey.until - moment["2035"]) < 86_400
    assert short.signed_at is not None
    assert short.until == short.signed_at + 7 * 86_400
    assert for_ever.good
    assert for_ever.until is None
    assert either.until is None
    assert longest.until == by_subkey.until


def test_a_prolonged_copy_counts(keys: SimpleNamespace) -> None:
    key = SigningKey("Prolonged", expired=True)
    old = key.public
    signature = key.sign(DATA)
    prolonged = key.prolong("never")
    key.close()
    with Keyring([old]) as ring:
        assert ring.verify(DATA, [signature]).verdict is Verdict.EXPIRED_KEY
    merged = with_copies([old], [b"garbage", keys.stranger.public + prolonged])
    assert fingerprints_in(merged) == {key.fingerprint}
    with Keyring(merged) as ring:
        assert ring.verify(DATA, [signature]).good
        exported = ring.export()
    # The stranger's did not come along, and clients get it once.
    assert [key.fingerprint for key in public_keys(exported)] == [key.fingerprint]
    with Keyring([exported]) as ring:
        assert ring.verify(DATA, [signature]).good


def test_a_forged_copy_changes_nothing(keys: SimpleNamespace) -> None:
    """A stranger's user ID and subkey behind somebody's primary key are not that key's."""
    primary = keys.plain.public
    forged = public_keys(keys.plain.public)[0].data[:60] + keys.subkey.public[60:]
    grafted = primary + keys.subkey.public[public_keys(keys.subkey.public)[0].data.index(b"\xb4") :]
    for copy in (forged, grafted):
        with Keyring(with_copies([primary], [copy])) as ring:
            assert not ring.verify(DATA, [keys.subkey.sign(DATA)]).good
            assert ring.verify(DATA, [keys.plain.sign(DATA)]).good


def test_a_strangers_copy_is_not_in_the_way(keys: SimpleNamespace) -> None:
    """One with a packet that no public key has would be refused as a whole."""
    primary = keys.plain.public
    secret = keys.other.secret
    for copy in (primary + b"\xca\x03PGP", primary + secret, primary + primary[:-2]):
        merged = with_copies([primary], [copy])
        with Keyring(merged) as ring:
            assert ring.verify(DATA, [keys.plain.sign(DATA)]).good


def test_fingerprints_without_gpg(keys: SimpleNamespace) -> None:
    blob = keys.plain.armoured + keys.subkey.armoured
    expected = [keys.plain.fingerprint, keys.subkey.fingerprint]
    assert [key.fingerprint for key in public_keys(blob)] == expected
    assert fingerprints_in([b"no key", keys.other.public]) == {keys.other.fingerprint}


def test_what_is_exported_is_what_was_there(keys: SimpleNamespace) -> None:
    """Expired and revoked ones among it: they say so wherever the key goes."""
    known = [key.public for name, key in vars(keys).items() if name != "stranger"]
    with Keyring(known) as ring:
        exported = ring.export()
        before = ring.keys
    assert len(public_keys(exported)) == len(before)
    with Keyring([exported]) as ring:
        assert set(ring.keys) == set(before)
