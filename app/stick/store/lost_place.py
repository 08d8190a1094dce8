"""A stick whose directory has lost its name: the repair of a file system leaves it another one.

The names: FAT's short ones, of which ``fsck.fat`` gives up the long ones first; ``FSCK0000.000`` of
the same for names that may not be; ``lost+found/#12`` of ``e2fsck``, ``LOST+FOUND`` of
``fsck.exfat``, ``FOUND.000/DIR0000.CHK`` of Windows. Nothing is followed, and little is looked at.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from app.fs.nodes import LeadsOutsideError, Node
from app.fs.root import Root

_TOP, _NAME = ".ostree", "repo"
_LOST = re.compile(r"OSTREE~\d+|REPO~\d+|FSCK\d{4}\.\w{3}|(DIR|FILE)\d{4}\.CHK|#\d+", re.IGNORECASE)
_FOUND = re.compile(r"lost\+found|FOUND\.\d{3}", re.IGNORECASE)
_MOST = 1_000
"""Names of each directory, and directories in all."""
_PARTS = {"config": Node.FILE, "objects": Node.DIRECTORY, "refs": Node.DIRECTORY}


class LostPlace(Struct, frozen=True):
    """A repository that is certainly one, and that nobody looks for where it is.

    Attributes:
        repository_path: where it is, relative to the drive.
        renames: what has which name, and which one it had; the first of them first.
    """

    repository_path: str
    renames: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        """What has lost its name."""
        return self.renames[0][0]

    @property
    def called(self) -> str:
        """The name that it had."""
        return self.renames[0][1]

    def put_back(self, drive: Root) -> None:
        """Give it its names again. Raises OSError."""
        for path, name in self.renames:
            if above := os.path.dirname(name):
                drive.make_directory(above)
            drive.rename(path, name)


def lost_places(drive: Root) -> tuple[LostPlace, ...]:
    """Those on a drive without a stick, sorted by their paths; of several nobody knows which was
    the stick. What cannot be read is passed over."""
    if drive.node(f"{_TOP}/{_NAME}") is not None or drive.node(_TOP) not in (None, Node.DIRECTORY):
        return ()
    return tuple(sorted(_places(drive), key=lambda place: place.repository_path))


def _places(drive: Root) -> Iterator[LostPlace]:
    goal = f"{_TOP}/{_NAME}"
    there = drive.node(_TOP) is not None
    for path in _inside(drive, _TOP) if there else ():
        if _is_repository(drive, path):
            yield LostPlace(path, ((path, goal),))
    for path in _candidates(drive):
        inner = [each for each in _inside(drive, path) if _is_repository(drive, each)]
        if not inner and _is_repository(drive, path):
            yield LostPlace(path, ((path, goal),))
        for each in inner:
            name = each.rpartition("/")[2]
            # FAT takes both for one name.
            rest = ((f"{_TOP}/{name}", goal),) if name.lower() != _NAME else ()
            yield LostPlace(each, ((each, goal),) if there else ((path, _TOP), *rest))


def _candidates(drive: Root) -> Iterator[str]:
    """What may have been ``.ostree``, or ``repo`` in it."""
    yield from islice(_all_candidates(drive), _MOST)


def _all_candidates(drive: Root) -> Iterator[str]:
    yield from _directories(drive, ".", _LOST)
    for found in _directories(drive, ".", _FOUND):
        yield from _directories(drive, found, re.compile(".+"))


def _inside(drive: Root, path: str) -> Iterator[str]:
    yield from _directories(drive, path, re.compile(f"{_NAME}|{_LOST.pattern}", re.IGNORECASE))


def _directories(drive: Root, path: str, names: re.Pattern[str]) -> Iterator[str]:
    with contextlib.suppress(OSError, LeadsOutsideError):
        for entry in list(islice(drive.entries(path), _MOST)):
            if entry.node is Node.DIRECTORY and names.fullmatch(entry.name):
                yield entry.path


def _is_repository(drive: Root, path: str) -> bool:
    with contextlib.suppress(OSError):
        return all(drive.node(f"{path}/{name}") is node for name, node in _PARTS.items())
    return False
