"""Upstream's lists that are damaged or missing come from other sticks."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.ref_files import STAGED
from app.stick.cloning.files import copy_file, files_below
from app.stick.findings import Code, Finding
from app.stick.mending.request import RepairRequest
from app.stick.store.location import Location, copy_path, find_sticks

_COPIES = frozenset(
    {
        Code.UPSTREAM_MISSING,
        Code.UPSTREAM_BAD_SIGNATURE,
        Code.UPSTREAM_WRONG_COLLECTION,
        Code.UPSTREAM_DIGEST_MISMATCH,
    }
)


def heal_lists(request: RepairRequest, location: Location, findings: Collection[Finding]) -> None:
    """Upstream's lists that are damaged or missing, from a stick that has them; the check at the
    end judges them as any."""
    wanted = {each.subject for each in findings if each.code in _COPIES}
    extension = location.extension
    for collection in sorted(wanted):
        path = copy_path(collection)
        fresh = f"{path}{STAGED}"
        for root in request.sources:
            original = copy_at(root, collection)
            if original is None:
                continue
            extension.remove_tree(fresh)
            extension.make_directory(fresh)
            for name in files_below(original):
                copy_file(original, name, extension.below(fresh))
            claimed = extension.node(path) is Node.DIRECTORY and not extension.names(path)
            if not claimed and extension.node(path) is not None:
                extension.put_aside(path)
            extension.remove_tree(path)
            extension.rename(fresh, path)
            break


def copy_at(root: Path, collection: str) -> Root | None:
    for place in find_sticks(root):
        copy = place.upstream(collection)
        if any(True for _ in files_below(copy)):
            return copy
    return None
