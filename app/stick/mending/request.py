"""What a person asks of a repair, and where it looks on a drive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct, field

from app.errors import SatchelError
from app.flatpak.remotes.remote import Remote
from app.fs.files import drive_errors
from app.fs.nodes import Node
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.ref_files import RefEntry
from app.ostree.repository import Repository
from app.remedy import Remedy
from app.stick.checking.check import CheckOptions
from app.stick.findings import Code, Finding
from app.stick.kit.files import read_kit
from app.stick.store.bundles import other_files
from app.stick.store.location import (
    KIT_FOLDER,
    Location,
    choose_stick,
    client_places,
    find_stick,
    open_repository,
)
from app.stick.store.record import read_record

_STRANGE = frozenset(
    {
        Code.LINK_OUTSIDE,
        Code.NOT_READABLE,
        Code.FOREIGN_CONTENT,
        Code.KIT_UNKNOWN,
        Code.EXTRA_DATA_CORRUPT,
    }
)
"""Findings whose subject is what lies somewhere and should not."""


class RepairRequest(Struct, frozen=True):
    """What a person asks for.

    Attributes:
        root: the drive or directory.
        sources: other drives and repositories that may have what is missing.
        main: the remote to take upstream's part from, where one was named.
        check: how to judge.
    """

    root: Path
    sources: tuple[Path, ...] = ()
    main: Remote | None = None
    check: CheckOptions = field(default_factory=CheckOptions)
    allow_older: bool = False


def places_to_mend(root: Path) -> tuple[Location, ...]:
    """Every repository that clients find on a drive, the one that Satchel writes to last, whose kit
    people use; at least what lies where that belongs.

    Raises RepositoryInvalidError where there is nothing, DriveError, UsageError.
    """
    find_stick(root)
    first = choose_stick(root, None)
    if first.repository.node(".") is not Node.DIRECTORY:
        # Nobody can tell any more what was on it.
        raise RepositoryInvalidError(
            Message("There is no Flatpak repository on {root}.", root=root), Remedy.MAKE_FIRST
        )
    with drive_errors(Message("looking for the repository")):
        others = [place for place in client_places(root) if place.repository_path != "."]
    paths = [place.repository_path for place in others]
    return (
        *(choose_stick(root, path) for path in paths if path != first.repository_path),
        first,
    )


def can_be_mended(root: Path) -> bool:
    """Whether a repair makes something of a repository that cannot be opened as it is."""
    try:
        place = places_to_mend(root)[-1]
        if place.repository.node("objects") is Node.DIRECTORY:
            open_repository(place, complete=False, mend=True)
    except SatchelError:
        return False
    return True


def strange_paths(location: Location, findings: Iterable[Finding]) -> Iterator[str]:
    """What the check told of that is no file or directory of the stick's, and lies there."""
    drive = location.drive
    for each in findings:
        path = each.subject
        strange = each.code in _STRANGE and path.count("/") and _lies_in(location, path)
        # What lies below something that was moved is there no more.
        if (strange or each.code is Code.LINK_OUTSIDE) and drive.node(path) is not None:
            yield path


def _lies_in(location: Location, path: str) -> bool:
    places = (location.repository_path, location.kit.prefix, ".ostree", "ostree")
    return any(path.startswith(f"{place}/") for place in places)


def strangers(location: Location) -> Iterator[str]:
    """What lies among the files for people, is not Satchel's, and could be run or opened."""
    for stranger in read_kit(location).strangers:
        if stranger.dangerous:
            yield f"{KIT_FOLDER}/{stranger.path}"
    yield from other_files(location, read_record(location))


def dangling_refs(repository: Repository) -> Iterator[RefEntry]:
    """Those that are of no collection and lead nowhere."""
    for entry in repository.refs():
        if entry.collection is None and not entry.path.startswith("refs/mirrors/"):
            commit = entry.checksum
            if commit is None or not repository.has(ObjectName(commit, ObjectKind.COMMIT)):
                yield entry


def misleading_refs(repository: Repository, findings: Iterable[Finding]) -> Iterator[str]:
    """Names of the repository's that lead astray, relative to it."""
    paths = [each.subject for each in findings if each.code is Code.REF_UNSAFE]
    paths += [entry.path for entry in repository.misnamed_refs()]
    for path in dict.fromkeys(paths):
        if path.startswith("refs/") and repository.root.node(path) is not None:
            yield path
