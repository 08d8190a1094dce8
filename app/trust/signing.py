"""Signatures by the user's own key (``--sign-key``), with their own gpg home and agent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from app.errors import TrustError
from app.message import Message
from app.trust import gpg


class SigningError(TrustError):
    """The user's key cannot sign."""


class NoSuchKeyError(SigningError):
    """The name given for the signing key fits none or several secret keys."""

    exit_code: ClassVar[int] = 2


# libgpg-error's codes (err-codes.h), as gpg reports them in FAILURE, ERROR and the like.
_CODES = {
    11: (Message("The passphrase was wrong."), Message("Try again.")),
    17: (
        Message("The secret key is not there."),
        Message("See gpg --list-secret-keys; a smart card must be in."),
    ),
    54: (
        Message("The key cannot be used to sign."),
        Message("Name a key that has a signing part."),
    ),
    85: (
        Message("gpg found no way to ask for the passphrase."),
        Message("Install a pinentry program."),
    ),
    86: (
        Message("gpg could not ask for the passphrase."),
        Message("Install a pinentry program for your desktop."),
    ),
    77: (Message("The gpg agent does not answer."), Message("Run gpg-connect-agent to see why.")),
    99: (Message("You cancelled the question for the passphrase."), Message("Try again.")),
    198: (Message("You cancelled the question for the passphrase."), Message("Try again.")),
}

_VALIDITIES = {
    "e": (Message("has expired"), Message("Prolong it (gpg --quick-set-expire) or name another.")),
    "r": (Message("has been revoked"), Message("Name another key.")),
    "d": (Message("is disabled"), Message("Enable it (gpg --edit-key) or name another.")),
}

# Reasons in INV_SGNR, GnuPG's doc/DETAILS.
_UNUSABLE = {
    "1": Message("is not there"),
    "4": Message("has been revoked"),
    "5": Message("has expired"),
    "9": Message("has no secret part here"),
    "12": Message("is disabled"),
}


class Signer:
    """One key that signs, looked up once; `sign` may be called from several threads.

    Attributes:
        fingerprint: of the primary key.
    """

    def __init__(self, key: str, homedir: str | None = None, when: int | None = None) -> None:
        """``key`` is what gpg accepts, but must fit exactly one secret key. ``homedir`` None is the
        user's usual one; their configuration, agent and pinentry apply. ``when``: the time that
        signatures tell, seconds since 1970, but none before all of the key was made; None: when
        they are made. Raises `SigningError`.
        """
        self._key = key
        self._gpg = _start(homedir)
        self.fingerprint, validity, made = _resolve(self._gpg, key)
        # With the mark time stands still, as slow as gpg may be.
        self._then = [] if when is None else [f"--faked-system-time={max(when, made)}!"]
        # Asked beforehand, because gpg itself then says that the key has no secret part.
        if validity in _VALIDITIES:
            words = _VALIDITIES[validity]
            raise SigningError(
                Message("The key {key} {reason}.", key=key, reason=words[0]), words[1]
            )

    def sign(self, data: bytes) -> bytes:
        """A detached binary signature over ``data``. Raises `SigningError`."""
        fingerprint = self.fingerprint
        # --local-user besides python-gnupg's --default-key: gpg takes another key if the default
        # one does not work.
        signature, status = _run(
            lambda extra: self._gpg.sign(
                data,
                keyid=fingerprint,
                detach=True,
                binary=True,
                extra_args=["--local-user", fingerprint, *self._then, *extra],
            )
        )
        # SIG_CREATED: type, algorithm, digest, class, time, fingerprint.
        created = [arguments for keyword, arguments in status if keyword == "SIG_CREATED"]
        if not signature or len(created) != 1 or not created[0].startswith("D "):
            raise _failure(self._key, status)
        return signature

    def public_key(self) -> bytes:
        """What others check it by, in binary, without what others signed on it."""
        exported: bytes = self._gpg.export_keys(self.fingerprint, armor=False, minimal=True)
        if not exported:
            raise NoSuchKeyError(
                Message("gpg does not export the public key {key}.", key=self._key)
            )
        return exported


def sign(data: bytes, key: str, homedir: str | None = None, when: int | None = None) -> bytes:
    """A detached binary signature over ``data``, as `Signer` makes them."""
    return Signer(key, homedir, when).sign(data)


def export_public_key(key: str, homedir: str | None = None) -> bytes:
    """The public key that `sign` with the same ``key`` signs with, in binary, without what others
    signed on it."""
    user_gpg = _start(homedir)
    fingerprint, _, _ = _resolve(user_gpg, key)
    exported: bytes = user_gpg.export_keys(fingerprint, armor=False, minimal=True)
    if not exported:
        raise NoSuchKeyError(Message("gpg does not export the public key {key}.", key=key))
    return exported


def own_fingerprints(homedir: str | None = None) -> frozenset[str]:
    """Of the person's secret keys. Raises `GpgMissingError`."""
    user_gpg = _start(homedir)
    fingerprints = set()
    primary = False
    for record in gpg.parse_colons(user_gpg.list_keys(secret=True).data):
        if record[0] in ("sec", "ssb"):
            primary = record[0] == "sec"
        elif record[0] == "fpr" and primary:
            fingerprints.add(record[9])
    return frozenset(fingerprints)


def _start(homedir: str | None) -> Any:
    try:
        # Their gpg.conf may ask for armour.
        return gpg.start(homedir, ["--no-armor"], None)
    except gpg.GpgMissingError as error:
        # python-gnupg raises the same for a home that is not there.
        if homedir is not None and isinstance(error.__cause__, ValueError):
            raise SigningError(
                Message("gpg cannot use the directory {homedir}.", homedir=homedir),
                Message("Name the directory of a gpg keyring."),
            ) from error
        raise


def _resolve(user_gpg: Any, key: str) -> tuple[str, str, int]:
    """Fingerprint and validity (GnuPG's doc/DETAILS) of the one secret key that ``key`` names, and
    when its newest part was made, seconds since 1970."""
    if not key or key.startswith("-"):
        raise NoSuchKeyError(Message("“{key}” names no key.", key=key), _LIST)
    records = gpg.parse_colons(user_gpg.list_keys(secret=True, keys=[key]).data)
    validities: dict[str, str] = {}
    validity = ""
    wanted = False
    made = 0
    for record in records:
        if record[0] in ("sec", "ssb") and record[5].isdigit():
            made = max(made, int(record[5]))
        if record[0] == "sec":
            wanted = True
            validity = record[1]
        elif record[0] == "fpr" and wanted:
            validities[record[9]] = validity
            wanted = False
    if not validities:
        raise NoSuchKeyError(Message("There is no secret key “{key}”.", key=key), _LIST)
    if len(validities) > 1:
        raise NoSuchKeyError(
            Message("“{key}” fits {count} secret keys.", key=key, count=len(validities)),
            Message("Name the key by its fingerprint."),
        )
    return *next(iter(validities.items())), made


_LIST = Message("gpg --list-secret-keys shows the keys that can sign.")


def _run(call: Callable[[list[str]], Any]) -> tuple[bytes, list[tuple[str, str]]]:
    scratch = gpg.ScratchDirectory()
    try:
        return gpg.run(scratch, call)
    finally:
        scratch.close()


def _failure(key: str, status: list[tuple[str, str]]) -> SigningError:
    """gpg's reason in words."""
    for keyword, arguments in status:
        fields = arguments.split(" ")
        if keyword == "INV_SGNR" and fields[0] in _UNUSABLE:
            return SigningError(
                Message("The key {key} {reason}.", key=key, reason=_UNUSABLE[fields[0]]), _LIST
            )
    for keyword, arguments in status:
        fields = arguments.split(" ")
        if keyword in ("FAILURE", "ERROR") and len(fields) > 1 and fields[1].isdigit():
            # The upper half of a code says which program it comes from.
            words = _CODES.get(int(fields[1]) & 0xFFFF)
            if words is not None:
                return SigningError(
                    Message("Signing with {key} failed. {reason}", key=key, reason=words[0]),
                    words[1],
                )
    return SigningError(
        Message("gpg could not sign with the key {key}.", key=key),
        Message("gpg --detach-sign --local-user KEY shows why."),
    )
