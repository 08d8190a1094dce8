"""Other copies of keys that are trusted already: a prolonged one counts wherever it comes from.

What makes a key last longer, or gives it another subkey, is signed by the key itself, and gpg looks
at that when it imports. So a copy may come from a drive or an unsigned list as well: it can only
say what the key's owner has said. Which keys are trusted does not change by it. Why: decision D16.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.trust.packets import KEY_PACKETS, MalformedPacketsError, PublicKey, public_keys, tags

_MOST = 8
"""Copies of one key that are looked at; a stranger could send any number."""

_CACHED = 256
"""Every remote is held against the keys of all others."""

_MAX_COPY = 256 * 1024
"""Bytes of a copy. Flathub's key has 1.6 kB."""


def with_copies(keys: Sequence[bytes], sources: Iterable[bytes]) -> tuple[bytes, ...]:
    """``keys``, and what ``sources`` (key files of whatever origin) have of the same keys."""
    known = [key for blob in keys for key in keys_in(blob)]
    trusted = {key.fingerprint for key in known if key.fingerprint}
    seen = {key.data for key in known}
    added: dict[str, int] = {}
    copies = []
    for blob in sources:
        for key in keys_in(blob):
            if key.fingerprint not in trusted or key.data in seen or not _is_harmless(key):
                continue
            added[key.fingerprint] = added.get(key.fingerprint, 0) + 1
            if added[key.fingerprint] <= _MOST:
                seen.add(key.data)
                copies.append(key.data)
    return (*keys, *copies)


def _is_harmless(key: PublicKey) -> bool:
    """Whether it is nothing but a key of reasonable size: a stranger's must not be in the way."""
    return len(key.data) <= _MAX_COPY and KEY_PACKETS.issuperset(tags(key.data))


@lru_cache(maxsize=_CACHED)
def keys_in(blob: bytes) -> tuple[PublicKey, ...]:
    """The keys of a key file; none if it cannot be read."""
    try:
        return tuple(public_keys(blob))
    except MalformedPacketsError:
        return ()


def fingerprints_in(keys: Iterable[bytes]) -> frozenset[str]:
    """Of the primary keys in key files, without asking gpg whether it takes them."""
    return frozenset(key.fingerprint for blob in keys for key in keys_in(blob) if key.fingerprint)
