"""The icons of the apps on a drive, as the catalogue on it has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from app.flatpak.catalogue.carried import catalogue_refs
from app.flatpak.catalogue.icons import DIRECTORY, MAX_ICON, best_icon, picture
from app.flatpak.refs import arch_of
from app.formats.gvariant import FormatError
from app.ostree.content import check_content
from app.ostree.objects import DirTree, ObjectKind, ObjectName, check_metadata
from app.ostree.repository import Repository
from app.progress import Cancel
from app.stick.inspecting.inspection import InspectedCollection, InspectedRef, RefKind
from app.stick.store.bundles import read_bundles
from app.stick.store.stick_state import StickState

_Directories = Mapping[str, Mapping[str, str]]


def read_icons(
    stick: StickState, collections: Sequence[InspectedCollection], size: int, cancel: Cancel
) -> dict[str, bytes]:
    """Ref of an app → PNG of at least ``size`` pixels where there is one, else of another size.

    What is damaged or missing has no icon: the check tells of it, and icons are worth no error.
    Raises what ``cancel`` raises.
    """
    icons: dict[str, bytes] = {}
    for collection in collections:
        apps = [ref for ref in collection.refs if ref.kind is RefKind.APP and ref.icons]
        for arch in {arch_of(ref.ref) for ref in apps}:
            there = [ref for ref in apps if arch_of(ref.ref) == arch]
            names = stick.refs[collection.id]
            icons |= _of_one_catalogue(stick.repository, names, arch, there, size, cancel)
    for bundle in read_bundles(stick.location, stick.record):
        if bundle.bundle is not None and bundle.bundle.icon:
            icons[bundle.record.ref] = bundle.bundle.icon
    return icons


def _of_one_catalogue(
    repository: Repository,
    names: Mapping[str, str],
    arch: str,
    apps: Sequence[InspectedRef],
    size: int,
    cancel: Cancel,
) -> dict[str, bytes]:
    icons: dict[str, bytes] = {}
    directories = _directories(repository, names, arch)
    for app in apps:
        cancel.check()
        checksum = best_icon(app.icons, directories, size)
        if checksum is not None:
            with suppress(OSError, FormatError):
                data = repository.read_stored(ObjectName(checksum, ObjectKind.FILE), MAX_ICON)
                check_content(checksum, data)
                if (icon := picture(data)) is not None:
                    icons[app.ref] = icon
    return icons


def _directories(repository: Repository, names: Mapping[str, str], arch: str) -> _Directories:
    """Directory → file → checksum."""
    commit = next((names[name] for name in catalogue_refs(arch) if name in names), None)
    if commit is None:
        return {}
    with suppress(OSError, FormatError):
        top = _tree(repository, repository.read_commit(commit).tree)
        for name, tree, _ in top.directories:
            if name == DIRECTORY:
                sizes = _tree(repository, tree).directories
                return {size: dict(_tree(repository, each).files) for size, each, _ in sizes}
    return {}


def _tree(repository: Repository, checksum: str) -> DirTree:
    name = ObjectName(checksum, ObjectKind.DIRTREE)
    data = repository.read_object(name)
    check_metadata(name, data)
    return DirTree.parse(data)
