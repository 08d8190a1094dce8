"""Which snapshots were accepted before, so that an old one cannot be passed off as new."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from app.errors import TrustError
from app.files import DIRECTORY_MODE, read_bounded, replace_file
from app.flatpak.index import SummaryIndex, summary_made
from app.flatpak.upstream import INDEX, SUMMARY, Snapshot, Upstream
from app.ostree.gvariant import FormatError
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.ostree.summary import Summary
from app.root import Root
from app.words import moment_text

_MAX_SIZE = 1024 * 1024


class OlderSnapshotError(TrustError):
    """Upstream offers an older summary than was seen before."""


class AcceptedSnapshots:
    """The time of the newest accepted snapshot of each collection, in a file of this computer."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self, identity: str) -> int | None:
        """Seconds since 1970."""
        made = self._read().get(identity)
        return made if isinstance(made, int) else None

    def accept(self, identity: str, made: int) -> None:
        """Remember a snapshot; what cannot be remembered protects less, but stops nothing."""
        entries = self._read()
        entries[identity] = made
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
            replace_file(self._path, json.dumps(entries, indent=1).encode())

    def _read(self) -> dict[str, object]:
        try:
            found = json.loads(read_bounded(self._path, _MAX_SIZE))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def identity(snapshot: Snapshot, url: str) -> str:
    """Whose snapshots are compared: those of one collection signed by one key."""
    return f"{snapshot.collection} {snapshot.signature.fingerprint or url}"


def snapshot_made(directory: Root) -> int | None:
    """When the snapshot was made whose copy is in ``directory``; None if there is none."""
    with contextlib.suppress(OSError, FormatError):
        made = SummaryIndex(directory.read(INDEX, MAX_SUMMARY_SIZE)).last_modified
        if made is not None:
            return made
    with contextlib.suppress(OSError, FormatError):
        return summary_made(Summary(directory.read(SUMMARY, MAX_SUMMARY_SIZE)))
    return None


def refuse_older(upstream: Upstream, copy: Root, accepted: AcceptedSnapshots) -> None:
    """Raise `OlderSnapshotError` if a newer snapshot is on the stick or was accepted before.

    ``copy`` is the directory of the upstream copy on the stick.
    """
    made = upstream.snapshot.made
    if made is None:
        return
    known = [snapshot_made(copy), accepted.last(identity(upstream.snapshot, upstream.remote.url))]
    newest = max((time for time in known if time is not None), default=made)
    if made < newest:
        raise OlderSnapshotError(
            f"{upstream.remote.label} offers a list of apps from {moment_text(made)}, older than "
            f"the one from {moment_text(newest)} that was used before.",
            "Somebody may be holding back updates. If upstream really went back, use "
            "--allow-older.",
        )
