"""Keys that this computer has come to know: jobs were done with them, or upstream handed them out.

They stand in a file of the state directory. A later check on the same computer takes its word for
them; and a key that a signed list handed out counts for whoever trusts the key that signed it, as
flatpak stores it for the remote.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from app.errors import SatchelError
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.formats import schema
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.message import Message
from app.ostree.names import is_collection_id
from app.replacing import replace
from app.stick.memory.one_change import one_at_a_time
from app.trust.prolonged import fingerprints_in, keys_in, with_copies

FILE = "keys.json"
_MAX_SIZE = 4 * 1024 * 1024
_MOST = 500
"""Keys that are remembered; the oldest are forgotten first."""

_MOST_SIGNERS = 8


class NotForgottenError(SatchelError):
    """The state directory cannot be changed."""


class RememberedKey(Struct, frozen=True):
    """A primary key with all that belongs to it.

    Attributes:
        collection: empty for a remote that has none: then it is the key of what is at ``url``.
        remote, url: of the remote that it came with.
        key: its packets.
        since: when it was last used or seen, seconds since 1970.
        used: a job was done with it.
        signed_by: fingerprints of the keys that signed a list which handed it out; empty if it came
            with the remote.
    """

    collection: str
    fingerprint: str
    remote: str
    url: str
    key: bytes
    since: int
    used: bool
    signed_by: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        """What there is one of: whose key, and which."""
        return self.collection or self.url, self.fingerprint


class RememberedKeys:
    """Those in a file; what cannot be read or written protects less, but stops nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> tuple[RememberedKey, ...]:
        """By collection, then by fingerprint."""
        try:
            keys = _KEYS(schema.parse_json(read_bounded(self._path, _MAX_SIZE)))
        except (OSError, schema.SchemaError):
            return ()
        return tuple(sorted(keys, key=lambda key: (key.collection, key.fingerprint)))

    def remotes(self) -> tuple[Remote, ...]:
        """Those of jobs, as remotes whose keys count; for checks, not to be searched."""
        return tuple(
            Remote(
                name=known.remote,
                url=known.url,
                collection_id=known.collection or None,
                keys=(known.key,),
                origin=RemoteOrigin.JOB,
                listed=False,
            )
            for known in self.all()
            if known.used
        )

    @one_at_a_time
    def remember(self, keys: Iterable[RememberedKey]) -> None:
        """Add keys, or note that they were used again."""
        known = {known_key.place: known_key for known_key in self.all()}
        for new in keys:
            place = new.place
            old = known.get(place)
            known[place] = _joined(old, new) if old is not None else new
        newest = sorted(known.values(), key=lambda key: -key.since)[:_MOST]
        with contextlib.suppress(OSError):
            self._write(newest)

    @one_at_a_time
    def forget(self, fingerprint: str) -> tuple[RememberedKey, ...]:
        """Forget a key for every collection; what was forgotten. Raises `NotForgottenError`."""
        wanted = fingerprint.replace(" ", "").upper()
        keys = self.all()
        gone = tuple(key for key in keys if key.fingerprint == wanted)
        if gone:
            try:
                self._write([key for key in keys if key.fingerprint != wanted])
            except OSError as error:
                raise NotForgottenError(
                    Message(
                        "{path} cannot be changed: {reason}.",
                        path=self._path,
                        reason=error.strerror,
                    ),
                    Message("Nothing was changed."),
                ) from error
        return gone

    def _write(self, keys: Sequence[RememberedKey]) -> None:
        entries = [
            {
                "collection": key.collection,
                "fingerprint": key.fingerprint,
                "remote": key.remote,
                "url": key.url,
                "key": base64.b64encode(key.key).decode("ascii"),
                "since": key.since,
                "used": key.used,
                "signed_by": list(key.signed_by),
            }
            for key in keys
        ]
        self._path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
        replace_file(self._path, json.dumps({"version": 1, "keys": entries}, indent=1).encode())


def _joined(old: RememberedKey, new: RememberedKey) -> RememberedKey:
    signed_by = tuple(dict.fromkeys((*old.signed_by, *new.signed_by)))[-_MOST_SIGNERS:]
    return replace(new, used=new.used or old.used, signed_by=signed_by)


def used_keys(collection: str, remote: Remote, since: int) -> list[RememberedKey]:
    """The keys of a remote that a job was done with; ``collection``: its origin."""
    return _entries(collection, remote, remote.keys, since, used=True)


def handed_out(
    collection: str, remote: Remote, keys: bytes, since: int, signed_by: str
) -> list[RememberedKey]:
    """Keys from a list that the key ``signed_by`` signed."""
    return [
        replace(key, signed_by=(signed_by,))
        for key in _entries(collection, remote, (keys,), since, used=False)
        if key.fingerprint != signed_by
    ]


def _entries(
    collection: str, remote: Remote, keys: Iterable[bytes], since: int, *, used: bool
) -> list[RememberedKey]:
    return [
        RememberedKey(
            collection if is_collection_id(collection) else "",
            key.fingerprint,
            remote.name,
            remote.address,
            key.data,
            since,
            used,
        )
        for blob in keys
        for key in keys_in(blob)
        if key.fingerprint
    ]


def extended(remotes: Iterable[Remote], known: Sequence[RememberedKey]) -> tuple[Remote, ...]:
    """The remotes with the keys that their upstream has handed out, as flatpak has stored them, and
    with other copies of their own keys, be it from one another."""
    given = tuple(remotes)
    pool = [*(key for remote in given for key in remote.keys), *(key.key for key in known)]
    return tuple(_extended(remote, known, pool) for remote in given)


def _extended(remote: Remote, known: Sequence[RememberedKey], pool: Sequence[bytes]) -> Remote:
    if not remote.keys:
        return remote
    keys = remote.keys
    trusted = set(fingerprints_in(keys))
    new = [key for key in known if key.signed_by and _same_place(key, remote)]
    # One that was handed out may have signed what handed out the next.
    while more := [
        key
        for key in new
        if key.fingerprint not in trusted and not trusted.isdisjoint(key.signed_by)
    ]:
        keys = (*keys, *(key.key for key in more))
        trusted.update(key.fingerprint for key in more)
    keys = with_copies(keys, pool)
    return remote if keys == remote.keys else replace(remote, keys=keys)


def _same_place(key: RememberedKey, remote: Remote) -> bool:
    if remote.collection_id is not None:
        return remote.collection_id == key.collection
    return same_place(remote.address, key.url)


def _key(value: object) -> bytes:
    try:
        return base64.b64decode(_TEXT(value), validate=True)
    except ValueError as error:
        raise schema.SchemaError from error


def _remembered(value: object) -> RememberedKey:
    entry = _ENTRY(value)
    if [key.fingerprint for key in keys_in(entry.key)] != [entry.fingerprint]:
        raise schema.SchemaError
    return entry


_TEXT = schema.text(_MAX_SIZE)
_ENTRY = schema.structure(
    RememberedKey,
    collection=schema.text(_MAX_SIZE, lambda text: not text or is_collection_id(text)),
    fingerprint=_TEXT,
    remote=_TEXT,
    url=_TEXT,
    key=_key,
    since=schema.integer(0, (1 << 63) - 1),
    used=schema.flag(),
    signed_by=schema.list_of(_TEXT),
)
_KEYS = schema.member("keys", schema.list_of(_remembered, lenient=True))
