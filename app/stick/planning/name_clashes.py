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

_REFS = "refs/mirrors"


class NamesClashError(DriveError):
    """The drive's file system takes two names for one."""


def refuse_clashes(
    drive: Root, repository: str, space: Space, refs: Iterable[tuple[str, str]]
) -> None:
    """Raises `NamesClashError`.

    Args:
        repository: its path below ``drive``.
        refs: collection and name of all that will be there.
    """
    clash = find_clash(f"{collection}/{name}" for collection, name in refs)
    place = f"{repository}/{_REFS}".removeprefix("./")
    if clash is None or not folds(drive, place, space.file_system):
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
