"""Writes bundles onto a drive, each as a whole, and takes off those that leave it.

A new one gets its name before any list names it, and an old one goes when none does any more: a
file is never exchanged for another one of its name, so that at every moment each is what the lists
say.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.errors import UsageError
from app.fs.files import open_regular, temporary_name
from app.fs.nodes import Node
from app.fs.sums import copy_and_sum
from app.message import Message
from app.progress import Cancel, Meter, counting
from app.remedy import Remedy
from app.stick.planning.plan import Action, Plan
from app.stick.store.bundles import FOLDER, bundle_path, files_of_others, is_right, other_files
from app.stick.store.location import Location
from app.stick.store.record import BundleRecord, StickRecord


class BundleChangedError(UsageError):
    """The file is not the one that the plan was made for."""


def write_bundles(location: Location, plan: Plan, meter: Meter, cancel: Cancel) -> tuple[int, ...]:
    """Write those that are new, and how many bytes each had. On the medium, and not named by any
    list.

    Raises `BundleChangedError`, OSError, and what ``cancel`` raises.
    """
    new = [each for each in plan.bundles if each.action is not Action.KEEP]
    sizes = []
    for each in new:
        if each.source is None:
            raise ValueError("a bundle to be written comes from somewhere")
        sizes.append(write_bundle(location, each.record, each.source, meter, cancel))
    return tuple(filter(None, sizes))


def write_bundle(
    location: Location, record: BundleRecord, source: Path, meter: Meter, cancel: Cancel
) -> int:
    """Copy the file at ``source``, and its bytes. On the medium afterwards. Raises as
    `write_bundles`."""
    folder = location.kit.below(FOLDER)
    folder.make_directory()
    folder.drop_temporaries(".")
    if is_right(location, record, cancel):
        # Of a job that was interrupted.
        meter.came(record.size)
        return 0
    if folder.node(record.file) is not None:
        folder.put_aside(record.file)
    temporary = temporary_name(record.file)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with (
            _opened(source, record) as file,
            os.fdopen(folder.open_for_writing(temporary, flags), "wb") as target,
        ):
            digest = copy_and_sum(file, target, record.size, counting(meter, cancel))
            target.flush()
            os.fsync(target.fileno())
        if digest != record.sha256:
            raise _changed(source)
        folder.rename(temporary, record.file)
    except BaseException:
        with contextlib.suppress(OSError):
            folder.remove(temporary)
        raise
    folder.sync_directory()
    return record.size


@contextlib.contextmanager
def _opened(path: Path, record: BundleRecord) -> Iterator[BinaryIO]:
    try:
        descriptor = open_regular(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BundleChangedError(
            Message("{path} cannot be read any more: {reason}.", path=path, reason=reason),
            Remedy.RUN_AGAIN,
        ) from error
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(descriptor).st_size != record.size:
            raise _changed(path)
        yield file


def _changed(path: Path) -> BundleChangedError:
    return BundleChangedError(
        Message("{path} was changed since the plan was made.", path=path), Remedy.RUN_AGAIN
    )


def after(plan: Plan, old: StickRecord | None) -> tuple[BundleRecord, ...]:
    """What the record says of bundles after the job; what the plan does not touch stays."""
    planned = [each.record for each in plan.bundles]
    known = {record.ref for record in (*planned, *plan.removed_bundles)}
    rest = [each for each in (old.bundles if old is not None else ()) if each.ref not in known]
    return tuple(sorted((*planned, *rest), key=lambda record: record.ref))


def remove_bundles(
    location: Location, plan: Plan, old: StickRecord | None, new: StickRecord
) -> tuple[int, ...]:
    """Take off the files that ``plan`` or ``old`` names, and neither ``new`` nor another repository
    on the drive; how many bytes each had. Raises OSError."""
    kept = {record.file for record in new.bundles}
    before = (*(old.bundles if old is not None else ()), *plan.removed_bundles)
    files = {each.file for each in before}.union(*(each.replaces for each in plan.bundles))
    gone = sorted(files - kept)
    others = files_of_others(location) if gone else frozenset()
    sizes = []
    for file in gone:
        if file not in others:
            path = bundle_path(file)
            node = location.drive.node(path)
            if node is Node.FILE:
                sizes.append(location.drive.status(path).st_size)
            elif node is not None:
                location.drive.put_aside(path)
            location.drive.remove(path)
    if not kept and not any(other_files(location, new)):
        with contextlib.suppress(OSError):
            location.kit.remove_directory(FOLDER)
    return tuple(sizes)
