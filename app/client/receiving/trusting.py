"""Whose signatures count for a collection on this computer.

The keys of the installation's own remote come first: flatpak looks at them as well. Where it has
none, those that this computer knows from elsewhere do. A stick's own key counts only for a
collection that nobody here knows, and only once a person has agreed to its fingerprint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from app.client.receiving.own_remote import own_remote
from app.credentials import public_address
from app.flatpak.remotes.remote import Remote
from app.ostree.names import origin_remote
from app.stick.store.upstream_copy import UpstreamCopy, copy_keys
from app.stick.trust.commits import open_keyring
from app.stick.trust.vouching import vouching
from app.text import Policy, clean
from app.trust.prolonged import fingerprints_in, keys_in


class UnknownKey(Struct, frozen=True):
    """A key that only a stick knows; whether it is the right one a person has to say.

    Attributes:
        owner: as the key says.
        source: as in `CollectionTrust`.
    """

    collection: str
    fingerprint: str
    owner: str
    source: str


class CollectionTrust(Struct, frozen=True):
    """Whose signatures count.

    Attributes:
        keys: key files; none: nobody's.
        known: this computer knows the collection: no other key will do.
        unknown: where it does not, the keys that could be agreed to.
        source: what it is called where it counts: a collection by its ID, what has none by its
            address. ``title``: what the sticks call it.
        unsigned: neither this computer nor a stick has a key: nobody vouches for it.
        unchecked: the name of the installation's remote of it, if that looks at no signatures and
            nobody here knows a key: so nobody here vouches for what a stick has of it.
        accepted: a person wants it all the same.
        lost_accepted: a person wants what is not signed though there is a key as well: of a source
            that has a collection ID flatpak takes it from a drive.
    """

    collection: str
    keys: tuple[bytes, ...]
    known: bool
    unknown: tuple[UnknownKey, ...] = ()
    source: str = ""
    title: str = ""
    unsigned: bool = False
    unchecked: str = ""
    accepted: bool = False
    lost_accepted: bool = False

    @property
    def unvouched(self) -> bool:
        """Whether nobody vouches for anything of it."""
        return self.unsigned or bool(self.unchecked)

    @property
    def fingerprints(self) -> frozenset[str]:
        return fingerprints_in(self.keys)


def trust_of(
    collection: str,
    own: Sequence[Remote],
    known: Sequence[Remote],
    copies: Sequence[UpstreamCopy],
    agreed: Collection[str] = (),
    *,
    allow_unsigned: bool = False,
    accepted: Collection[str] = (),
) -> CollectionTrust:
    """``own``: the installation's remotes; ``known``: all that this computer knows. ``copies``: of
    the collection, on the sticks. ``agreed``: fingerprints. ``allow_unsigned``: what nobody vouches
    for, or of that only the ``accepted``."""
    source = _source(collection, copies)
    nameless = origin_remote(collection) is not None
    wanted = allow_unsigned or source in accepted
    lost_accepted = wanted and not nameless
    for remotes in (own, known):
        keys: dict[bytes, None] = {}
        for copy in copies:
            vouched = vouching(collection, remotes, copy)
            if vouched.known:
                keys |= dict.fromkeys(vouched.keys)
        if keys:
            return CollectionTrust(
                collection, tuple(keys), known=True, source=source, lost_accepted=lost_accepted
            )
    carried = [key for copy in copies for blob in copy_keys(copy) for key in keys_in(blob)]
    taken = tuple(dict.fromkeys(key.data for key in carried if key.fingerprint in agreed))
    keys_there = (key.data for key in carried)
    unknown = () if taken else tuple(_unknown(collection, source, keys_there))
    # Of a collection flatpak takes nothing that is not signed. What has no address, where a stick
    # says just a word, nobody could agree to.
    addressed = nameless and "://" in source
    unsigned = addressed and not any(map(copy_keys, copies))
    remote = own_remote(collection, own, known, copies) if addressed and not taken else None
    unchecked = remote is not None and not (unsigned or remote.disabled or remote.gpg_verify)
    return CollectionTrust(
        collection,
        taken,
        known=False,
        unknown=unknown,
        source=source,
        title=_title(copies),
        unsigned=unsigned,
        unchecked=remote.name if remote is not None and unchecked else "",
        accepted=(unsigned or unchecked) and wanted,
        lost_accepted=lost_accepted,
    )


def agreed_remotes(
    trusts: Iterable[CollectionTrust], copies: Mapping[str, Sequence[UpstreamCopy]]
) -> tuple[Remote, ...]:
    """The sources of which only sticks know, with the keys that a person has agreed to."""
    return tuple(
        Remote(
            copy.remote_name,
            copy.repo_file.url,
            copy.repo_file.title,
            None if origin_remote(trust.collection) else trust.collection,
            trust.keys,
        )
        for trust in trusts
        if trust.keys and not trust.known
        for copy in copies[trust.collection]
        if copy.repo_file is not None
    )


def _source(collection: str, copies: Sequence[UpstreamCopy]) -> str:
    name = origin_remote(collection)
    if name is None:
        return collection
    # A stick can call it anything; what it leads to is what the person gets.
    addresses = (copy.repo_file.url for copy in copies if copy.repo_file is not None)
    return clean(public_address(next(filter(None, addresses), name)), Policy.ADDRESS) or name


def _title(copies: Sequence[UpstreamCopy]) -> str:
    titles = (copy.repo_file.title for copy in copies if copy.repo_file is not None)
    return clean(next(filter(None, titles), ""), Policy.TITLE)


def _unknown(collection: str, source: str, keys: Iterable[bytes]) -> Iterable[UnknownKey]:
    keyring = open_keyring(tuple(dict.fromkeys(keys)))
    if keyring is None:
        return
    with keyring:
        for key in keyring.keys:
            yield UnknownKey(collection, key.fingerprint, key.user_id, source)
