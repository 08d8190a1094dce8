"""How much a plan fetches and writes, and whether it fits. Why: decision D47."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

from app.drive.filesystem_advice import SMALL_CLUSTER, Claim
from app.drive.space import Space
from app.errors import Cause, DriveError
from app.fs.files import DriveFullError
from app.message import Message, Size
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.stick.planning.plan import Action, Estimate, Item
from app.stick.planning.target_state import PresentObjects

# Commits made by flatpak do not tell the sizes of their objects, only how many bytes their files
# have when packed. How those are spread matters where clusters are large. The files below a
# Debian's /usr, packed, follow a log-normal distribution within 3% for clusters of 0.5 to 128 KiB.
_MEAN_FILE = 18_000
_MEDIAN_FILE = 1_250
_FILES_OF_NOTHING = 6
"""Files of even the smallest ref."""
_DIRECTORIES_PER_FILE = 0.25
_DIRECTORIES_OF_NOTHING = 8

# An appstream branch holds one packed text about all apps and two icons of each, as Flathub's does.
_ICONS = 2
_ICON = 6_500
_DESCRIPTION = 3_500

_PREFIXES = 256
_REPOSITORY_CLUSTERS = 24
"""Directories and small files that every stick has."""
_KIT = 64 * 1024
_COLLECTION_CLUSTERS = 16
"""Directories of refs and copies, the collection's ostree-metadata and .flatpakrepo."""
_REF_CLUSTERS = 4
"""The ref, its directories, the signatures of its commit."""
_REF_TEXT = 3 * 1024
"""What the record, the summary, ostree-metadata and the kit say about a ref."""


class DoesNotFitError(DriveFullError):
    """The plan needs more room than there is."""


class FileTooLargeError(DriveError):
    """An object is larger than the file system can hold."""

    cause: ClassVar[Cause] = Cause.FULL

    @classmethod
    def of(cls, ref: str, what: Message, space: Space) -> FileTooLargeError:
        """``what`` completes "REF contains …"; ``space`` has a limit."""
        assert space.max_file is not None
        return cls(
            Message(
                "{ref} contains {what}, but the drive's file system ({file_system}) holds none "
                "over {limit}.",
                ref=ref,
                what=what,
                file_system=space.name,
                limit=Size(space.max_file),
            ),
            Message("Format the drive as exFAT or ext4, or leave this app out."),
        )


def estimate(
    items: Sequence[Item],
    commits: Mapping[str, bytes],
    stick: PresentObjects | None,
    files: Iterable[int],
    space: Space,
) -> Estimate:
    """What fetching ``commits`` (bytes by checksum) for ``items`` takes on ``space``.

    ``stick`` is what is there already; ``files`` are the sizes of the upstream copies. Items whose
    commits are not among ``commits`` are taken for as large as upstream claims. Raises
    `FileTooLargeError`, naming the app.
    """
    sizes: dict[str, int] = {}
    silent = []
    present = stick.paths if stick is not None else frozenset()
    for item in items:
        data = commits.get(item.commit)
        if data is None:
            if item.action is not Action.KEEP:
                silent.append(item)
            continue
        commit = Commit.parse(data)
        told = _told(item, commit, space)
        sizes.update(told)
        if not told and ObjectName(commit.tree, ObjectKind.DIRTREE).path not in present:
            silent.append(item)
    new = [size for path, size in sizes.items() if path not in present]
    commit_sizes = [len(data) for data in commits.values()]
    known = [*new, *commit_sizes, *files]

    def on(other: Space) -> tuple[_Guess, int, int]:
        """The guess, the objects, and the bytes known for sure."""
        guess = _Guess(other)
        for item in silent:
            guess.add(item)
        objects = len(new) + guess.objects + 2 * len(commit_sizes)
        around = _around(items, stick, objects, other)
        return guess, objects, sum(map(other.allocated, known)) + around

    guess, objects, sure = on(space)
    other_guess, _, other_sure = on(replace(space, cluster=SMALL_CLUSTER))
    return Estimate(
        objects=objects,
        fetch=sum(new) + guess.bytes + sum(commit_sizes),
        write=sure + guess.allocated,
        least=sure + guess.least,
        on_ext4=other_sure + other_guess.allocated,
        exact=not guess.objects,
        space=space,
        claims=tuple(Claim(item.ref, item.installed_size, item.download_size) for item in silent),
    )


def _told(item: Item, commit: Commit, space: Space) -> dict[str, int]:
    """Object → size, as far as a commit tells."""
    told = {}
    for name, archived, _ in commit.sizes():
        if space.max_file is not None and archived > space.max_file:
            raise FileTooLargeError.of(
                item.ref, Message("a file of {size}", size=Size(archived)), space
            )
        told[name.path] = archived
    return told


class _Guess:
    """What refs take whose commits do not tell.

    Attributes:
        objects, bytes, allocated: what to expect.
        least: allocated bytes to expect at the very least: of an update most may be there already.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self.objects = 0
        self.bytes = 0
        self.allocated = 0
        self.least = 0

    def add(self, item: Item) -> None:
        if item.describes:
            self._add_appstream(item)
            return
        files = _FILES_OF_NOTHING + item.download_size // _MEAN_FILE
        directories = _DIRECTORIES_OF_NOTHING + int(files * _DIRECTORIES_PER_FILE)
        average = _allocated_file(self._space.cluster)
        # Few files say little about how large they are, but each takes a cluster at least.
        allocated = int(item.download_size * average / _MEAN_FILE)
        allocated += (_FILES_OF_NOTHING + directories) * self._space.cluster
        self.objects += files + directories
        self.bytes += item.download_size
        self.allocated += allocated
        if item.action is Action.ADD:
            self.least += item.download_size + max(0, allocated - item.download_size) // 2

    def _add_appstream(self, item: Item) -> None:
        icons = _ICONS * item.describes
        text = _DESCRIPTION * item.describes
        size = _ICON * icons + text
        allocated = self._space.allocated(_ICON) * icons + self._space.allocated(text)
        allocated += _DIRECTORIES_OF_NOTHING * self._space.cluster
        self.objects += icons + 1 + _DIRECTORIES_OF_NOTHING
        self.bytes += size
        self.allocated += allocated
        if item.action is Action.ADD:
            # Not every app has an icon in both sizes.
            self.least += allocated // 2


def wasted_when_filled(free: int, cluster: int) -> int:
    """Bytes of ``free`` that large clusters would cost if all of it was filled with apps.

    What is gained on a file system with small ones; 0 for those.
    """

    def average(size: int) -> float:
        return _allocated_file(size) + _DIRECTORIES_PER_FILE * size

    return max(0, round(free * (1 - average(SMALL_CLUSTER) / average(max(cluster, SMALL_CLUSTER)))))


@lru_cache(maxsize=16)
def _allocated_file(cluster: int) -> float:
    """Bytes that an average file takes in clusters: each one that it reaches into."""
    middle = math.log(_MEDIAN_FILE)
    spread = math.sqrt(2 * math.log(_MEAN_FILE / _MEDIAN_FILE))
    total, number, share = 0.0, 0, 1.0
    while share > _NEGLIGIBLE:
        total += share
        number += 1
        share = math.erfc((math.log(number * cluster) - middle) / spread / math.sqrt(2)) / 2
    return total * cluster


_NEGLIGIBLE = 1e-7


def _around(
    items: Sequence[Item],
    stick: PresentObjects | None,
    objects: int,
    space: Space,
) -> int:
    """Bytes for everything that is neither an object nor a copy."""
    refs = [item for item in items if item.action is Action.ADD]
    clusters = _REF_CLUSTERS * len(refs)
    size = _REF_TEXT * len(refs)
    if stick is None:
        clusters += _REPOSITORY_CLUSTERS + _COLLECTION_CLUSTERS * len(
            {item.collection for item in items}
        )
        size += _KIT
    prefixes = stick.prefixes if stick is not None else 0
    # Checksums are random: how many of the directories that are not there yet will be needed.
    clusters += round((_PREFIXES - prefixes) * (1 - (1 - 1 / _PREFIXES) ** objects))
    return clusters * space.cluster + size


def check_room(room: Estimate) -> None:
    """Raise `DoesNotFitError` with numbers if the plan cannot fit."""
    space = room.space
    if room.least > space.free:
        about = "" if room.exact else "about "
        hint = Message("Choose fewer apps, free some space, or take a larger drive.")
        if room.on_ext4 < space.free:
            hint = Message(
                "Formatted as ext4, the same drive needs only {on_ext4} for it. Or choose "
                "fewer apps, or take a larger drive.",
                on_ext4=Size(room.on_ext4),
            )
        raise DoesNotFitError(
            Message(
                "This needs {about}{write} on the drive, but only {free} of {total} are free.",
                about=about,
                write=Size(room.write),
                free=Size(space.free),
                total=Size(space.total),
            ),
            hint,
        )
    if space.free_files is not None and room.exact and room.objects > space.free_files:
        raise DoesNotFitError(
            Message(
                "This needs {objects} files, but the drive's file system has room for only "
                "{free_files} more.",
                objects=f"{room.objects:,}",
                free_files=f"{space.free_files:,}",
            ),
            Message("Format the drive with more inodes, or choose fewer apps."),
        )
