"""Which snapshots were accepted before, so that an old one cannot be passed off as new."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from app.errors import TrustError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.offer import Offer
from app.flatpak.upstream.upstream import Snapshot
from app.formats import schema
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.message import Message, Moment
from app.ostree.names import origin_remote
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.stick.memory.one_change import one_at_a_time

FILE = "snapshots.json"
_MAX_SIZE = 1024 * 1024
_MOST_SHOWN = 200
_LONGEST = 8192
_LAG = 2 * 24 * 3600
"""Seconds that one of several servers may be behind the others without anybody's intent."""


class OlderSnapshotError(TrustError):
    """Upstream offers an older summary than was seen before."""


class SeenSnapshots(Struct, frozen=True):
    """The time of the newest accepted snapshot of each source.

    Attributes:
        made: "COLLECTION KEY ADDRESS" → seconds since 1970. ADDRESS is missing in what was
            remembered before addresses were told apart.
    """

    made: Mapping[str, int] = field(default_factory=dict)

    def last(self, origin: Origin) -> int | None:
        """Seconds since 1970, from this very address."""
        made = self.made.get(str(origin))
        if made is None and not any(known.startswith(f"{origin.whose} ") for known in self.made):
            made = self.made.get(origin.whose)
        return made

    def elsewhere(self, origin: Origin) -> tuple[int, str] | None:
        """The newest of the same collection and key from another address, and that address."""
        others = (
            (made, known.removeprefix(f"{origin.whose} "))
            for known, made in self.made.items()
            if known.startswith(f"{origin.whose} ") and known != str(origin)
        )
        return max(others, default=None)

    def signers(self, collection: str, address: str) -> frozenset[str]:
        """By which keys lists of a collection came from an address before: fingerprints."""
        told = (known.split(" ", 2) for known in self.made)
        wanted = collection, address.rstrip("/")
        return frozenset(each[1] for each in told if (each[0], *each[2:]) == wanted)


class AcceptedSnapshots:
    """`SeenSnapshots` in a file of this computer: an object of its shape."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> SeenSnapshots:
        """What is not in order is not there."""
        return SeenSnapshots(self._read())

    @one_at_a_time
    def accept(self, origin: Origin, made: int) -> None:
        """Remember a snapshot; what cannot be remembered protects less, but stops nothing."""
        entries = self._read()
        entries[str(origin)] = made
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
            replace_file(self._path, json.dumps(entries, indent=1).encode())

    def _read(self) -> dict[str, int]:
        try:
            return _SNAPSHOTS(schema.parse_json(read_bounded(self._path, _MAX_SIZE)))
        except (OSError, schema.SchemaError):
            return {}


_SNAPSHOTS = schema.mapping_of(
    schema.text(_LONGEST), schema.integer(0, (1 << 64) - 1), lenient=True
)


class Origin(Struct, frozen=True):
    """Whose snapshots are compared.

    Attributes:
        whose: the collection, or the address of what has none, and the key that signed; mirrors of
            a collection share it.
        address: without secrets.
    """

    whose: str
    address: str

    @classmethod
    def of(cls, snapshot: Snapshot, remote: Remote) -> Origin:
        key = snapshot.signature.fingerprint or "unsigned"
        address = remote.address.rstrip("/")
        collection = snapshot.collection
        # What a drive calls it says nothing.
        whose = address if origin_remote(collection) is not None else collection
        return cls(f"{whose} {key}", address)

    def __str__(self) -> str:
        return f"{self.whose} {self.address}"


def refuse_older(
    upstream: Offer, on_stick: int | None, copied_from: str, accepted: SeenSnapshots
) -> list[Notice]:
    """Raise `OlderSnapshotError` if a newer snapshot is on the stick or came from there before.

    ``on_stick`` is when the snapshot was made whose copy is on the stick, None if that does not
    tell or there is none; ``copied_from`` the address that it came from, if the stick tells. A
    mirror that is behind another address is worth a notice.
    """
    made = upstream.snapshot.made
    if made is None:
        return []
    origin = Origin.of(upstream.snapshot, upstream.remote)
    label = upstream.remote.label
    seen = accepted.last(origin)
    copied_from = copied_from.rstrip("/")[:_MOST_SHOWN]
    if seen is not None and made < seen:
        raise _went_back(label, made, seen)
    if on_stick is not None and made < on_stick:
        if copied_from in {"", origin.address}:
            raise _went_back(label, made, on_stick)
        raise OlderSnapshotError(
            Message(
                "{address} lags behind {copied_from}, from where the drive has its list of "
                "apps: that is from {on_stick}, this one from {made}.",
                address=origin.address,
                copied_from=copied_from,
                on_stick=Moment(on_stick),
                made=Moment(made),
            ),
            Remedy.USE_ORIGIN_OR_ALLOW_OLDER.advice(copied_from=copied_from),
        )
    other = accepted.elsewhere(origin)
    if other is not None and made < other[0]:
        return [
            Notice(
                Severity.WARNING,
                Message(
                    "{label} at {address} lags behind {other}, which had a list of apps from "
                    "{newer}; this one is from {made}.",
                    label=label,
                    address=origin.address,
                    other=other[1],
                    newer=Moment(other[0]),
                    made=Moment(made),
                ),
                Message(
                    "A mirror catches up within a day or two; one that does not holds back updates."
                ),
            )
        ]
    return []


def _went_back(label: str, made: int, newest: int) -> OlderSnapshotError:
    """What it means that an address offers less than before."""
    message = Message(
        "{label} offers a list of apps from {made}, older than the one from "
        "{newest} that was used before.",
        label=label,
        made=Moment(made),
        newest=Moment(newest),
    )
    if newest - made <= _LAG:
        return OlderSnapshotError(
            message,
            Remedy.TRY_LATER_OR_ALLOW_OLDER,
        )
    return OlderSnapshotError(
        message,
        Remedy.ALLOW_OLDER,
    )
