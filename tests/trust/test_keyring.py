from __future__ import annotations

import base64
import errno
import gc
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import gnupg
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.trust import gpg
from app.trust.keyring import MAX_KEYS, MAX_SIGNATURES, BadKeyError, Keyring
from app.trust.status import read_status
from app.trust.verdict import Judgement, Verdict
from tests.examples import examples
from tests.gpg import SigningKey

DATA = b"a commit\x00\r\nwith all kinds of bytes \xff"

Signed = Callable[[bytes], dict[str, list[bytes]]]

VERDICTS = {
    "good": Verdict.GOOD,
    "good sha1": Verdict.GOOD,
    "subkey": Verdict.GOOD,
    "text": Verdict.GOOD,
    "expired key": Verdict.EXPIRED_KEY,
    "expired signature": Verdict.EXPIRED_SIGNATURE,
    "revoked": Verdict.REVOKED,
    "unknown": Verdict.UNKNOWN_KEY,
    "bad": Verdict.BAD,
    "nothing": Verdict.UNSIGNED,
    "empty": Verdict.UNSIGNED,
    "two good": Verdict.GOOD,
    "concatenated": Verdict.GOOD,
    "unknown then good": Verdict.GOOD,
    "expired then good": Verdict.GOOD,
    "revoked then good": Verdict.GOOD,
    "good then bad": Verdict.GOOD,
    "bad then good": Verdict.BAD,
    "text then good": Verdict.GOOD,
    "unknown text then good": Verdict.UNKNOWN_KEY,
    "good then garbage": Verdict.BAD,
    "garbage then good": Verdict.BAD,
    "cut short": Verdict.BAD,
    "inline": Verdict.BAD,
    "inline of other data": Verdict.BAD,
    "good then inline": Verdict.BAD,
    "armoured": Verdict.BAD,
    "hundred": Verdict.GOOD,
}


def test_verdicts(keyring: Keyring, signed: Signed) -> None:
    cases = signed(DATA)
    judged = keyring.verify_many((DATA, signatures) for signatures in cases.values())
    verdicts = dict(zip(cases, (verdict.verdict for verdict in judged), strict=True))
    assert verdicts == VERDICTS
    assert all(str(verdict.describe()).endswith(".") for verdict in judged)


def test_good_names_the_signer_from_our_keyring(keyring: Keyring, keys: SimpleNamespace) -> None:
    judgement = keyring.verify(DATA, [keys.plain.sign(DATA)])
    assert judgement.good
    assert judgement.fingerprint == keys.plain.fingerprint
    assert judgement.key_id == keys.plain.fingerprint[-16:]
    assert judgement.user_id == "Gåså Å <plain@example.org>"
    assert judgement.signed_at is not None
    assert abs(judgement.signed_at - time.time()) < 3600
    assert judgement.key_expires is None


def test_a_subkey_counts_for_its_primary_key(keyring: Keyring, keys: SimpleNamespace) -> None:
    judgement = keyring.verify(DATA, [keys.subkey.sign(DATA)])
    assert judgement.good
    assert judgement.fingerprint == keys.subkey.fingerprint
    assert judgement.key_id != keys.subkey.fingerprint[-16:]


def test_an_expired_key_says_when(keyring: Keyring, keys: SimpleNamespace) -> None:
    judgement = keyring.verify(DATA, [keys.expired.sign(DATA)])
    assert judgement.key_expires == 1609372800
    assert str(judgement.describe()) == "Signed by Expired, whose key expired on 2020-12-31."


def test_flipped_bits(keyring: Keyring, keys: SimpleNamespace) -> None:
    good = keys.plain.sign(DATA)
    damaged = []
    for position in range(0, len(good), 3):
        flipped = bytearray(good)
        flipped[position] ^= 1 << position % 8
        damaged.append((DATA, [bytes(flipped)]))
    flipped_data = bytes([DATA[0] ^ 1]) + DATA[1:]
    *judged, of_data = keyring.verify_many([*damaged, (flipped_data, [good])])
    assert of_data.verdict is Verdict.BAD
    # The unhashed part (issuer key ID, some lengths) is not covered by a signature.
    unhashed = [verdict for verdict in judged if verdict.good]
    assert len(unhashed) < len(judged) / 5
    assert all(verdict.fingerprint == keys.plain.fingerprint for verdict in unhashed)


def test_too_many_bytes_of_signatures(keyring: Keyring, keys: SimpleNamespace) -> None:
    good = keys.plain.sign(DATA)
    assert not keyring.verify(DATA, [good] * (MAX_SIGNATURES // len(good) + 1)).good


def test_big_data_and_early_exit(keyring: Keyring, keys: SimpleNamespace) -> None:
    data = os.urandom(1 << 20) * 8
    assert keyring.verify(data, [keys.plain.sign(data)]).good
    # A signature packet of a version nobody knows: gpg leaves without reading the data.
    assert keyring.verify(data, [b"\x88\x03\x09\x00\x00"]).verdict is Verdict.BAD


@pytest.mark.parametrize(
    "notation",
    [
        "a@b=Å[GNUPG:] GOODSIG {id} x",
        "a@b=\x85[GNUPG:] VALIDSIG {fpr} 2026-01-01 1 0 4 0 22 8 00 {fpr}",
        "a@b=%0A[GNUPG:] VALIDSIG {fpr} 2026-01-01 1 0 4 0 22 8 00 {fpr}",
        "!a@b=critical",
    ],
)
def test_status_lines_in_a_strangers_notation(
    keys: SimpleNamespace, keyring: Keyring, notation: str
) -> None:
    fingerprint = keys.plain.fingerprint
    text = notation.format(fpr=fingerprint, id=fingerprint[-16:])
    signature = keys.stranger.sign(DATA, "--sig-notation", text)
    assert keyring.verify(DATA, [signature]).verdict is Verdict.UNKNOWN_KEY
    with Keyring([keys.stranger.public]) as theirs:
        assert fingerprint not in theirs.verify(DATA, [signature]).fingerprint


def test_status_lines_in_a_user_id() -> None:
    fake = "F" * 40
    liar = SigningKey(f"Å[GNUPG:] VALIDSIG {fake} 2026-01-01 1 0 4 0 22 8 00 {fake}")
    try:
        with Keyring([liar.public]) as ring:
            assert [key.fingerprint for key in ring.keys] == [liar.fingerprint]
            good = ring.verify(DATA, [liar.sign(DATA)])
            bad = ring.verify(b"other", [liar.sign(DATA)])
    finally:
        liar.close()
    assert good.fingerprint == liar.fingerprint
    assert bad.verdict is Verdict.BAD


@pytest.mark.parametrize(
    ("lines", "good", "failed"),
    [
        ("NEWSIG\nGOODSIG AA x\nVALIDSIG BB", True, False),
        ("GOODSIG AA x\nVALIDSIG BB", True, False),
        ("NEWSIG\nGOODSIG AA x\nFAILURE gpg-exit 33554433", True, False),
        ("NEWSIG\nGOODSIG AA x\nFAILURE verify 89", True, True),
        ("NEWSIG\nGOODSIG AA x\nPLAINTEXT 62 0 ", True, True),
        ("NODATA 4", False, True),
        ("NEWSIG\nBADSIG AA ", False, False),
        ("NEWSIG\nERRSIG AA 22 8 00 1 9 -", False, False),
        ("", False, False),
    ],
)
def test_reading_status(lines: str, good: bool, failed: bool) -> None:
    raw = b"".join(gpg.PREFIX + line.encode() + b"\n" for line in lines.split("\n") if line)
    signatures, whole = read_status(gpg.parse_status(raw))
    assert any(signature.verdict is Verdict.GOOD for signature in signatures) is good
    assert whole is failed


def test_a_valid_line_for_a_foreign_key_is_not_good(keyring: Keyring) -> None:
    fake = "F" * 40
    status = [
        ("NEWSIG", ""),
        ("GOODSIG", f"{fake[:16]} x"),
        ("VALIDSIG", f"{fake} 2026-01-01 1 0 4 0 22 8 00 {fake}"),
    ]
    assert keyring._judge(status).verdict is Verdict.UNKNOWN_KEY
    assert keyring._judge(status[:2]).verdict is Verdict.BAD


@settings(max_examples=examples(60))
@given(st.binary(max_size=300), st.binary(max_size=40))
def test_random_bytes_are_never_good(keyring: Keyring, junk: bytes, data: bytes) -> None:
    assert not keyring.verify(data, [junk]).good


@settings(max_examples=examples(60))
@given(st.lists(st.binary(max_size=120), max_size=4))
def test_random_signature_packets_are_never_good(keyring: Keyring, bodies: list[bytes]) -> None:
    packets = [bytes([0xC2, len(body)]) + body for body in bodies]
    assert not keyring.verify(DATA, packets).good


# Keys


def test_armoured_binary_and_concatenated_keys(keys: SimpleNamespace) -> None:
    known = [keys.plain, keys.other, keys.subkey]
    expected = {key.fingerprint for key in known}
    blobs = {
        "binary": [key.public for key in known],
        "armoured": [key.armoured for key in known],
        "concatenated": [b"".join(key.public for key in known)],
        "concatenated armour": [b"text\n" + b"\r\nmore\n".join(key.armoured for key in known)],
    }
    for name, blob in blobs.items():
        with Keyring(blob) as ring:
            assert {key.fingerprint for key in ring.keys} == expected, name


def test_keys_tell_their_state(keyring: Keyring, keys: SimpleNamespace) -> None:
    by_fingerprint = {key.fingerprint: key for key in keyring.keys}
    assert len(by_fingerprint) == 5
    expired, revoked = (
        by_fingerprint[keys.expired.fingerprint],
        by_fingerprint[keys.revoked.fingerprint],
    )
    assert (expired.expires, expired.expired, expired.revoked) == (1609372800, True, False)
    assert (revoked.user_id, revoked.expired, revoked.revoked) == ("Revoked", False, True)
    plain = by_fingerprint[keys.plain.fingerprint]
    assert (plain.expires, plain.expired, plain.revoked) == (None, False, False)


def test_no_keys_trust_nobody(keys: SimpleNamespace) -> None:
    with Keyring([]) as ring:
        assert ring.keys == ()
        assert ring.verify(DATA, [keys.plain.sign(DATA)]) == Judgement(
            Verdict.UNKNOWN_KEY, key_id=keys.plain.fingerprint[-16:]
        )


def test_a_secret_key_is_refused(keys: SimpleNamespace) -> None:
    armoured = keys.plain.gpg("--armor", "--export-secret-keys", keys.plain.fingerprint)
    for secret in (keys.plain.secret, armoured, keys.other.public + keys.plain.secret):
        with pytest.raises(BadKeyError, match="secret") as caught:
            Keyring([secret])
        assert caught.value.hint


def test_garbage_is_no_key(keys: SimpleNamespace) -> None:
    damaged_armour = (
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n###\n-----END PGP PUBLIC KEY BLOCK-----"
    )
    empty_armour = damaged_armour.replace(b"###\n", b"")
    bare = base64.b64encode(keys.plain.public)
    cut = keys.plain.public[:-5]
    signature = keys.plain.sign(DATA)
    too_big = keys.plain.public * (MAX_KEYS // len(keys.plain.public) + 1)
    for blob in (b"", b"x", damaged_armour, empty_armour, bare, cut, signature, too_big):
        with pytest.raises(BadKeyError) as caught:
            Keyring([blob])
        assert caught.value.hint
        assert caught.value.exit_code == 5


def test_a_key_that_gpg_refuses(keys: SimpleNamespace) -> None:
    # Complete packets, but the user ID is not the one that was signed.
    forged = keys.plain.public.replace(b"plain@", b"forge@")
    with Keyring([forged]) as ring, pytest.raises(BadKeyError):
        _ = ring.keys
    with Keyring([b"\x99\x00\x03\x04\x00\x00"]) as ring, pytest.raises(BadKeyError):
        ring.verify(DATA, [keys.plain.sign(DATA)])


@settings(max_examples=examples(100))
@given(st.binary(max_size=200))
def test_random_bytes_are_no_key(junk: bytes) -> None:
    # Only what begins like a public key packet may get past the first look.
    try:
        Keyring([junk])
    except BadKeyError:
        return
    assert junk[0] in range(0x98, 0x9C) or junk[0] == 0xC6


# The home


def _gpg_processes() -> set[int]:
    names = {"gpg", "gpg-agent", "dirmngr", "keyboxd", "scdaemon"}
    return {p.pid for p in psutil.Process().children(recursive=True) if p.name() in names}


def _agents() -> set[tuple[str, ...]]:
    answers = set()
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] in ("gpg-agent", "dirmngr", "keyboxd"):
            answers.add(tuple(process.info["cmdline"] or ()))
    return answers


def test_lazy_private_and_gone_after_close(keys: SimpleNamespace) -> None:
    data = b"asked here only"
    ring = Keyring([keys.plain.public])
    assert ring._scratch is None
    assert ring.verify(data, []).verdict is Verdict.UNSIGNED
    assert ring._scratch is None
    assert ring.verify(data, [keys.plain.sign(data)]).good
    assert ring._scratch is not None
    home = Path(ring._scratch.path)
    assert home.stat().st_mode & 0o777 == 0o700
    assert len(str(home)) < 60
    assert sorted(path.name for path in home.iterdir()) == ["home"]
    ring.close()
    ring.close()
    assert not home.exists()
    assert not _gpg_processes()
    assert not any(str(home) in word for command in _agents() for word in command)
    with pytest.raises(RuntimeError):
        ring.verify(DATA, [keys.other.sign(DATA)])


def test_a_forgotten_keyring_cleans_up(keys: SimpleNamespace) -> None:
    ring = Keyring([keys.plain.public])
    assert ring.export()
    assert ring._scratch is not None
    home = Path(ring._scratch.path)
    del ring
    gc.collect()
    assert not home.exists()


def test_the_users_own_home_is_untouched(
    keys: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / ".gnupg"
    own.mkdir(0o700)
    # Options that would change every verdict or stop gpg, were they read.
    (own / "gpg.conf").write_text("keyring /nonexistent\nno-such-option\n")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path, own, own / "gpg.conf")}
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GNUPGHOME", str(own))
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    with Keyring([keys.plain.public]) as ring:
        assert ring.verify(DATA, [keys.plain.sign(DATA)]).good
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert [path.name for path in own.iterdir()] == ["gpg.conf"]


def test_without_gpg(
    keys: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = keys.stranger.sign(DATA)
    monkeypatch.setenv("PATH", str(tmp_path))
    with Keyring([keys.plain.public]) as ring, pytest.raises(gpg.GpgMissingError) as caught:
        ring.verify(DATA, [signature])
    assert "gnupg" in str(caught.value.hint)


def test_a_gpg_that_cannot_be_forked_is_not_missing_and_says_nothing_of_signatures(
    keys: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_arguments: object, **_options: object) -> subprocess.Popen[bytes]:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    data = b"not asked before"
    signature = keys.plain.sign(data)
    with Keyring([keys.plain.public]) as ring, Keyring([keys.plain.public]) as begun:
        begun.signatures()
        monkeypatch.setattr(subprocess, "Popen", cannot)
        # It has a name of its own for it, whoever imports it first.
        monkeypatch.setattr(gnupg, "Popen", cannot)
        for each in (ring, begun):
            with pytest.raises(gpg.GpgMissingError, match="no further process") as caught:
                each.verify(data, [signature])
            assert "ulimit" in str(caught.value.hint)
    with pytest.raises(gpg.GpgMissingError, match="no further process"):
        gpg.start(None, [], None)


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("moment", ["exit", "head -c 90"])
def test_a_gpg_that_is_killed_says_nothing_of_keys_and_signatures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int, moment: str
) -> None:
    """As the system does where memory is short: before it says anything, or in the middle."""
    # No other test has such a ring, whose keys would be known.
    key = SigningKey("Killed <killed@example.org>")
    signature = key.sign(DATA)
    public = key.public
    key.close()
    counted = tmp_path / "calls"
    program = tmp_path / "gpg"
    program.write_text(
        f"""#!/bin/sh
        echo >> {counted}
        test $(wc -l < {counted}) = {call} || exec {shutil.which("gpg")} "$@"
        {shutil.which("gpg")} "$@" | ({moment})
        kill -KILL $$
        """
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with Keyring([public]) as ring, pytest.raises(gpg.GpgKilledError) as caught:
        ring.verify(DATA, [signature])
    assert "memory" in str(caught.value.hint)
    with Keyring([public]) as ring:
        assert ring.verify(DATA, [signature]).good


def test_what_was_good_is_not_asked_again(
    keys: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"asked twice"
    ending = keys.plain.sign(data, "--default-sig-expire", "1d")
    lasting = keys.plain.sign(data)
    with Keyring([keys.plain.public]) as ring:
        first = ring.verify_many([(data, [ending]), (data, [lasting])])
    assert all(each.good for each in first)
    monkeypatch.setenv("PATH", str(tmp_path))
    with Keyring([keys.plain.public]) as ring:
        assert ring.keys
        assert ring.verify_many([(data, [ending]), (data, [lasting])]) == first
        assert not ring.verify(data, []).good
        for other in ((data + b"!", [lasting]), (data, [lasting, lasting])):
            with pytest.raises(gpg.GpgMissingError):
                ring.verify(*other)
    both = [keys.plain.public, keys.other.public]
    with Keyring(both) as ring, pytest.raises(gpg.GpgMissingError):
        ring.verify(data, [lasting])
    now = time.time()
    with Keyring([keys.plain.public]) as ring:
        # It ends meanwhile; and a clock that was put back makes everything doubtful.
        monkeypatch.setattr(time, "time", lambda: now + 2 * 86400)
        assert ring.verify(data, [lasting]).good
        with pytest.raises(gpg.GpgMissingError):
            ring.verify(data, [ending])
        monkeypatch.setattr(time, "time", lambda: now - 86400)
        with pytest.raises(gpg.GpgMissingError):
            ring.verify(data, [lasting])
