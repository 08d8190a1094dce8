"""Where in a tree an object is, for messages."""

from __future__ import annotations

from app.formats.gvariant import FormatError
from app.ostree.objects import DirTree, ObjectKind, ObjectName, commit_children
from app.ostree.repository import Repository


def find_object(repository: Repository, commit: str, key: bytes) -> str | None:
    """Where in a commit's tree an object is, as far as the trees are there; None if nowhere.

    ``key`` is `ObjectName.key`. Directories end with a slash; the topmost is ``/``.
    """
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
            tree = DirTree.parse(repository.read_object(ObjectName(checksum, ObjectKind.DIRTREE)))
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
