"""Whose signatures count for a collection on this computer.

The keys of the installation's own remote come first: flatpak looks at them as well. Where it has
none, those that this computer knows from elsewhere do. A stick's own key counts only for a
collection that nobody here knows, and only once a person has agreed to its fingerprint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from app.flatpak.remotes.remote import Remote
from app.stick.store.upstream_copy import UpstreamCopy, copy_keys
from app.stick.trust.commits import open_keyring
from app.stick.trust.vouching import vouching
from app.trust.prolonged import fingerprints_in, keys_in


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key that only a stick knows; whether it is the right one a person has to say.

    Attributes:
        owner: as the key says.
    """

    collection: str
    fingerprint: str
    owner: str


@dataclass(frozen=True, slots=True)
class CollectionTrust:
    """Whose signatures count.

    Attributes:
        keys: key files; none: nobody's.
        known: this computer knows the collection: no other key will do.
        unknown: where it does not, the keys that could be agreed to.
    """

    collection: str
    keys: tuple[bytes, ...]
    known: bool
    unknown: tuple[UnknownKey, ...] = ()

    @property
    def fingerprints(self) -> frozenset[str]:
        return fingerprints_in(self.keys)


def trust_of(
    collection: str,
    own: Sequence[Remote],
    known: Sequence[Remote],
    copies: Sequence[UpstreamCopy],
    agreed: Collection[str] = (),
) -> CollectionTrust:
    """``own``: the installation's remotes; ``known``: all that this computer knows. ``copies``: of
    the collection, on the sticks. ``agreed``: fingerprints."""
    for remotes in (own, known):
        keys: dict[bytes, None] = {}
        for copy in copies:
            vouched = vouching(collection, remotes, copy)
            if vouched.known:
                keys |= dict.fromkeys(vouched.keys)
        if keys:
            return CollectionTrust(collection, tuple(keys), known=True)
    carried = [key for copy in copies for blob in copy_keys(copy) for key in keys_in(blob)]
    taken = tuple(dict.fromkeys(key.data for key in carried if key.fingerprint in agreed))
    unknown = () if taken else tuple(_unknown(collection, (key.data for key in carried)))
    return CollectionTrust(collection, taken, known=False, unknown=unknown)


def _unknown(collection: str, keys: Iterable[bytes]) -> Iterable[UnknownKey]:
    keyring = open_keyring(tuple(dict.fromkeys(keys)))
    if keyring is None:
        return
    with keyring:
        for key in keyring.keys:
            yield UnknownKey(collection, key.fingerprint, key.user_id)
