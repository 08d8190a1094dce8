"""Can everybody read what is on a stick? On other computers its maker is nobody in particular.

Where a file system has no modes, as FAT and exFAT, they say what the mount options say, and whoever
mounts it elsewhere decides anew. Why: decision D38.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from itertools import islice

from app.drive.space import measure
from app.errors import DriveError
from app.fs.nodes import LeadsOutsideError, Node
from app.fs.readable_root import MAX_DEPTH
from app.fs.root import Root
from app.message import Message
from app.ostree.fsck import StoreReport
from app.progress import Cancel
from app.stick.findings import Code, Finding, finding
from app.stick.store.location import Location

_WITH_MODES = frozenset(
    {
        "bcachefs",
        "btrfs",
        "ext2",
        "ext3",
        "ext4",
        "f2fs",
        "jfs",
        "nilfs2",
        "overlay",
        "squashfs",
        "tmpfs",
        "xfs",
        "zfs",
    }
)
_MOST = 100
"""Findings one by one; who closed more did so to all."""

_OFTEN = 1000
"""Entries between two looks at the cancel token."""

_OWN = frozenset({".lock", "tmp"})
"""What nobody reads who only installs."""

_OBJECTS = "objects"
_HINT = Message("As the owner of the files: chmod -R a+rX on the drive.")


def check_modes(location: Location, store: StoreReport, cancel: Cancel) -> Iterator[Finding]:
    """Raises OSError."""
    try:
        space = measure(location.root)
    except DriveError:
        return
    if space.file_system not in _WITH_MODES:
        return
    if store.hidden:
        message = Message(
            "{hidden} objects, or directories of them, can be read by nobody but their owner.",
            hidden=f"{store.hidden:,}",
        )
        yield finding(Code.NOT_READABLE, _OBJECTS, message, hint=_HINT)
    mounted = space.mount_point == location.root.resolve()
    hidden = _hidden(location, cancel, mounted=mounted)
    for path in islice(hidden, _MOST):
        yield _closed(path)
    more = sum(1 for _ in hidden)
    if more:
        message = Message("{more} more can be read by nobody but their owner.", more=f"{more:,}")
        yield finding(Code.NOT_READABLE, location.repository_path, message, hint=_HINT)


def _closed(path: str) -> Finding:
    message = Message("{path} can be read by nobody but its owner.", path=path)
    return finding(Code.NOT_READABLE, path, message, hint=_HINT)


def _hidden(location: Location, cancel: Cancel, *, mounted: bool) -> Iterator[str]:
    """The way to the repository, and what is in it and in the kit, but objects.

    How a directory is reached that is no drive is its owner's affair.
    """
    steps = location.repository_path.split("/")
    ways = {"/".join(steps[:count]) for count in range(1, len(steps) + 1)} - {"."}
    for path in sorted(ways | ({"."} if mounted else set())):
        if _is_closed(location.drive.status(path).st_mode):
            yield path
    kit = location.kit
    if kit.node(".") is Node.DIRECTORY and _is_closed(kit.status().st_mode):
        yield kit.prefix
    for root in (location.repository, kit):
        yield from _hidden_below(root, cancel)


def _hidden_below(root: Root, cancel: Cancel) -> Iterator[str]:
    todo = [""]
    looked = 0
    while todo:
        directory = todo.pop()
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, LeadsOutsideError):
            for entry in root.scan(directory or "."):
                looked += 1
                if not looked % _OFTEN:
                    cancel.check()
                path = f"{directory}/{entry.name}" if directory else entry.name
                mode = _mode(entry)
                if path in _OWN or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                    continue
                if _is_closed(mode):
                    yield f"{root.prefix}/{path}" if root.prefix != "." else path
                if stat.S_ISDIR(mode) and path != _OBJECTS and path.count("/") < MAX_DEPTH:
                    todo.append(path)


def _mode(entry: os.DirEntry[str]) -> int:
    """0 for what the medium does not give back: that is told where it is read."""
    with contextlib.suppress(OSError):
        return entry.stat(follow_symlinks=False).st_mode
    return 0


def _is_closed(mode: int) -> bool:
    needed = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
    return mode & needed != needed
