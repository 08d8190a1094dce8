"""Whose word it is that a key is a collection's: this computer's, a person's, or only the drive's.

A drive must not vouch for itself. What is known here comes first; the key that the drive brings
along counts only for a collection of which nothing is known, and the check says so.

Why: decision D15.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field

from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.flatpak.upstream.published_configuration import PublishedConfiguration
from app.ostree.names import origin_remote
from app.stick.store.upstream_copy import UpstreamCopy, copy_keys
from app.stick.trust.commits import judge_signed, open_keyring
from app.stick.trust.origin import expected_addresses
from app.trust.prolonged import fingerprints_in, keys_in, with_copies
from app.trust.rotation import certified


class Voucher(StrEnum):
    """Who says so."""

    NAMED = "named"
    COMPUTER = "computer"
    JOB = "job"
    DRIVE = "drive"
    NOBODY = "nobody"


class Word(Struct, frozen=True):
    """Whose word is taken.

    Attributes:
        source: the name of the remote; empty if it has none.
    """

    voucher: Voucher
    source: str = ""


class Vouched(Struct, frozen=True):
    """The keys that judge a collection.

    Attributes:
        keys: key files, with copies of the same keys from elsewhere.
        words: fingerprint → whose word it is that this key counts; empty if it is only the drive's.
        addresses: where the collection is known to be; empty if nobody here knows.
    """

    keys: tuple[bytes, ...]
    words: Mapping[str, Word] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Whether anybody but the drive vouches."""
        return bool(self.words)

    def word(self, fingerprint: str) -> Word:
        return self.words.get(fingerprint, Word(Voucher.DRIVE if self.keys else Voucher.NOBODY))


def vouching(
    collection: str,
    known: Sequence[Remote],
    copy: UpstreamCopy,
    named: Sequence[bytes] = (),
    *,
    alone: bool = False,
) -> Vouched:
    """Which keys judge a collection, and whose word that is.

    ``known``: this computer's remotes, those named for this check, and what jobs have used. Each of
    them counts that is for the collection; without such ones those that name none and have the
    address that the drive names. ``named``: key files that a person named without saying for what:
    they count where nothing else is known, and for a stick that has nothing but this collection
    (``alone``), so that naming a key for one publisher's apps lets it sign nobody else's.
    """
    words: dict[str, Word] = {}
    keys: list[bytes] = []

    def take(blobs: Iterable[bytes], word: Word) -> None:
        for key in blobs:
            keys.append(key)
            for fingerprint in fingerprints_in([key]):
                words.setdefault(fingerprint, word)

    if alone:
        take(named, Word(Voucher.NAMED))
    knows = knowing(collection, known, copy.repo_file.url if copy.repo_file is not None else "")
    for remote in knows:
        take(remote.keys, Word(_voucher(remote), remote.name))
    if not words:
        take(named, Word(Voucher.NAMED))
    drive = copy_keys(copy)
    if not words:
        return Vouched(drive)
    others = (*drive, *named, copy.configuration.keys)
    others = (*others, *(key for remote in known for key in remote.keys))
    places = [remote.address for remote in knows]
    vouched = Vouched(
        with_copies(tuple(dict.fromkeys(keys)), others), words, expected_addresses("", places)
    )
    return _with_configuration(vouched, copy)


def _with_configuration(vouched: Vouched, copy: UpstreamCopy) -> Vouched:
    """With the keys and the address that upstream hands out in the list that the drive has, if
    known keys signed it: a client that has been online knows them as well."""
    said, signed = copy.configuration, copy.signed()
    if not signed or said == PublishedConfiguration():
        return vouched
    keyring = open_keyring(vouched.keys)
    if keyring is None:
        return vouched
    with keyring:
        judgement = judge_signed(keyring, signed[0].data, signed[0].signature)
    if not judgement.good:
        return vouched
    new = [said.keys] if said.keys else []
    if said.keys_url:
        # They are not on the drive as such, but those that count are in what it hands out.
        new += certified((*vouched.keys, *new), b"".join(_binary(copy_keys(copy))))
    word = vouched.word(judgement.fingerprint)
    words = dict.fromkeys(fingerprints_in(new), word) | dict(vouched.words)
    places = expected_addresses(said.redirect, vouched.addresses)
    return Vouched((*vouched.keys, *new), words, places)


def _binary(keys: Iterable[bytes]) -> Iterable[bytes]:
    return (key.data for blob in keys for key in keys_in(blob))


def knowing(collection: str, known: Sequence[Remote], claimed: str) -> list[Remote]:
    """The remotes whose keys count for a collection: those for it, else those at the address that
    it is ``claimed`` to have; empty if nobody says."""
    for_it = [remote for remote in known if remote.collection_id == collection and remote.keys]
    if for_it or not claimed:
        return for_it
    # Most remotes are configured without their collection, and most have none.
    nameless = origin_remote(collection) is not None
    return [
        remote
        for remote in known
        if (nameless or remote.collection_id is None) and remote.keys
        if same_place(remote.address, claimed)
    ]


def _voucher(remote: Remote) -> Voucher:
    return {RemoteOrigin.GIVEN: Voucher.NAMED, RemoteOrigin.JOB: Voucher.JOB}.get(
        remote.origin, Voucher.COMPUTER
    )
