"""The catalogue that a repository carries, with what its commit holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from app.flatpak.catalogue.appstream import MAX_CATALOGUE_SIZE, parse_catalogue
from app.flatpak.catalogue.component import Component, main_components
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.content import check_content, unpack_content
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    Commit,
    DirTree,
    ObjectKind,
    ObjectName,
    check_metadata,
)
from app.ostree.repository import Repository

MAX_FILE_SIZE = 128 * 1024 * 1024
"""Bytes of the catalogue as the repository stores it. Flathub has some 10 MB."""

_FILES = ("appstream.xml", "appstream.xml.gz")


def catalogue_refs(arch: str, subset: str = "") -> tuple[str, ...]:
    """The refs that may hold a catalogue, best first, as flatpak looks for them."""
    name = f"{subset}-{arch}" if subset else arch
    return f"appstream2/{name}", f"appstream/{name}"


def is_catalogue(ref: str) -> bool:
    """Whether a ref may hold one."""
    return ref.startswith(("appstream2/", "appstream/"))


def catalogue_in(commit: Commit, read: Callable[[ObjectName, int], bytes]) -> bytes:
    """The catalogue's file in a commit; every object is checked against its name."""
    root = ObjectName(commit.tree, ObjectKind.DIRTREE)
    tree = read(root, MAX_METADATA_SIZE)
    check_metadata(root, tree)
    files = dict(DirTree.parse(tree).files)
    checksum = next((files[name] for name in _FILES if name in files), None)
    if checksum is None:
        raise FormatError(Message("its commit holds no catalogue"))
    data = read(ObjectName(checksum, ObjectKind.FILE), MAX_FILE_SIZE)
    # The size stands first in the file's header. Never unpacks to more than it says.
    if int.from_bytes(data[8:16], "big") > MAX_CATALOGUE_SIZE:
        raise FormatError(Message("the catalogue is larger than it can be"))
    check_content(checksum, data)
    _, target, content = unpack_content(data)
    if target:
        raise FormatError(Message("the catalogue is a symbolic link"))
    return content


def components_from_repository(
    repository: Repository, collection: str, arch: str, refs: Mapping[str, str] | None = None
) -> dict[str, Component]:
    """Ref → component, from the catalogue a repository carries; empty if it is damaged or missing.

    For showing names: checksums are checked, signatures are not. ``refs`` are those of the
    collection with their commits, where they have no names in the repository yet.
    """
    if refs is None:
        refs = {}
        with suppress(OSError):
            refs = repository.mirror_refs(collection)
    subsets = [
        name for name in refs if name.startswith("appstream2/") and name.endswith(f"-{arch}")
    ]
    for name in (*catalogue_refs(arch), *sorted(subsets)):
        if name in refs:
            with suppress(OSError, FormatError):
                return main_components(_carried(repository, refs[name]))
    return {}


def _carried(repository: Repository, checksum: str) -> Iterator[Component]:
    name = ObjectName(checksum, ObjectKind.COMMIT)
    commit = repository.read_object(name)
    check_metadata(name, commit)
    return parse_catalogue(
        catalogue_in(
            Commit.parse(commit),
            repository.read_stored,
        )
    )
