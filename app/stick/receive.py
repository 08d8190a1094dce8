"""Gathers what the receive kit tells people and their computers, from the stick itself."""

from __future__ import annotations

from collections.abc import Mapping

from app.credentials import public_address
from app.flatpak.appstream import Component
from app.flatpak.catalogue_source import components_from_repository
from app.flatpak.refs import Ref
from app.flatpak.required import lacking, readable, required_text
from app.ostree.repository import Repository
from app.stick.contents import CarriedRef, RefSet, carried_refs, is_replaced, needs, ref_sets
from app.stick.copies import UpstreamCopy, open_copy
from app.stick.kit import KitCollection, KitContents, KitRef, render
from app.stick.lasting import first_end
from app.stick.location import Location
from app.stick.record import StickRecord


def stick_components(
    repository: Repository, refs: Mapping[str, Mapping[str, str]]
) -> dict[str, Component]:
    """Ref → what the carried appstream says about it."""
    found: dict[str, Component] = {}
    for collection, names in refs.items():
        arches = {ref.arch for name in names if (ref := Ref.parse_or_none(name)) is not None}
        for arch in sorted(arches):
            found.update(components_from_repository(repository, collection, arch))
    return found


def kit_contents(
    location: Location,
    repository: Repository,
    record: StickRecord,
    components: Mapping[str, Component],
) -> KitContents:
    """What the kit says. Only collections whose remote can be added are offered."""
    refs = repository.collection_refs()
    carried = carried_refs(repository, refs)
    sets = ref_sets(refs)
    copies = {collection: open_copy(location, collection) for collection in refs}
    collections = []
    for collection in sorted(refs):
        offered = _kit_collection(collection, copies[collection], record)
        if offered is not None:
            collections.append(offered)
    known = {collection.id for collection in collections}
    kit_refs = [
        _kit_ref(one, record, copies[one.collection], components.get(name), carried, refs, sets)
        for (_, name), one in sorted(carried.items())
        if one.collection in known
    ]
    warnings = [f"{entry.ref}: {entry.reason}" for entry in record.left_out]
    warnings += [
        f"What comes from {entry.title or entry.remote} is not signed."
        for entry in record.collections.values()
        if entry.unsigned
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


def _kit_collection(
    collection: str, copy: UpstreamCopy, record: StickRecord
) -> KitCollection | None:
    repo_file = copy.repo_file
    entry = record.collections.get(collection)
    if repo_file is None or entry is None:
        return None
    return KitCollection(
        id=collection,
        remote=entry.remote,
        title=entry.title or repo_file.title,
        url=public_address(repo_file.url),
        flatpakrepo=repo_file.dump(),
    )


def _kit_ref(
    one: CarriedRef,
    record: StickRecord,
    copy: UpstreamCopy,
    component: Component | None,
    carried: Mapping[tuple[str, str], CarriedRef],
    refs: Mapping[str, Mapping[str, str]],
    sets: Mapping[str, RefSet],
) -> KitRef:
    name = str(one.ref)
    entry = record.ref(one.collection, name)
    upstream = copy.lookup(name, one.ref.arch)
    return KitRef(
        collection=one.collection,
        ref=name,
        chosen=entry.chosen if entry is not None else one.ref.kind == "app",
        name=component.name(()) if component is not None else "",
        summary=component.summary(()) if component is not None else "",
        version=(component.version or "") if component is not None else "",
        size=upstream.installed_size if upstream is not None else 0,
        needs=needs(one, carried, refs, sets),
        replaced_by=(one.replaced_by or "") if is_replaced(one, carried) else "",
        requires=readable(one.metadata.required_flatpak) if one.metadata is not None else (),
    )


def write_kit(location: Location, contents: KitContents) -> None:
    """Replace the files for people; what else lies in their directory stays."""
    kit = location.kit
    kit.make_directory()
    for name, data in render(contents).items():
        mode = 0o755 if name.endswith(".sh") else 0o644
        kit.replace(name, data, durable=False, mode=mode)
