"""A ref as a file of a repository: where it lies, and whose it is.

Layout: ``ostree-repo-refs.c``; what Satchel adds: FORMAT.md of `app.stick.store`.
"""

from __future__ import annotations

import contextlib

from msgspec import Struct

from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.names import is_origin, is_ref_name, origin_remote, remote_origin

MIRRORS = "refs/mirrors/"
"""Below it are the refs of collections."""

REMOTE_COPIES = "extensions/satchel/remotes"
"""A directory for each remote without a collection ID that a drive carries. What others have in
``refs/remotes`` has none."""

STAGED = ".new"
"""Ends the name of one that is whole and not in place yet."""


class RefEntry(Struct, frozen=True):
    """A ref as a file below ``refs/``.

    Attributes:
        collection: the origin: for ``refs/mirrors`` the collection ID, for ``refs/remotes`` that of
            the remote, or what stands for one (`remote_origin`) if the drive carries the remote;
            None for what others have there.
        name: the ref.
        checksum: the commit it names; None if the file does not hold a checksum.
        path: the file, relative to the repository.
    """

    collection: str | None
    name: str
    checksum: str | None
    path: str

    @property
    def is_carried(self) -> bool:
        """Whether it is a ref of a stick, and not what others have in its repository."""
        origin = origin_remote(self.collection or "") is not None
        return origin or self.path.startswith(MIRRORS)


def carries_remote(root: Root, name: str) -> bool:
    """Whether what is in ``refs/remotes`` of a remote without a collection ID is carried."""
    if origin_remote(remote_origin(name)) is None:
        return False
    copies = (f"{REMOTE_COPIES}/{name}", f"{REMOTE_COPIES}/{name}{STAGED}")
    with contextlib.suppress(OSError):
        return any(root.node(copy) is Node.DIRECTORY for copy in copies)
    return False


def ref_path(collection: str, name: str) -> str:
    """The file of a ref of an origin, relative to the repository. Raises ValueError."""
    if not (is_origin(collection) and is_ref_name(name)):
        raise ValueError(f"unsafe ref {collection}:{name}")
    remote = origin_remote(collection)
    return (
        f"refs/mirrors/{collection}/{name}" if remote is None else f"refs/remotes/{remote}/{name}"
    )
