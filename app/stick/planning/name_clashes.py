"""Names that a drive cannot keep apart are refused before anything is written.

Two refs that share a file would destroy each other, and the stick with them, for good.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.drive.case_folding import find_clash, folds
from app.drive.space import Space
from app.errors import DriveError
from app.fs.root import Root
from app.message import Message


class NamesClashError(DriveError):
    """The drive's file system takes two names for one."""


def folds_refs(drive: Root, repository: str, file_system: str) -> bool:
    """Whether names of refs that differ in case only are one name. Raises OSError.

    ``repository`` is its path below ``drive``; it need not be there yet.
    """
    return folds(drive, f"{repository}/refs/mirrors".removeprefix("./"), file_system)


def refuse_clashes(space: Space, refs: Iterable[tuple[str, str]], *, folds_names: bool) -> None:
    """Raises `NamesClashError`.

    Args:
        refs: collection and name of all that will be there.
        folds_names: as `folds_refs` tells.
    """
    if not folds_names:
        return
    clash = find_clash(f"{collection}/{name}" for collection, name in refs)
    if clash is None:
        return
    collections = tuple(path.partition("/")[0] for path in clash.paths)
    names = tuple(path.partition("/")[2] for path in clash.paths)
    first, second = names if collections[0] == collections[1] else collections
    raise NamesClashError(
        Message(
            "{first} and {second} cannot be on one drive with {file_system}: it takes {name}"
            " and {other_name} for one name.",
            first=first,
            second=second,
            file_system=space.name,
            name=clash.names[0],
            other_name=clash.names[1],
        ),
        Message("Leave one of them out, or use a drive formatted as ext4."),
    )
