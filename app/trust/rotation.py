"""Which of the keys behind ``xa.gpg-keys-url`` a remote may be trusted by.

The rules are those that flatpak 1.20 is to have (``flatpak-key-rotation(7)``): other copies of a
trusted key are taken as they are; a new key counts if one of its user IDs, which is not revoked,
has a good certification by a key that is trusted by then, newer than any revocation of such a one.
Keys that have expired may have certified; revoked ones may not.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from app.trust.keyring import BadKeyError, Keyring
from app.trust.prolonged import fingerprints_in, keys_in

_MOST = 20
"""New keys that are looked at, as in flatpak."""

_UNUSABLE = frozenset("rdi")
"""Revoked, disabled, invalid (GnuPG's doc/DETAILS)."""

_UNUSABLE_USER_ID = frozenset("rin")


class _Certification(Struct, frozen=True):
    """What a key says about another's user ID: that it is right, or no longer."""

    issuer: str
    made: int
    revokes: bool


class _Candidate(Struct):
    """A key, and by user ID what others say about it."""

    usable: bool
    user_ids: list[list[_Certification]] = field(default_factory=list)


def certified(keys: Sequence[bytes], offered: bytes) -> tuple[bytes, ...]:
    """Of the key file ``offered`` what whoever trusts ``keys`` may trust; may be nothing."""
    keys_offered = keys_in(offered)
    trusted = set(fingerprints_in(keys))
    new = {key.fingerprint for key in keys_offered if key.fingerprint} - trusted
    if not keys_offered or len(new) > _MOST:
        return ()
    if new:
        try:
            with Keyring((*keys, offered)) as keyring:
                candidates = _candidates(keyring.signatures(), time.time())
        except BadKeyError:
            return ()
        usable = {key for key, candidate in candidates.items() if candidate.usable}
        roots = trusted & usable
        while more := [key for key in new - roots if _is_certified(candidates.get(key), roots)]:
            roots.update(more)
        trusted |= roots
    return tuple(key.data for key in keys_offered if key.fingerprint in trusted)


def _is_certified(candidate: _Candidate | None, roots: set[str]) -> bool:
    if candidate is None or not candidate.usable:
        return False
    for certifications in candidate.user_ids:
        by_roots = [each for each in certifications if each.issuer in roots]
        newest = max(by_roots, key=lambda each: (each.made, each.revokes), default=None)
        if newest is not None and not newest.revokes:
            return True
    return False


def _candidates(records: Iterable[Sequence[str]], now: float) -> dict[str, _Candidate]:
    """Colon records of ``--check-sigs``, in which gpg has verified every signature."""
    candidates: dict[str, _Candidate] = {}
    current: _Candidate | None = None
    named = of_user_id = False
    for record in records:
        match record[0]:
            case "pub":
                current = _Candidate(not _UNUSABLE & set(record[1]))
                named = of_user_id = False
            case "fpr" if current is not None and not named:
                candidates[record[9]] = current
                named = True
            case "uid" if current is not None:
                of_user_id = not _UNUSABLE_USER_ID & set(record[1])
                if of_user_id:
                    current.user_ids.append([])
            case "sub" | "uat":
                of_user_id = False
            case "sig" | "rev" if current is not None and of_user_id:
                certification = _certification(record, now)
                if certification is not None:
                    current.user_ids[-1].append(certification)
    return candidates


def _certification(record: Sequence[str], now: float) -> _Certification | None:
    """None for what is not good any more, and for what gpg cannot tell."""
    if len(record) < 13 or record[1] != "!" or not record[5].isdigit():
        return None
    expires = int(record[6]) if record[6].isdigit() else 0
    if expires and expires < now:
        return None
    return _Certification(record[12].upper(), int(record[5]), record[0] == "rev")
