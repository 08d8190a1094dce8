"""Bundles on a drive: ``satchel/bundles/NAME.flatpak``, each an app or runtime as a file.

Form: FORMAT.md beside this. What the record says of them is held against the files themselves.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from msgspec import Struct

from app.discreet import Discreet
from app.flatpak.bundles.bundle import SUFFIX, Bundle, BundleError, read_bundle
from app.flatpak.related import RelatedPolicy, related
from app.fs.files import is_hollow
from app.fs.nodes import Node
from app.fs.root import Root
from app.fs.sums import file_sum
from app.message import Message
from app.progress import Cancel
from app.stick.store.contents import CarriedRef, RefSet, is_replaced, own_extensions
from app.stick.store.location import KIT_FOLDER, Location, find_sticks
from app.stick.store.record import BundleRecord, StickRecord, read_record

FOLDER = "bundles"
"""In the folder for people."""

MOST = 10_000
"""Names that are looked at."""

_TEMPORARY = re.compile(r"\..*\.flatpak\.\w+\.tmp")


FILE_AGAIN = Message(
    "Repair the drive from another that has the same file, make it with the file once more, or "
    "take the app off."
)
"""What helps where a file is not what was put on the drive."""


class StoredBundle(Discreet, Struct, frozen=True):
    """A bundle that the record names, and its file.

    Attributes:
        bundle: what the file says; None if it is not there or none.
        problem: why not, as a sentence; None if it is.
        missing: it is not there.
    """

    UNCOMPARED = frozenset({"problem"})

    record: BundleRecord
    bundle: Bundle | None
    problem: Message | None = None
    missing: bool = False

    @property
    def path(self) -> str:
        """Where it lies, from the top of the drive."""
        return bundle_path(self.record.file)


def bundle_record(bundle: Bundle, sha256: str, *, file: str = "", source: str = "") -> BundleRecord:
    """What a record says of it. ``sha256``: of all of it; the others as there."""
    return BundleRecord(
        file=file,
        ref=str(bundle.ref),
        commit=bundle.commit,
        sha256=sha256,
        size=bundle.size,
        installed_size=bundle.installed_size,
        name=bundle.name,
        origin=bundle.origin,
        runtime_repo=bundle.runtime_repo,
        source=source,
    )


def bundle_path(file: str) -> str:
    """Where a bundle lies, from the top of the drive."""
    return f"{KIT_FOLDER}/{FOLDER}/{file}"


def read_bundles(location: Location, record: StickRecord | None) -> tuple[StoredBundle, ...]:
    """Those that the record names; their headers are read, not all of them."""
    if record is None:
        return ()
    return tuple(_read(location.drive, entry) for entry in record.bundles)


def _read(drive: Root, entry: BundleRecord) -> StoredBundle:
    path = bundle_path(entry.file)
    try:
        with os.fdopen(drive.open_regular(path), "rb") as file:
            descriptor = file.fileno()

            def read(start: int, end: int) -> bytes:
                return os.pread(descriptor, end - start, start)

            size = os.fstat(descriptor).st_size
            return StoredBundle(entry, read_bundle(read, size, entry.file))
    except BundleError as error:
        return StoredBundle(entry, None, error.message)
    except FileNotFoundError:
        return StoredBundle(entry, None, Message("{path} is not there.", path=path), missing=True)
    except OSError as error:
        reason = error.strerror or str(error)
        problem = Message("{path} cannot be read: {reason}.", path=path, reason=reason)
        return StoredBundle(entry, None, problem)


def is_right(location: Location, record: BundleRecord, cancel: Cancel | None = None) -> bool:
    """Whether the file is there and what the record says; reads all of it. Raises what ``cancel``
    raises."""
    try:
        with os.fdopen(location.drive.open_regular(bundle_path(record.file)), "rb") as file:
            status = os.fstat(file.fileno())
            if status.st_size != record.size or is_hollow(status):
                return False
            tell = cancel.check if cancel is not None else _nothing
            digest = file_sum(file, record.size, lambda _size: tell())
    except OSError:
        return False
    return digest == record.sha256


def _nothing() -> None:
    """Goes on."""


def other_files(location: Location, record: StickRecord | None) -> Iterator[str]:
    """What else lies in their folder, by its path from the top of the drive; not what another
    repository on the drive has put there."""
    known = {entry.file for entry in record.bundles} if record is not None else set()
    with contextlib.suppress(OSError):
        entries = [
            entry
            for entry in islice(location.drive.entries(f"{KIT_FOLDER}/{FOLDER}"), MOST)
            if not (entry.name in known and entry.node is Node.FILE)
            and not _TEMPORARY.fullmatch(entry.name)
        ]
        others = files_of_others(location) if entries else frozenset()
        for entry in entries:
            if not (entry.name in others and entry.node is Node.FILE):
                yield entry.path


def files_of_others(location: Location) -> frozenset[str]:
    """Names of the files that other repositories on the drive say are theirs. Raises OSError."""
    records = [
        read_record(place)
        for place in find_sticks(location.drive.base)
        if place.repository_path != location.repository_path
    ]
    return frozenset(
        entry.file for record in records if record is not None for entry in record.bundles
    )


def bundle_name(bundle: Bundle, number: int) -> str:
    """What its file is called on a drive; ``number``: how often the name was taken before."""
    more = f"-{number + 1}" if number else ""
    return f"{bundle.ref.id}{more}{SUFFIX}"


def bundle_needs(
    bundle: Bundle,
    carried: Mapping[tuple[str, str], CarriedRef],
    refs: Mapping[str, Mapping[str, str]],
    sets: Mapping[str, RefSet],
) -> tuple[tuple[str, str], ...]:
    """What a client has to install with a bundle, as (collection, ref), all of it on the stick.

    The runtime and its extensions first, then the app's own, of whatever source. Where several
    have the same, the first by its name counts.
    """
    needed: list[tuple[str, str]] = []
    place = bundle_runtime(bundle, refs)
    if place is not None:
        needed.append(place)
        runtime = carried.get(place)
        if runtime is not None and not is_replaced(runtime, carried):
            needed.extend(own_extensions(runtime, sets))
    seen: set[str] = set()
    for collection in sorted(sets):
        for extension in related(bundle.ref, bundle.metadata, sets[collection], RelatedPolicy()):
            name = str(extension.ref)
            if name not in seen:
                seen.add(name)
                needed.append((collection, name))
    return tuple(dict.fromkeys(needed))


def runtime_file(bundle: Bundle, stored: Iterable[StoredBundle]) -> BundleRecord | None:
    """Which of those on the stick is its runtime."""
    runtime = bundle.metadata.runtime
    if bundle.ref.kind != "app" or runtime is None:
        return None
    fitting = (each for each in stored if each.bundle is not None and each.bundle.ref == runtime)
    return next((each.record for each in fitting), None)


def bundle_runtime(bundle: Bundle, refs: Mapping[str, Mapping[str, str]]) -> tuple[str, str] | None:
    """Collection and ref of its runtime on the stick."""
    if bundle.ref.kind != "app" or bundle.metadata.runtime is None:
        return None
    name = str(bundle.metadata.runtime)
    places = ((collection, name) for collection in sorted(refs) if name in refs[collection])
    return next(places, None)
