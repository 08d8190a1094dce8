"""Names that a file system has made of others, which it may take for one.

FAT keeps a name's small letters apart from the file, in entries that its repair gives up first:
what is left of ``stable`` is ``STABLE``, and leads to the same file.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Container

from app.formats.gvariant import FormatError
from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.bindings import is_for_ref
from app.ostree.names import is_ref_name
from app.ostree.objects import Commit
from app.ostree.ref_files import MIRRORS, RefEntry
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


def folds_case(root: Root) -> bool:
    """Whether the file system of the repository at ``root`` takes names for one that differ in
    case only; clients find refs there by any of them."""
    with contextlib.suppress(OSError):
        return root.node("REFS") is Node.DIRECTORY
    return False


def listed_in(read_summary: Callable[[], bytes | None]) -> Callable[[RefEntry], bool]:
    """Whether the summary has the very names of a ref: then clients find it by these, and its
    commit need not be read. To look for words takes a hundredth of looking up each ref."""
    summary = b""
    with contextlib.suppress(OSError):
        summary = read_summary() or b""
    words = frozenset(summary.split(b"\0"))
    collections: dict[str, bool] = {}

    def known(entry: RefEntry) -> bool:
        collection = entry.collection or ""
        if collection not in collections:
            collections[collection] = os.fsencode(collection) + b"\0" in summary
        return collections[collection] and os.fsencode(entry.name) in words

    return known


def as_spelt(
    entry: RefEntry,
    listed: Container[str],
    root: Root,
    read: Callable[[str], Commit],
    read_ref: Callable[[str], str | None],
) -> RefEntry:
    """A ref by the names that its commit says, where these lead to the same file.

    Args:
        listed: the paths of all refs of the repository at ``root``.
        read: reads a commit; may raise OSError, FormatError.
        read_ref: reads the file of a ref.
    """
    if entry.collection is None or entry.checksum is None:
        return entry
    with contextlib.suppress(OSError, FormatError):
        commit = read(entry.checksum)
        bound = commit.collection_binding or ""
        other = entry.path.startswith(MIRRORS) and bound.lower() == entry.collection.lower()
        collection = bound if other else entry.collection
        name = right_spelling(commit, collection, entry.name) or entry.name
        top = f"{MIRRORS}{collection}/" if other else entry.path.removesuffix(entry.name)
        path = f"{top}{name}"
        if path not in listed and root.node(path) is Node.FILE:
            # As clients open it: by another name exfat-fuse keeps what was there before.
            checksum = read_ref(path)
            return replace(entry, collection=collection, name=name, checksum=checksum, path=path)
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
