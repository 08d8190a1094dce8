"""Which snapshots were accepted before, so that an old one cannot be passed off as new."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from app.errors import TrustError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.client import INDEX, SUMMARY
from app.flatpak.upstream.summary_index import SummaryIndex, summary_made
from app.flatpak.upstream.upstream import Snapshot, Upstream
from app.formats.gvariant import FormatError
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.fs.root import Root
from app.message import Message, Moment
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.ostree.summary import Summary
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity

FILE = "snapshots.json"
_MAX_SIZE = 1024 * 1024
_MOST_SHOWN = 200
_LAG = 2 * 24 * 3600
"""Seconds that one of several servers may be behind the others without anybody's intent."""


class OlderSnapshotError(TrustError):
    """Upstream offers an older summary than was seen before."""


class AcceptedSnapshots:
    """The time of the newest accepted snapshot of each source, in a file of this computer.

    Shape: an object; "COLLECTION KEY ADDRESS" → seconds since 1970. ADDRESS is missing in what was
    remembered before addresses were told apart.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self, origin: Origin) -> int | None:
        """Seconds since 1970, from this very address."""
        entries = self._read()
        made = entries.get(str(origin))
        if made is None and not any(known.startswith(f"{origin.whose} ") for known in entries):
            made = entries.get(origin.whose)
        return made if isinstance(made, int) else None

    def elsewhere(self, origin: Origin) -> tuple[int, str] | None:
        """The newest of the same collection and key from another address, and that address."""
        found = [
            (made, known.removeprefix(f"{origin.whose} "))
            for known, made in self._read().items()
            if known.startswith(f"{origin.whose} ") and known != str(origin)
            if isinstance(made, int)
        ]
        return max(found, default=None)

    def accept(self, origin: Origin, made: int) -> None:
        """Remember a snapshot; what cannot be remembered protects less, but stops nothing."""
        entries = self._read()
        entries[str(origin)] = made
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
            replace_file(self._path, json.dumps(entries, indent=1).encode())

    def _read(self) -> dict[str, object]:
        try:
            found = json.loads(read_bounded(self._path, _MAX_SIZE))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose snapshots are compared.

    Attributes:
        whose: the collection and the key that signed; mirrors share it.
        address: without secrets.
    """

    whose: str
    address: str

    @classmethod
    def of(cls, snapshot: Snapshot, remote: Remote) -> Origin:
        key = snapshot.signature.fingerprint or "unsigned"
        return cls(f"{snapshot.collection} {key}", remote.address.rstrip("/"))

    def __str__(self) -> str:
        return f"{self.whose} {self.address}"


def snapshot_made(directory: Root) -> int | None:
    """When the snapshot was made whose copy is in ``directory``; None if there is none."""
    with contextlib.suppress(OSError, FormatError):
        made = SummaryIndex(directory.read(INDEX, MAX_SUMMARY_SIZE)).last_modified
        if made is not None:
            return made
    with contextlib.suppress(OSError, FormatError):
        return summary_made(Summary(directory.read(SUMMARY, MAX_SUMMARY_SIZE)))
    return None


def refuse_older(
    upstream: Upstream, copy: Root, copied_from: str, accepted: AcceptedSnapshots
) -> list[Notice]:
    """Raise `OlderSnapshotError` if a newer snapshot is on the stick or came from there before.

    ``copy`` is the directory of the upstream copy on the stick, ``copied_from`` the address that it
    came from, if the stick tells. A mirror that is behind another address is worth a notice.
    """
    made = upstream.snapshot.made
    if made is None:
        return []
    origin = Origin.of(upstream.snapshot, upstream.remote)
    label = upstream.remote.label
    seen, on_stick = accepted.last(origin), snapshot_made(copy)
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
