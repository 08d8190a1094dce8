"""Payloads of extra data that nothing needs any more go from a drive."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Set

from app.fs.nodes import Node
from app.ostree.repository import Repository
from app.replacing import replace
from app.stick.store.location import Location
from app.stick.store.named import named_commits, payloads_of_others
from app.stick.store.payloads import EXTRA_DATA, needed_payloads, payload_folder
from app.stick.store.record import read_record, write_record
from app.stick.store.stick_state import CommitReader


def unneeded(location: Location, repository: Repository, commits: Set[str]) -> dict[str, int]:
    """Path → bytes of what Satchel put there and no commit that anybody here names, and none of
    these ``commits``, asks for.

    What somebody else has put there stays. Raises OSError.
    """
    record = read_record(location)
    if record is None or not record.payloads:
        return {}
    named = named_commits(location, repository).union(commits)
    needed = {each.path for each in needed_payloads(map(CommitReader(repository), named))}
    gone = [path for path in record.payloads if path not in needed]
    if gone:
        needed |= payloads_of_others(location)
    folder = payload_folder(location)
    return {
        path: folder.status(path).st_size
        for path in gone
        if path not in needed and folder.node(path) is Node.FILE
    }


def drop(location: Location, paths: Iterable[str]) -> None:
    """Remove what `unneeded` told. Raises OSError."""
    folder = payload_folder(location)
    gone = frozenset(paths)
    for path in gone:
        folder.remove(path)
        with contextlib.suppress(OSError):
            folder.remove_directory(path.partition("/")[0])
    with contextlib.suppress(OSError):
        location.kit.remove_directory(EXTRA_DATA)
    record = read_record(location)
    if gone and record is not None:
        left = tuple(path for path in record.payloads if path not in gone)
        write_record(location, replace(record, payloads=left))
