"""Gathers what the receive kit tells people and their computers, from the stick itself."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import replace

from app.credentials import public_address
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.source import components_from_repository
from app.flatpak.refs import Ref, is_valid_remote_name
from app.flatpak.remotes.naming import told
from app.flatpak.required_flatpak import lacking, readable, required_text
from app.ostree.objects import byteswap64
from app.ostree.repository import Repository
from app.stick.findings import Code
from app.stick.kit.rendering import (
    CONTENTS,
    KEY_FILE,
    KitCollection,
    KitContents,
    KitRef,
    left_out_text,
    render,
)
from app.stick.store.contents import CarriedRef, RefSet, carried_refs, is_replaced, needs, ref_sets
from app.stick.store.location import Location
from app.stick.store.record import StickRecord
from app.stick.store.upstream_copy import UpstreamCopy, open_copy
from app.stick.trust.validity import first_end

_MOST_BYTES = 1 << 60


def stick_components(
    repository: Repository, refs: Mapping[str, Mapping[str, str]]
) -> dict[str, Component]:
    """Ref → what the carried appstream of its own collection says about it."""
    found: dict[str, Component] = {}
    for collection, names in sorted(refs.items()):
        arches = {ref.arch for name in names if (ref := Ref.parse_or_none(name)) is not None}
        for arch in sorted(arches):
            components = components_from_repository(repository, collection, arch, names)
            found.update((ref, one) for ref, one in components.items() if ref in names)
    return found


def kit_contents(
    location: Location,
    repository: Repository,
    record: StickRecord | None,
    components: Mapping[str, Component],
    listed: Collection[tuple[str, str]] | None = None,
    refs: Mapping[str, Mapping[str, str]] | None = None,
) -> KitContents:
    """What the kit says. Only collections whose remote can be added are offered.

    All of it comes from what is on the stick, so that `app.stick.checking.kit` can tell whether it
    is still that; of the record, nothing that would let whoever changes it put words on the page.
    ``listed``: (collection, ref) of what was chosen, where no record tells. ``refs``: collection →
    ref → commit, where not all have their names in the repository.
    """
    record = record if record is not None else StickRecord("", 0)
    refs = repository.collection_refs() if refs is None else refs
    carried = carried_refs(repository, refs)
    sets = ref_sets(refs)
    copies = {collection: open_copy(location, collection) for collection in refs}
    collections = []
    for collection in sorted(refs):
        offered = _kit_collection(collection, copies[collection])
        if offered is not None:
            collections.append(offered)
    known = {collection.id for collection in collections}
    kit_refs = [
        replace(
            _kit_ref(one, copies[one.collection], components.get(name), carried, refs, sets),
            chosen=_is_chosen(one, record, listed),
        )
        for (_, name), one in sorted(carried.items())
        if one.collection in known
    ]
    warnings = [
        left_out_text(entry.ref, extra_data=entry.code == Code.EXTRA_DATA_MISSING)
        for entry in record.left_out
        if Ref.parse_or_none(entry.ref) is not None
    ]
    warnings += [
        f"What comes from {collection} is not signed."
        for collection, entry in sorted(record.collections.items())
        if entry.unsigned and collection in known
    ]
    for one in kit_refs:
        if one.replaced_by:
            warnings.append(f"{one.ref} was renamed: {one.replaced_by} is installed instead.")
        elif one.requires and lacking(one.requires):
            warnings.append(f"{one.ref} needs flatpak {required_text(one.requires)} or newer.")
    return KitContents(
        repo=location.repository_path,
        collections=tuple(collections),
        refs=tuple(kit_refs),
        made_at=record.made,
        warnings=tuple(warnings),
        label=location.root.name,
        until=first_end(one.until for name, one in record.collections.items() if name in refs),
    )


def _kit_collection(collection: str, copy: UpstreamCopy) -> KitCollection | None:
    repo_file = copy.repo_file
    if repo_file is None or not is_valid_remote_name(copy.remote_name):
        return None
    url, name = public_address(repo_file.url), copy.remote_name
    return KitCollection(
        id=collection,
        remote=name,
        title=told(repo_file.title or name, name, repo_file.title, url),
        url=url,
        flatpakrepo=repo_file.dump(),
    )


def _kit_ref(
    one: CarriedRef,
    copy: UpstreamCopy,
    component: Component | None,
    carried: Mapping[tuple[str, str], CarriedRef],
    refs: Mapping[str, Mapping[str, str]],
    sets: Mapping[str, RefSet],
) -> KitRef:
    name = str(one.ref)
    return KitRef(
        collection=one.collection,
        ref=name,
        chosen=False,
        name=component.name(()) if component is not None else "",
        summary=component.summary(()) if component is not None else "",
        version=(component.version or "") if component is not None else "",
        size=_installed_size(one, copy),
        needs=needs(one, carried, refs, sets),
        replaced_by=(one.replaced_by or "") if is_replaced(one, carried) else "",
        requires=readable(one.metadata.required_flatpak) if one.metadata is not None else (),
    )


def _installed_size(one: CarriedRef, copy: UpstreamCopy) -> int:
    """As its commit says; those of before 2018 do not."""
    said = one.commit.metadata.get("xa.installed-size", "t")
    if isinstance(said, int):
        size = byteswap64(said)
        return size if size <= _MOST_BYTES else 0
    upstream = copy.lookup(str(one.ref), one.ref.arch)
    return upstream.installed_size if upstream is not None else 0


def _is_chosen(
    one: CarriedRef, record: StickRecord, listed: Collection[tuple[str, str]] | None
) -> bool:
    entry = record.ref(one.collection, str(one.ref))
    if entry is not None:
        return entry.chosen
    return (one.collection, str(one.ref)) in listed if listed is not None else one.ref.kind == "app"


def write_kit(location: Location, contents: KitContents) -> None:
    """Replace the files for people; what else lies in their directory stays, but for sources that
    are none of the stick's.

    Sources come first, and the list that names them: until then they are not those of the copies.
    """
    kit = location.kit
    kit.make_directory()
    files = render(contents)
    for name in kit.names():
        if name.endswith(KEY_FILE) and name not in files:
            with contextlib.suppress(IsADirectoryError):
                kit.remove(name)
    first = (KEY_FILE, CONTENTS)
    for name, data in sorted(files.items(), key=lambda file: not file[0].endswith(first)):
        mode = 0o755 if name.endswith(".sh") else 0o644
        kit.replace(name, data, durable=False, mode=mode)
