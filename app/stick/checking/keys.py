"""The keys of a collection: who vouches for them, which the drive hands out, how long they last."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from app.closing import Closing
from app.credentials import public_address
from app.errors import SatchelError
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.message import Day, Message
from app.ostree.names import origin_remote
from app.remedy import Remedy
from app.stick.findings import NO_SIGNATURE, Code, Finding, finding
from app.stick.store.record import StickRecord
from app.stick.store.upstream_copy import UpstreamCopy, copy_keys
from app.stick.trust.commits import open_keyring
from app.stick.trust.origin import is_public
from app.stick.trust.validity import ends, first_end
from app.stick.trust.vouching import Voucher, vouching
from app.text import Policy, clean
from app.trust.keyring import Key
from app.trust.packets import PublicKey
from app.trust.prolonged import keys_in
from app.trust.signing import own_fingerprints
from app.trust.verdict import Judgement, Verdict
from app.units import date_text

SOON = 400 * 24 * 3600
"""Seconds before its end at which a key is worth a warning: a school year ahead."""

_MOST_APPS = 100
"""That are named."""

_SIGNED = (Verdict.GOOD, Verdict.EXPIRED_KEY)


class Trust(Struct, frozen=True):
    """What the person who asks for a check says about keys.

    Attributes:
        named: key files that they named for it.
        alone: the drive has no other repository, whose collections they might be meant for.
        drive_keys: the drive's own keys count where nobody else knows the collection.
        maker_keys: fingerprints of makers' keys that count beside the publishers'.
        accepted: collections of which it is no error that nobody vouches: those on the stick that a
            job leaves as they are.
        fetched: digests of images of registries that this computer has fetched itself.
    """

    named: tuple[bytes, ...] = ()
    alone: bool = True
    drive_keys: bool = False
    maker_keys: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    fetched: frozenset[str] = frozenset()


class UsedKey(Struct, frozen=True):
    """A key by which a collection was judged.

    Attributes:
        collection: its origin.
        told: what people call that.
        voucher: a `Voucher`: whose word it is that this is the right key.
        source: the name of the remote that it is known from; empty if it has none.
        until: when the first of what it signed ends, with it or by itself, seconds since 1970;
            None if never.
    """

    collection: str
    fingerprint: str
    user_id: str
    voucher: Voucher
    source: str
    until: int | None
    told: str = ""


class CollectionKeys(Closing):
    """The keys that judge one collection. A context manager.

    Attributes:
        keyring: of those; None if there is none.
        metadata_keyring: of those that may have signed ostree-metadata: the maker's counts too,
            for nothing else.
    """

    def __init__(
        self,
        collection: str,
        known: Sequence[Remote],
        copy: UpstreamCopy,
        record: StickRecord | None,
        trust: Trust,
        *,
        told: str,
        alone: bool,
    ) -> None:
        """``told``: what people call it."""
        self._collection = collection
        self._told = told
        self._copy = copy
        self._trust = trust
        self._vouched = vouching(collection, known, copy, trust.named, alone=alone and trust.alone)
        entry = record.collections.get(collection) if record is not None else None
        # Only a claim of the drive's.
        self._maker = entry.metadata_key if entry is not None else ""
        self._recorded = frozenset(entry.keys) if entry is not None else frozenset()
        self.keyring = open_keyring(self._vouched.keys)
        self.metadata_keyring = self.keyring
        makers = [key for key in self._handed_out() if key.fingerprint == self._maker]
        if makers:
            keyring = open_keyring((*self._vouched.keys, *(key.data for key in makers)))
            self.metadata_keyring = keyring or self.keyring

    def close(self) -> None:
        for keyring in (self.keyring, self.metadata_keyring):
            if keyring is not None:
                keyring.close()

    def _handed_out(self) -> list[PublicKey]:
        return [key for blob in copy_keys(self._copy) for key in keys_in(blob)]

    def used(self, verdicts: Iterable[Judgement]) -> tuple[UsedKey, ...]:
        """The keys behind good signatures, and those that were good while their keys lasted."""
        used: dict[str, UsedKey] = {}
        for verdict in verdicts:
            if verdict.verdict not in _SIGNED:
                continue
            old = used.get(verdict.fingerprint)
            until = first_end((ends(verdict), old.until if old is not None else None))
            word = self._vouched.word(verdict.fingerprint)
            used[verdict.fingerprint] = UsedKey(
                self._collection,
                verdict.fingerprint,
                verdict.user_id,
                word.voucher,
                clean(word.source, Policy.NAME),
                until,
                self._told,
            )
        return tuple(used[fingerprint] for fingerprint in sorted(used))

    # Findings

    def check_voucher(
        self, used: Sequence[UsedKey], *, signed: bool, apps: Sequence[str], accepted: bool
    ) -> Iterator[Finding]:
        """Whether anybody but the drive knows the collection.

        ``signed``: something of it has a signature. ``apps``: IDs of what is at stake.
        ``accepted``: that nothing is signed was accepted by the person who asks.
        """
        if self._vouched.known and self.keyring is not None:
            return
        accepted = accepted or self._collection in self._trust.accepted
        if self.keyring is not None:
            if not self._trust.drive_keys:
                yield self._unvouched(used, accepted=accepted)
        elif signed:
            yield finding(
                Code.UNVOUCHED,
                self._collection,
                self._without_key(apps),
                hint=_NAME_A_KEY,
                accepted=accepted,
            )
            yield finding(
                Code.UNKNOWN_KEY,
                self._collection,
                Message(
                    "Neither this computer nor the drive has the key of {collection}; its "
                    "signatures cannot be judged.",
                    collection=self._told,
                ),
            )
        else:
            yield self._unsigned(apps, accepted=accepted)

    def _without_key(self, apps: Sequence[str]) -> Message:
        if origin_remote(self._collection) is None or not apps:
            return Message(
                "Nobody vouches for {collection}: neither this computer nor the drive has "
                "the key that signed it.",
                collection=self._told,
            )
        return Message(
            "Nobody vouches for {collection}: neither this computer nor the drive has the key "
            "that signed it. From it: {apps}.",
            collection=self._told,
            apps=tuple(apps[:_MOST_APPS]),
        )

    def _unsigned(self, apps: Sequence[str], *, accepted: bool) -> Finding:
        text = Message(
            "Nobody vouches for {collection}: it has no key, and nothing of it is signed.",
            collection=self._told,
        )
        if apps:
            text = Message(
                "Nobody vouches for {collection}: it has no key, and nothing of it is signed. From "
                "it: {apps}.",
                collection=self._told,
                apps=tuple(apps[:_MOST_APPS]),
            )
        return finding(Code.UNVOUCHED, self._collection, text, hint=NO_SIGNATURE, accepted=accepted)

    def _unvouched(self, used: Sequence[UsedKey], *, accepted: bool) -> Finding:
        assert self.keyring is not None
        if used:
            names = ", ".join(f"{key.fingerprint} ({key.user_id})" for key in used)
            text = Message(
                "{collection} is signed by a key that only this drive knows: {names}.",
                collection=self._told,
                names=names,
            )
        else:
            keys = self.keyring.keys
            names = ", ".join(f"{key.fingerprint} ({key.user_id})" for key in keys)
            text = Message(
                "Only this drive knows the key of {collection}: {names}.",
                collection=self._told,
                names=names,
            )
        return finding(Code.UNVOUCHED, self._collection, text, accepted=accepted)

    def check_handed_out(self, *, signed: bool) -> Iterator[Finding]:
        """The keys of the .flatpakrepo, from which clients take them.

        ``signed``: something of the collection has a signature.
        """
        if self._copy.repo_file is None:
            return
        yield from self._check_address()
        own = open_keyring(copy_keys(self._copy))
        if own is None or self.keyring is None:
            keyless = origin_remote(self._collection) is not None and not self._recorded
            if self.keyring is None and (keyless or not signed):
                return
            yield finding(
                Code.KIT_ALTERED,
                self._collection,
                Message(
                    "The drive does not have the key of {collection}: computers that do not "
                    "know it cannot install.",
                    collection=self._told,
                ),
                hint=Remedy.REPAIR,
            )
            return
        with own:
            carried = {key.fingerprint: key for key in own.keys}
        known = {key.fingerprint: key for key in self.keyring.keys}
        yield from self._check_whose(carried, known)
        for fingerprint, key in carried.items():
            if fingerprint in known:
                yield from self._check_state(key, known[fingerprint])

    def _check_whose(
        self, carried: Mapping[str, Key], known: Mapping[str, Key]
    ) -> Iterator[Finding]:
        """Are those that are handed out those that are known here? By fingerprint."""
        foreign = carried.keys() - known.keys()
        if foreign == {self._maker} and carried.keys() & known.keys():
            if not self._knows_maker():
                key, name = self._maker, carried[self._maker].user_id
                yield finding(
                    Code.UNVOUCHED,
                    self._collection,
                    Message(
                        "Beside the publisher's key the drive hands out one for {collection} that "
                        "it calls its maker's, and nobody here knows: {key} ({owner}).",
                        collection=self._told,
                        key=key,
                        owner=name,
                    ),
                    hint=Remedy.VOUCH_FOR_MAKER.advice(key=key),
                )
        elif foreign or not carried.keys() & known.keys():
            yield finding(
                Code.KIT_ALTERED,
                self._collection,
                Message(
                    "The drive hands out a key for {collection} that is not the one this "
                    "computer knows.",
                    collection=self._told,
                ),
                hint=Remedy.DO_NOT_TRUST,
            )
        elif self._recorded and carried.keys() - {self._maker} != self._recorded:
            yield finding(
                Code.KIT_ALTERED,
                self._collection,
                Message(
                    "The drive hands out other keys for {collection} than it was made with.",
                    collection=self._told,
                ),
                hint=Remedy.DO_NOT_TRUST,
            )

    def _check_state(self, handed_out: Key, known: Key) -> Iterator[Finding]:
        """A key may be the right one, and not be good any more as it is handed out."""
        name = handed_out.user_id
        if handed_out.revoked and not known.revoked:
            message = Message(
                "As the drive hands it out, the key of {owner} for {collection} is revoked; "
                "here it is not.",
                owner=name,
                collection=self._told,
            )
            yield finding(Code.KIT_ALTERED, self._collection, message, hint=Remedy.REPAIR)
        elif handed_out.expired and not known.expired:
            ended = date_text(handed_out.expires)
            message = Message(
                "As the drive hands it out, the key of {owner} for {collection} expired on "
                "{ended}; here it is known to be valid.",
                owner=name,
                collection=self._told,
                ended=ended,
            )
            yield finding(Code.KIT_ALTERED, self._collection, message, hint=Remedy.REPAIR)

    def _check_address(self) -> Iterator[Finding]:
        """Where it leads; only where that is known here, or told by the signed list.

        What leads nowhere, as to a directory that it was made from, is not led astray.
        """
        file, expected = self._copy.repo_file, self._vouched.addresses
        if file is None or not expected or not is_public(file.url):
            return
        if any(same_place(file.url, address) for address in expected):
            return
        yield finding(
            Code.KIT_ALTERED,
            self._collection,
            Message(
                "Computers that install from the drive will look for updates of "
                "{collection} at {url}, which is not where its publisher is known to be.",
                collection=self._told,
                url=public_address(file.url),
            ),
        )

    def _knows_maker(self) -> bool:
        """The drive's word for it is not enough."""
        if self._maker in self._trust.maker_keys:
            return True
        try:
            return self._maker in own_fingerprints()
        except SatchelError:
            return False

    def check_expiry(self, verdicts: Iterable[Judgement]) -> Iterator[Finding]:
        """Of the keys that signed; others that the remote has do not matter."""
        now = time.time()
        ends_at: dict[str, int] = {}
        for verdict in verdicts:
            end = ends(verdict)
            if end is not None:
                ends_at[verdict.user_id] = min(end, ends_at.get(verdict.user_id, end))
        for name, end in sorted(ends_at.items()):
            if end <= now:
                message = Message("The key of {owner} expired on {end}.", owner=name, end=Day(end))
                yield finding(Code.KEY_EXPIRED, self._collection, message)
            elif end - now < SOON:
                message = Message(
                    "The key of {owner}, or what it signed, expires on {end}.",
                    owner=name,
                    end=Day(end),
                )
                yield finding(Code.KEY_EXPIRES_SOON, self._collection, message)


_NAME_A_KEY = Remedy.NAME_PUBLISHERS_KEY
