"""Where in a tree an object is, for messages."""

from __future__ import annotations

from collections.abc import Mapping

from app.formats.gvariant import FormatError
from app.ostree.objects import DirTree, ObjectKind, ObjectName, commit_children
from app.ostree.repository import Repository


def find_object(
    repository: Repository, commit: str, key: bytes, coming: Mapping[bytes, bytes] | None = None
) -> str | None:
    """Where in a commit's tree an object is, as far as the trees are there; None if nowhere.

    ``key`` is `ObjectName.key`; ``coming``: the bytes of trees that may not be there yet, by that.
    Directories end with a slash; the topmost is ``/``.
    """
    coming = coming or {}
    try:
        top = repository.read_commit(commit)
    except (OSError, FormatError):
        return None
    if key in {child.key for child in commit_children(top)}:
        return "/"
    todo = [("", top.tree)]
    seen = {top.tree}
    while todo:
        path, checksum = todo.pop()
        try:
            object = ObjectName(checksum, ObjectKind.DIRTREE)
            tree = DirTree.parse(coming.get(object.key) or repository.read_object(object))
        except (OSError, FormatError):
            continue
        for name, file in tree.files:
            if ObjectName(file, ObjectKind.FILE).key == key:
                return path + name
        for name, child, meta in tree.directories:
            names = ObjectName(child, ObjectKind.DIRTREE), ObjectName(meta, ObjectKind.DIRMETA)
            if key in {child_name.key for child_name in names}:
                return f"{path}{name}/"
            if child not in seen:
                seen.add(child)
                todo.append((f"{path}{name}/", child))
    return None
