"""Repositories whose names a file system has cut or changed.

An ISO image without Rock Ridge does: its own names have eight characters and three, those of Joliet
64, while objects have up to 71, and ``.ostree`` becomes ``_OSTREE``. Nobody finds anything there.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from app.fs.nodes import LeadsOutsideError, Node
from app.fs.root import Root
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError

_CUT = re.compile(r"[0-9a-f]{6,62}(\.[a-z0-9-]{0,12})?(;1)?", re.IGNORECASE)
# Of whatever kind: installations have others than drives. FAT may have lost the small letters.
_WHOLE = re.compile(r"[0-9a-f]{62}\.[a-z0-9-]{4,}", re.IGNORECASE)
_VERSION = re.compile(r"\.?(;1)?$")
_DIGITS = 2
_MOST = 300
"""Names of each directory that are looked at."""
_TOP = frozenset({".ostree", "_ostree", "ostree"})
_NOT_THERE = (FileNotFoundError, NotADirectoryError, LeadsOutsideError)


class NamesChangedError(RepositoryInvalidError):
    """There is a repository, and its names are not those that it was written with."""

    @classmethod
    def of(cls, path: Path) -> NamesChangedError:
        return cls(
            Message(
                "The names of files on {path} were cut or changed, as in an ISO image without Rock "
                "Ridge: nobody finds the apps there.",
                path=path,
            ),
            Message("Make the image anew with Rock Ridge: xorriso -as mkisofs -R"),
        )


def has_cut_names(repository: Root) -> bool:
    """Whether its objects have lost the ends of their names. Raises OSError."""
    with contextlib.suppress(*_NOT_THERE):
        for prefix in islice(repository.entries("objects"), _MOST):
            if len(prefix.name) != _DIGITS or prefix.node is not Node.DIRECTORY:
                continue
            names = [entry.name for entry in islice(repository.entries(prefix.path), _MOST)]
            if names:
                return not any(map(_WHOLE.fullmatch, names)) and all(map(_CUT.fullmatch, names))
    return False


def has_changed_place(drive: Root) -> bool:
    """Whether a drive on which nobody finds a repository has one by names that were changed. Raises
    OSError."""
    for top in _called(drive, ".", _TOP):
        for repository in _called(drive, top, {"repo"}):
            parts = {_plain(name) for name in _names(drive, repository)}
            changed = repository not in (".ostree/repo", "ostree/repo")
            if changed and {"config", "objects"} <= parts:
                return True
    return False


def _called(drive: Root, path: str, names: frozenset[str] | set[str]) -> Iterator[str]:
    for name in _names(drive, path):
        if _plain(name) in names:
            yield name if path == "." else f"{path}/{name}"


def _names(drive: Root, path: str) -> list[str]:
    with contextlib.suppress(*_NOT_THERE):
        return [entry.name for entry in islice(drive.entries(path), _MOST)]
    return []


def _plain(name: str) -> str:
    """As ISO 9660 leaves it, in whatever case, without the version of the file."""
    return _VERSION.sub("", name).lower()
