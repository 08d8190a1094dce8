"""Where a copy may come, and whether there is room. Nothing is written here."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from app.drive.safety.guard import FileSystemIdentity, read_file_system
from app.drive.space import Quota, Space, measure, require_writable
from app.errors import UsageError
from app.fs.files import DriveFullError, drive_errors
from app.message import Message, Size
from app.ostree.objects import ObjectName
from app.ostree.place_in_tree import find_object
from app.stick.cloning.images import missing_images
from app.stick.cloning.original import Original
from app.stick.cloning.payloads import missing_payloads
from app.stick.planning.estimate import FileTooLargeError
from app.stick.store.bundles import bundle_path
from app.stick.store.location import (
    DEFAULT_REPO,
    Location,
    choose_stick,
    client_places,
    open_repository,
)
from app.stick.store.record import BundleRecord
from app.stick.store.stick_state import StickState, read_stick

_REST_CLUSTERS = 400
"""Directories of objects, refs and lists, and small files."""


class OtherStickError(UsageError):
    """The drive has something else than what is to be copied to it."""


class Place(Struct, frozen=True):
    """A drive that a stick may be copied to.

    Attributes:
        identity: what is there; nothing else is written to.
        objects: how many are missing there.
        files: how many of extra data, apps as files and images are missing.
        bytes: of all these.
    """

    location: Location
    identity: FileSystemIdentity
    space: Space
    objects: int
    bytes: int
    files: int = 0


def look_at_place(root: Path, original: Original, quota: Quota | None) -> Place:
    """Raises `OtherStickError`, `FileTooLargeError`, DriveFullError and other DriveErrors."""
    path = original.location.repository_path
    location = choose_stick(root, DEFAULT_REPO if path == "." else path)
    identity = read_file_system(root)
    space = measure(root, quota)
    require_writable(root, space)
    there: set[str] = set()
    with drive_errors(Message("looking for the repository")):
        _refuse_itself(root, original)
        for place in client_places(root):
            if place.repository_path != location.repository_path:
                raise _other(root, place)
            there = _there(place, original)
    missing = {name: size for name, size in original.objects.items() if name not in there}
    _check_files(original, missing, space)
    with drive_errors(Message("looking for the repository")):
        payloads = missing_payloads(original, location)
        images = missing_images(original, location)
        bundles = missing_bundles(original, location)
    sizes = (*missing.values(), *payloads.values(), *bundles.values(), *images.values())
    for size in images.values():
        if space.max_file is not None and size > space.max_file:
            what = Message("a file of {size}", size=Size(size))
            raise FileTooLargeError.of(str(original.location.root), what, space)
    needed = sum(map(space.allocated, sizes)) + _REST_CLUSTERS * space.cluster
    needed += len(payloads) * space.cluster
    if needed > space.free:
        raise DriveFullError(
            Message(
                "The copy needs {needed} on {root}, but only {free} of {total} are free.",
                needed=Size(needed),
                root=root,
                free=Size(space.free),
                total=Size(space.total),
            ),
            Message("Free some space, or take a larger drive."),
        )
    if space.free_files is not None and len(missing) > space.free_files:
        raise DriveFullError(
            Message(
                "The copy needs {objects} files on {root}, but its file system has room for only "
                "{free_files} more.",
                objects=f"{len(missing):,}",
                root=root,
                free_files=f"{space.free_files:,}",
            ),
            Message("Format the drive with more inodes, or take another one."),
        )
    files = len(sizes) - len(missing)
    return Place(location, identity, space, len(missing), sum(sizes), files)


def _refuse_itself(root: Path, original: Original) -> None:
    source = original.location.drive.base
    if os.path.samefile(root, source):
        raise UsageError(
            Message("{root} is the drive that is to be copied.", root=root),
            Message("Name another one to copy it to."),
        )


def _there(place: Location, original: Original) -> set[str]:
    """The objects of a stick that is nothing else than an older or unfinished copy."""
    # Also one whose making was stopped.
    repository = open_repository(place, complete=False)
    stick = read_stick(place, repository)
    if stick.refs and not _is_of_the_same_choice(stick, original.stick):
        raise _other(place.root, place)
    if _images(stick) not in (frozenset(), _images(original.stick)):
        raise _other(place.root, place)
    return repository.object_paths()


def _images(stick: StickState) -> frozenset[tuple[str, str]]:
    """The images of registries that were chosen; origin and ref."""
    records = stick.record.images if stick.record is not None else ()
    return frozenset((each.origin, each.ref) for each in records if each.chosen)


def _is_of_the_same_choice(stick: StickState, original: StickState) -> bool:
    if stick.journal is not None and _keys(stick) <= _keys(original):
        return True
    return stick.chosen == original.chosen


def _keys(stick: StickState) -> set[tuple[str, str]]:
    return {(collection, ref) for collection, names in stick.refs.items() for ref in names}


def _other(root: Path, place: Location) -> OtherStickError:
    return OtherStickError(
        Message(
            "{root} has another stick already ({path}); a copy would replace it.",
            root=root,
            path=place.repository_path,
        ),
        Message("Name an empty drive, or one with the same apps; or move that directory away."),
    )


def _check_files(original: Original, paths: Iterable[str], space: Space) -> None:
    if space.max_file is None:
        return
    for path in paths:
        size = original.objects[path]
        name = ObjectName.from_path(*path.split("/"))
        if size > space.max_file and name is not None:
            ref = of_ref(original, name.key)
            raise FileTooLargeError.of(ref, Message("a file of {size}", size=Size(size)), space)
    for path, size in original.payloads.items():
        if size > space.max_file:
            what = Message("a file of {size}", size=Size(size))
            raise FileTooLargeError.of(path.rpartition("/")[2], what, space)

    for bundle in original.bundles:
        if bundle.size > space.max_file:
            what = Message("a file of {size}", size=Size(bundle.size))
            raise FileTooLargeError.of(bundle.ref, what, space)


def missing_bundles(original: Original, place: Location) -> dict[str, int]:
    """File → bytes of what the place has not, or not of that size."""
    return {each.file: each.size for each in original.bundles if not _has(place, each)}


def _has(location: Location, bundle: BundleRecord) -> bool:
    """Whether a file of its name and size is there, which will be exchanged for it."""
    try:
        return location.drive.status(bundle_path(bundle.file)).st_size == bundle.size
    except OSError:
        return False


def of_ref(original: Original, key: bytes) -> str:
    """A ref that needs an object; empty if none does."""
    for names in original.stick.refs.values():
        for ref, commit in names.items():
            if find_object(original.stick.repository, commit, key) is not None:
                return ref
    return ""
