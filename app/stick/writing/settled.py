"""The end of a job, also of one whose drive is to be the same wherever it is made."""

from __future__ import annotations

import contextlib
import os
from pathlib import PurePosixPath

from app.drive.safety.guard import DriveGuard
from app.fs.settling import settle_directory
from app.ostree.repository import Repository
from app.stick.store.journal import remove_journal
from app.stick.store.location import Location
from app.stick.writing.sharing import share


def end_journal(
    location: Location, repository: Repository, guard: DriveGuard, when: int | None
) -> None:
    """All is done; ``when`` as for `settle_stick`. Raises OSError."""
    # Without a journal what has a name is trusted, also what went just now and may come back.
    guard.flush()
    remove_journal(location, repository.collection_refs().keys())
    settle_stick(location, when)
    guard.flush()


def settle_stick(location: Location, when: int | None) -> None:
    """Give all of a stick the time ``when``, and the modes that it has everywhere; None: it may be
    as it is. Raises OSError.

    What else is on the drive stays as it is, but for the time of its top directory.
    """
    if when is None:
        return
    tops = PurePosixPath(location.repository_path).parts[:1]
    places = (*map(location.drive.below, tops), location.repository, location.kit)
    for place in dict.fromkeys(places):
        descriptor = place.open_directory()
        try:
            settle_directory(descriptor, when)
        finally:
            os.close(descriptor)
    # Where anybody may add to the drive, that stays so.
    share(location)
    descriptor = location.drive.open_directory()
    try:
        with contextlib.suppress(OSError):
            os.utime(descriptor, (when, when))
    finally:
        os.close(descriptor)
