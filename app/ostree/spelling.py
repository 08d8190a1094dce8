"""Names that a file system has made of others, which it may take for one.

FAT keeps a name's small letters apart from the file, in entries that its repair gives up first:
what is left of ``stable`` is ``STABLE``, and leads to the same file.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Container

from app.formats.gvariant import FormatError
from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.bindings import is_for_ref
from app.ostree.names import is_ref_name
from app.ostree.objects import Commit
from app.ostree.ref_files import RefEntry
from app.replacing import replace

_OF_FSCK = re.compile(r"FSCK[0-9]{4}\.[0-9]{3}")
"""What ``fsck.fat`` puts in the place of a name that may not be."""


def right_spelling(commit: Commit, origin: str, name: str) -> str | None:
    """The name that a commit is for, where a file system may have made ``name`` of that; None for
    any other, and for what is no name of a ref."""
    if is_for_ref(commit, origin, name):
        return None
    told = filter(is_ref_name, commit.ref_bindings)
    return next((each for each in told if _may_be(name, each)), None)


def _may_be(name: str, right: str) -> bool:
    parts, others = name.split("/"), right.split("/")
    return len(parts) == len(others) and all(
        part.lower() == other.lower() or _OF_FSCK.fullmatch(part)
        for part, other in zip(parts, others, strict=True)
    )


def as_spelt(
    entry: RefEntry, listed: Container[str], root: Root, read: Callable[[str], Commit]
) -> RefEntry:
    """A ref by the name that its commit says, where that leads to the same file.

    Args:
        listed: the paths of all refs of the repository at ``root``.
        read: reads a commit; may raise OSError, FormatError.
    """
    shouted = any(part.isupper() for part in entry.name.split("/"))
    if entry.collection is None or entry.checksum is None or not shouted:
        return entry
    with contextlib.suppress(OSError, FormatError):
        right = right_spelling(read(entry.checksum), entry.collection, entry.name) or entry.name
        path = f"{entry.path.removesuffix(entry.name)}{right}"
        if path not in listed and root.node(path) is Node.FILE:
            return replace(entry, name=right, path=path)
    return entry


def object_directories(objects: Root) -> list[str]:
    """What lies below ``objects``, sorted, by the names under which directories of objects are
    looked for. Raises OSError."""
    names = {entry.name for entry in objects.entries()}

    def spelt(name: str) -> str:
        small = name.lower()
        same = small not in names and objects.node(small) is Node.DIRECTORY
        return small if same else name

    return sorted(map(spelt, names))
