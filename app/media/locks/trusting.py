"""Whose keys judge what a lock file names: those that this computer knows, and no others.

A lock is no word on trust. The keys that it names can only take away from what is known here: what
another known key signs is not what was locked.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.errors import TrustError
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.flatpak.remotes.remote import Remote, checked, from_repo_file
from app.media.locks.lock import LockedSource, LockError
from app.message import Message
from app.ostree.names import is_collection_id, origin_remote
from app.replacing import replace
from app.stick.planning.plan import Pinned
from app.stick.trust.commits import open_keyring
from app.stick.trust.origin import expected_addresses, is_public
from app.stick.trust.vouching import knowing
from app.trust.prolonged import fingerprints_in, keys_in, with_copies
from app.trust.verdict import Judgement, Verdict


class UnknownSourceError(TrustError):
    """Nobody here vouches for what a lock file names."""


class TrustedSource(Struct, frozen=True):
    """A source of a lock, as far as this computer knows it.

    Attributes:
        remote: who is asked, and whose keys judge.
        pinned: what the drive says of it.
        judgement: of the list that named all of it, as far as it can be told without it.
        elsewhere: an address that the lock names and nobody here knows, and one that is known.
    """

    remote: Remote
    pinned: Pinned
    judgement: Judgement
    elsewhere: tuple[str, str] | None = None


def trusted_source(
    origin: str, source: LockedSource, known: Sequence[Remote], *, allow_unsigned: bool
) -> TrustedSource:
    """``known``: all remotes that this computer knows; ``allow_unsigned``: the person said so.

    Raises LockError for what the lock cannot mean, `UnknownSourceError`.
    """
    pinned = _pinned(origin, source)
    judges = knowing(origin, known, source.url)
    if not source.lists:
        # Else the signed list may say that it has moved, which the check of the drive looks at.
        _require_address(pinned, judges)
    at_place = [remote for remote in known if same_place(remote.address, source.url)]
    accepted = allow_unsigned or any(remote.unsigned_accepted for remote in at_place)
    if source.unsigned and not judges:
        if not accepted:
            raise UnknownSourceError(
                Message(
                    "Nobody has signed what the lock file has of {remote}.",
                    remote=pinned.remote.label,
                ),
                Message("--allow-unsigned takes it all the same."),
            )
        keys: tuple[bytes, ...] = ()
    else:
        keys = _keys(source, pinned, judges)
    known_here = next(iter(at_place), None)
    # A lock may be a stranger's: what it names of this computer is not looked at.
    asked = checked(replace(pinned.remote, url=source.url))
    if known_here is None and asked.is_local:
        raise LockError(
            Message(
                "The lock file names a directory of this computer that is none of its sources: "
                "{url}.",
                url=source.url,
            ),
            Message("Add it first: satchel remotes add."),
        )
    remote = replace(
        asked,
        url=known_here.url if known_here is not None else asked.url,
        keys=keys,
        gpg_verify=bool(keys),
        gpg_verify_summary=bool(keys),
        unsigned_accepted=not keys,
    )
    if known_here is not None:
        remote = replace(remote, access=known_here.access)
    signer = next(iter(fingerprints_in(keys)), "")
    verdict = Verdict.GOOD if keys else Verdict.UNSIGNED
    elsewhere = _elsewhere((pinned.remote.address, source.url), [*judges, *at_place])
    return TrustedSource(remote, pinned, Judgement(verdict, signer), elsewhere)


def _elsewhere(addresses: Sequence[str], known: Sequence[Remote]) -> tuple[str, str] | None:
    for address in addresses:
        if known and not any(same_place(remote.address, address) for remote in known):
            return address, known[0].address
    return None


def _pinned(origin: str, source: LockedSource) -> Pinned:
    """Raises LockError."""
    parsed = RepoFile.parse(source.repo_file.encode(), ".flatpakrepo")
    remote = from_repo_file(parsed, source.name)
    nameless = origin_remote(origin)
    fits = (
        remote.collection_id == origin
        if is_collection_id(origin)
        else remote.collection_id is None and nameless == source.name
    )
    carried = fingerprints_in(remote.keys)
    fits = fits and _usable(remote) == carried
    if not fits or not carried.issubset(source.keys) or bool(remote.keys) == source.unsigned:
        raise LockError(
            Message(
                "What the lock file says of {collection} contradicts itself.", collection=origin
            ),
            Message("Make it again: satchel lock --update."),
        )
    return Pinned(remote, source.url, source.keys)


def _usable(remote: Remote) -> frozenset[str]:
    """Fingerprints of its keys, of those that gpg takes."""
    keyring = open_keyring(remote.keys)
    if keyring is None:
        return frozenset()
    with keyring:
        return frozenset(key.fingerprint for key in keyring.keys)


def _require_address(pinned: Pinned, judges: Sequence[Remote]) -> None:
    """Computers that get the drive will look for updates where it says."""
    url = pinned.remote.url
    expected = expected_addresses("", [remote.address for remote in judges])
    if expected and is_public(url) and not any(same_place(url, place) for place in expected):
        raise UnknownSourceError(
            Message(
                "The lock file leads computers to {url} for {remote}, which is not where its "
                "publisher is known to be.",
                url=pinned.remote.address,
                remote=pinned.remote.label,
            ),
            Message("If it has moved there, name the source: --remote FILE.flatpakrepo."),
        )


def _keys(source: LockedSource, pinned: Pinned, judges: Sequence[Remote]) -> tuple[bytes, ...]:
    """Those that are known here and stand in the lock, with newer copies of them."""
    blobs = [key for remote in judges for key in remote.keys]
    known = fingerprints_in(blobs)
    both = known.intersection(source.keys)
    if not known:
        raise UnknownSourceError(
            Message(
                "This computer knows no key of {remote}, so nobody vouches for what the lock file "
                "names. Its key is said to be {keys}.",
                remote=pinned.remote.label,
                keys=source.keys,
            ),
            Message("Compare it, and name the source: --remote FILE.flatpakrepo."),
        )
    if not both:
        raise UnknownSourceError(
            Message(
                "What the lock file has of {remote} is signed by {keys}, and this computer knows "
                "other keys for it.",
                remote=pinned.remote.label,
                keys=source.keys,
            ),
            Message("If the source has changed its key, lock it again: satchel lock --update."),
        )
    foreign = fingerprints_in(pinned.remote.keys) - known
    if foreign:
        # Computers that get the drive would trust it from then on.
        raise UnknownSourceError(
            Message(
                "The lock file hands out a key for {remote} that this computer does not know: "
                "{keys}.",
                remote=pinned.remote.label,
                keys=tuple(sorted(foreign)),
            ),
            Message("Compare it, and name the source: --remote FILE.flatpakrepo."),
        )
    keys = tuple(key.data for blob in blobs for key in keys_in(blob) if key.fingerprint in both)
    return with_copies(tuple(dict.fromkeys(keys)), (*pinned.remote.keys,))
