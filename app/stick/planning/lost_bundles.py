"""Apps as files on a drive whose record is lost: they say themselves what they are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import PurePosixPath

from app.errors import SatchelError
from app.flatpak.bundles.bundle import read_bundle
from app.flatpak.remotes.remote import Remote
from app.fs.files import is_hollow
from app.fs.sums import file_sum
from app.progress import Cancel
from app.stick.store.bundles import StoredBundle, bundle_record, other_files
from app.stick.store.location import Location
from app.stick.store.record import is_bundle_name, read_record
from app.stick.trust.bundles import judge_bundle, require_usable


def lost_bundles(
    location: Location, judges: Sequence[Remote], cancel: Cancel
) -> tuple[StoredBundle, ...]:
    """Those that can be carried, by ref; of several of one ref the newest. None where there is a
    record: what that does not name is not Satchel's. ``judges``: whose keys count. Raises what
    ``cancel`` raises."""
    if read_record(location) is not None:
        return ()
    newest: dict[str, tuple[int, StoredBundle]] = {}
    for made, stored in _readable(location, judges, cancel):
        ref = stored.record.ref
        if ref not in newest or newest[ref][0] < made:
            newest[ref] = made, stored
    return tuple(newest[ref][1] for ref in sorted(newest))


def _readable(
    location: Location, judges: Sequence[Remote], cancel: Cancel
) -> Iterator[tuple[int, StoredBundle]]:
    """With when their commits were made."""
    for path in sorted(other_files(location, None)):
        name = PurePosixPath(path).name
        # What is none, or nobody may carry, stays a stranger.
        with suppress(OSError, SatchelError):
            if is_bundle_name(name):
                yield _read(location, path, name, judges, cancel)
        cancel.check()


def _read(
    location: Location, path: str, name: str, judges: Sequence[Remote], cancel: Cancel
) -> tuple[int, StoredBundle]:
    with os.fdopen(location.drive.open_regular(path), "rb") as file:
        descriptor, status = file.fileno(), os.fstat(file.fileno())
        if is_hollow(status):
            raise OSError

        def read(start: int, end: int) -> bytes:
            return os.pread(descriptor, end - start, start)

        bundle = read_bundle(read, status.st_size, name)
        trust = judge_bundle(bundle, judges)
        require_usable(bundle, trust, name)
        digest = file_sum(file, status.st_size, lambda _size: cancel.check())
    record = bundle_record(bundle, digest, file=name, source=trust.source)
    return bundle.timestamp, StoredBundle(record, bundle)
