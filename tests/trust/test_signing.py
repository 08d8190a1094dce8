from __future__ import annotations

import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.trust.keyring import Keyring
from app.trust.signing import NoSuchKeyError, SigningError, export_public_key, sign
from tests.gpg import SigningKey

DATA = b"ostree-metadata"


@pytest.mark.parametrize("name", ["plain", "subkey"])
def test_a_signature_is_good_by_the_exported_key(keys: SimpleNamespace, name: str) -> None:
    key: SigningKey = getattr(keys, name)
    signature = sign(DATA, key.fingerprint, key.homedir)
    assert signature[0] & 0x80
    public = export_public_key(key.fingerprint, key.homedir)
    with Keyring([public]) as ring:
        assert ring.verify(DATA, [signature]).fingerprint == key.fingerprint
        assert ring.verify(DATA, [signature]).good


def test_binary_whatever_their_configuration_says() -> None:
    key = SigningKey("Armoured")
    try:
        Path(key.homedir, "gpg.conf").write_text("armor\n")
        assert sign(DATA, key.fingerprint, key.homedir)[0] & 0x80
        assert export_public_key(key.fingerprint, key.homedir)[0] & 0x80
    finally:
        key.close()


def test_a_key_by_its_name(keys: SimpleNamespace) -> None:
    assert sign(DATA, "plain@example.org", keys.plain.homedir)


@pytest.mark.parametrize("name", ["nobody@example.org", "", "--version", "0" * 40])
def test_no_such_key(keys: SimpleNamespace, name: str) -> None:
    with pytest.raises(NoSuchKeyError) as caught:
        sign(DATA, name, keys.plain.homedir)
    assert caught.value.hint
    with pytest.raises(NoSuchKeyError):
        export_public_key(name, keys.plain.homedir)


def test_a_public_key_cannot_sign(keys: SimpleNamespace) -> None:
    keys.plain.gpg("--import", data=keys.other.public)
    with pytest.raises(NoSuchKeyError):
        sign(DATA, keys.other.fingerprint, keys.plain.homedir)


def test_an_expired_key_cannot_sign(keys: SimpleNamespace) -> None:
    with pytest.raises(SigningError, match="expired"):
        sign(DATA, keys.expired.fingerprint, keys.expired.homedir)


def test_no_such_home(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="directory"):
        sign(DATA, "x", str(tmp_path / "missing"))


@pytest.mark.parametrize(
    ("answer", "message"),
    [("ERR 83886179 Operation cancelled", "cancelled"), ("ERR 83886166 no terminal", "passphrase")],
)
def test_what_the_passphrase_dialog_answers(tmp_path: Path, answer: str, message: str) -> None:
    pinentry = tmp_path / "pinentry"
    pinentry.write_text(
        "#!/bin/sh\necho OK\nwhile read -r command rest; do\n"
        f'case "$command" in GETPIN) echo "{answer}";; BYE) echo OK; exit;; *) echo OK;; esac\n'
        "done\n"
    )
    pinentry.chmod(pinentry.stat().st_mode | stat.S_IXUSR)
    key = SigningKey("Locked", passphrase="secret")
    try:
        Path(key.homedir, "gpg-agent.conf").write_text(f"pinentry-program {pinentry}\n")
        # Also forgets the passphrase of a moment ago.
        key.stop_agent()
        with pytest.raises(SigningError, match=message) as caught:
            sign(DATA, key.fingerprint, key.homedir)
        assert caught.value.exit_code == 5
    finally:
        key.close()
