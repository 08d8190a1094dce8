"""Whether a commit says that it is a ref of its origin (``_ostree_repo_verify_bindings``)."""

from __future__ import annotations

from app.ostree.names import origin_remote
from app.ostree.objects import Commit


def is_of_origin(commit: Commit, origin: str) -> bool:
    """Where a remote has no collection ID, nobody looks which one a commit names."""
    return origin_remote(origin) is not None or commit.collection_binding == origin


def is_for_ref(commit: Commit, origin: str, ref: str) -> bool:
    """What comes from a remote without a collection ID need not say for which refs it is."""
    says_nothing = commit.metadata.get("ostree.ref-binding", "as") is None
    if says_nothing and origin_remote(origin) is not None:
        return True
    return ref in commit.ref_bindings
