"""Which ref names and collection IDs are valid (``ostree-core.c``).

Names come from upstream or from a drive and become path components, so everything else is refused.
"""

from __future__ import annotations

import re

METADATA_REF = "ostree-metadata"
"""The ref of the commit that describes a collection (``OSTREE_REPO_METADATA_REF``)."""

_FRAGMENT = r"[A-Za-z0-9_][-._A-Za-z0-9]*"
_REF = re.compile(rf"(?:{_FRAGMENT}/)*{_FRAGMENT}")
_COLLECTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+")
_ORIGIN = "remote:"
_REMOTE = re.compile(r"[A-Za-z0-9_][-._A-Za-z0-9]*")
_MAX_COLLECTION = 255
_MAX_REMOTE = 200
"""So that names of files that begin with it fit as well."""

_MAX_FRAGMENT = 255
_MAX_FRAGMENTS = 50


def is_ref_name(name: str) -> bool:
    """As ``ostree_validate_rev``; also every part fits a file name, and there are not too many."""
    if len(name) > _MAX_FRAGMENT and any(len(part) > _MAX_FRAGMENT for part in name.split("/")):
        return False
    return name.count("/") < _MAX_FRAGMENTS and _REF.fullmatch(name) is not None


def is_collection_id(name: str) -> bool:
    """As ``ostree_validate_collection_id``: a reverse DNS name such as ``org.flathub.Stable``."""
    return len(name) <= _MAX_COLLECTION and _COLLECTION.fullmatch(name) is not None


def remote_origin(name: str) -> str:
    """What stands for a collection ID where the remote of that name has none.

    No collection ID is like it: it has a colon. For nobody but Satchel: clients know the remote by
    its name, people by its title.
    """
    return f"{_ORIGIN}{name}"


def origin_remote(origin: str) -> str | None:
    """The name of the remote of a `remote_origin`; None for a collection ID, and for anything
    else."""
    name = origin.removeprefix(_ORIGIN)
    fits = origin.startswith(_ORIGIN) and len(name) <= _MAX_REMOTE and _REMOTE.fullmatch(name)
    return name if fits else None


def is_origin(text: str) -> bool:
    """Whether this is a collection ID, or stands for one."""
    return is_collection_id(text) or origin_remote(text) is not None
