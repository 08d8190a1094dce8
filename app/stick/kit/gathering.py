"""Gathers what the receive kit tells people and their computers, from the stick itself."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from contextlib import suppress

from msgspec import Struct

from app.credentials import public_address
from app.flatpak.catalogue.carried import components_from_repository
from app.flatpak.catalogue.component import Component
from app.flatpak.extra_data import payloads_of, sizes_of, uncarriable
from app.flatpak.refs import Ref, is_system, is_valid_remote_name
from app.flatpak.remotes.naming import told
from app.flatpak.required_flatpak import readable
from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.names import origin_remote
from app.ostree.objects import byteswap64
from app.replacing import replace
from app.stick.kit.checksums import APPSTREAM, CHECKSUMS
from app.stick.kit.contents import (
    CONTENTS,
    KEY_FILE,
    KitBundle,
    KitCollection,
    KitContents,
    KitRef,
    KitSystem,
    bundle_source,
)
from app.stick.kit.images import kit_images, kit_registries
from app.stick.kit.page import page
from app.stick.kit.rendering import MakePage, render
from app.stick.kit.translations import languages_there
from app.stick.kit.warnings import kit_warnings
from app.stick.store.bundles import bundle_needs, bundle_runtime, read_bundles, runtime_file
from app.stick.store.contents import (
    CarriedRef,
    RefSet,
    carried_refs,
    is_replaced,
    needs,
    ref_sets,
    runtime_place,
)
from app.stick.store.images import read_images_on
from app.stick.store.location import Location
from app.stick.store.record import StickRecord
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import UpstreamCopy, copy_keys
from app.stick.trust.commits import is_signed, lacks_signatures
from app.stick.trust.validity import first_end

_MOST_BYTES = 1 << 60
_END_OF_TIME = 1 << 37
"""Past the year 6000."""
_SCRIPT = ".sh"
_RUN = 0o555


def stick_components(stick: StickState) -> dict[str, Component]:
    """Ref → what the carried appstream of its own collection says about it."""
    carried: dict[str, Component] = {}
    for collection, names in sorted(stick.refs.items()):
        for arch in sorted(_arches(names)):
            components = components_from_repository(stick.repository, collection, arch, names)
            carried.update((ref, about) for ref, about in components.items() if ref in names)
    return carried


def kit_contents(
    stick: StickState,
    components: Mapping[str, Component],
    listed: Collection[tuple[str, str]] | None = None,
) -> KitContents:
    """What the kit says. Only collections whose remote can be added to flatpak are offered.

    All of it comes from what is on the stick, so that `app.stick.checking.kit` can tell whether it
    is still that; of the record, nothing that would let whoever changes it put words on the page.
    ``components``: as of `stick_components`. ``listed``: (collection, ref) of what was chosen,
    where no record tells.
    """
    record = stick.record if stick.record is not None else StickRecord("", 0)
    collections = []
    for collection in sorted(stick.refs):
        offered = _kit_collection(collection, stick)
        if offered is not None and not _is_of_systems(stick.refs[collection]):
            collections.append(offered)
    known = {collection.id: not collection.unsigned for collection in collections}
    kit_refs = _kit_refs(stick, known, components, record, listed)
    bundles = tuple(_kit_bundles(stick, known))
    there = read_images_on(stick.location)
    registries = kit_registries(there)
    images = kit_images(there, registries, record, listed)
    contents = KitContents(
        repo=stick.location.repository_path,
        collections=tuple(collections),
        refs=kit_refs,
        made_at=record.made,
        label=stick.location.root.name,
        until=first_end(
            entry.until for name, entry in record.collections.items() if name in stick.refs
        ),
        systems=tuple(_systems(stick)),
        bundles=bundles,
        registries=registries,
        images=images,
    )
    return replace(contents, warnings=tuple(kit_warnings(contents, record)))


def _kit_bundles(stick: StickState, known: Collection[str]) -> Iterator[KitBundle]:
    """Those that are what the record says, as far as their headers tell. ``known``: the collections
    that are offered."""
    stored = read_bundles(stick.location, stick.record)
    if not stored:
        return
    carried, sets = carried_refs(stick), ref_sets(stick.refs)
    for each in stored:
        bundle, record = each.bundle, each.record
        if bundle is None or (str(bundle.ref), bundle.commit) != (record.ref, record.commit):
            continue
        needed = tuple(
            key for key in bundle_needs(bundle, carried, stick.refs, sets) if key[0] in known
        )
        runtime = runtime_file(bundle, stored)
        there = runtime is not None or bundle_runtime(bundle, stick.refs) is not None
        if runtime is not None and bundle_runtime(bundle, stick.refs) is None:
            needed = ((bundle_source(runtime.file), runtime.ref), *needed)
        required = bundle.metadata.required_flatpak
        about = KitRef(
            collection=bundle_source(record.file),
            ref=record.ref,
            chosen=True,
            name=bundle.name if bundle.name != bundle.ref.id else "",
            summary=bundle.summary,
            version=bundle.version,
            size=bundle.installed_size,
            needs=needed,
            requires=readable(required),
            commit=bundle.commit,
            lacks=str(bundle.metadata.runtime or "")
            if bundle.ref.kind == "app" and not there
            else "",
        )
        yield KitBundle(record.file, record.sha256, about, record.unvouched, bundle.timestamp)


def _is_of_systems(names: Iterable[str]) -> bool:
    """Whether a collection has nothing for flatpak."""
    flatpaks = any(Ref.parse_or_none(name) is not None for name in names)
    return not flatpaks and any(map(is_system, names))


def _systems(stick: StickState) -> Iterator[KitSystem]:
    for collection, names in sorted(stick.refs.items()):
        offered = _kit_collection(collection, stick)
        titled = offered is not None and offered.title != offered.remote
        for name, checksum in sorted(names.items()):
            commit = stick.commit(checksum) if is_system(name) else None
            if commit is not None:
                version = commit.metadata.get("version", "s")
                yield KitSystem(
                    collection=collection,
                    source=offered.title if offered is not None and titled else collection,
                    ref=name,
                    version=version if isinstance(version, str) else "",
                    made=commit.timestamp,
                )


def _kit_refs(
    stick: StickState,
    known: Mapping[str, bool],
    components: Mapping[str, Component],
    record: StickRecord,
    listed: Collection[tuple[str, str]] | None,
) -> tuple[KitRef, ...]:
    """``known``: the collections that are offered, and whether they sign."""
    carried = carried_refs(stick)
    sets, files = ref_sets(stick.refs), _runtime_files(stick)
    lists = {
        collection: _is_list_good(collection, stick.copies[collection]) for collection in known
    }
    return tuple(
        replace(
            told := _kit_ref(
                ref, stick.copies[ref.collection], components.get(name), carried, stick.refs, sets
            ),
            needs=(*_file_needed(ref, carried, stick, files), *told.needs),
            chosen=_is_chosen(ref, record, listed),
            unsigned=known[ref.collection] and not is_signed(stick.repository, told.commit),
            listed=told.listed and lists[ref.collection],
            lacks="" if told.replaced_by else _lacking(ref, stick, files),
            **languages_there(stick, name, stick.refs[ref.collection][name]),
        )
        for (_, name), ref in sorted(carried.items())
        if ref.collection in known
    )


def _lacking(ref: CarriedRef, stick: StickState, files: Collection[str]) -> str:
    """``files``: the runtimes that are there as such."""
    runtime = ref.metadata.runtime if ref.metadata is not None else None
    if ref.ref.kind != "app" or runtime is None or str(runtime) in files:
        return ""
    return "" if runtime_place(ref, stick.refs) is not None else str(runtime)


def _runtime_files(stick: StickState) -> dict[str, str]:
    """What stands for their source, by the full refs of runtimes that are there as files."""
    return {
        each.record.ref: bundle_source(each.record.file)
        for each in read_bundles(stick.location, stick.record)
        if each.bundle is not None
        and each.bundle.ref.kind == "runtime"
        and (str(each.bundle.ref), each.bundle.commit) == (each.record.ref, each.record.commit)
    }


def _file_needed(
    ref: CarriedRef,
    carried: Mapping[tuple[str, str], CarriedRef],
    stick: StickState,
    files: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """The runtime of an app, where it is there as a file and from no source."""
    if ref.ref.kind != "app" or ref.metadata is None or is_replaced(ref, carried):
        return
    runtime = str(ref.metadata.runtime)
    if runtime in files and runtime_place(ref, stick.refs) is None:
        yield files[runtime], runtime


def _kit_collection(collection: str, stick: StickState) -> KitCollection | None:
    copy = stick.copies[collection]
    repo_file = copy.repo_file
    if repo_file is None or not is_valid_remote_name(copy.remote_name):
        return None
    url, name = public_address(repo_file.url), copy.remote_name
    unsigned = origin_remote(collection) is not None and not repo_file.key
    good = _is_list_good(collection, copy)
    recorded = stick.record.collections.get(collection) if stick.record is not None else None
    return KitCollection(
        id=collection,
        remote=name,
        title=told(repo_file.title or name, name, repo_file.title, url),
        url=url,
        flatpakrepo=repo_file.dump(),
        snapshot=copy.made if good and copy.made and copy.made < _END_OF_TIME else None,
        parts=copy.parts(sorted(_arches(stick.refs[collection]))) if good else (),
        catalogues=tuple(_catalogues(stick.refs[collection], copy.subset)),
        unsigned=unsigned,
        # Without a key an address is all that says whose it is.
        formerly=() if recorded is None or unsigned else recorded.formerly,
    )


def _is_list_good(collection: str, copy: UpstreamCopy) -> bool:
    """Whether flatpak takes the drive with it for the source itself; what is of a collection can be
    sideloaded without."""
    if origin_remote(collection) is not None or not copy_keys(copy):
        return True
    return not any(lacks_signatures(each.signature) for each in copy.signed())


def _catalogues(refs: Mapping[str, str], subset: str) -> Iterator[tuple[str, str]]:
    """By architecture; of a source that offers only a part, those of this part."""
    start = f"{APPSTREAM}{subset}-" if subset else APPSTREAM
    for name, commit in sorted(refs.items()):
        arch = name.removeprefix(start)
        if name.startswith(start) and arch.isidentifier():
            yield arch, commit


def _arches(names: Iterable[str]) -> set[str]:
    return {ref.arch for name in names if (ref := Ref.parse_or_none(name)) is not None}


def _kit_ref(
    carried_ref: CarriedRef,
    copy: UpstreamCopy,
    component: Component | None,
    carried: Mapping[tuple[str, str], CarriedRef],
    refs: Mapping[str, Mapping[str, str]],
    sets: Mapping[str, RefSet],
) -> KitRef:
    name = str(carried_ref.ref)
    commit = refs[carried_ref.collection][name]
    listed = copy.lookup(name, carried_ref.ref.arch)
    payloads = payloads_of(carried_ref.commit)
    return KitRef(
        collection=carried_ref.collection,
        ref=name,
        chosen=False,
        name=component.name(()) if component is not None else "",
        summary=component.summary(()) if component is not None else "",
        version=(component.version or "") if component is not None else "",
        size=_installed_size(carried_ref, copy),
        needs=needs(carried_ref, carried, refs, sets),
        replaced_by=(carried_ref.replaced_by or "") if is_replaced(carried_ref, carried) else "",
        requires=readable(carried_ref.metadata.required_flatpak)
        if carried_ref.metadata is not None
        else (),
        commit=commit,
        listed=listed is not None and listed.commit == commit,
        payloads=payloads if not uncarriable(payloads) else (),
        licence=component.license if component is not None and payloads else "",
    )


def _installed_size(carried_ref: CarriedRef, copy: UpstreamCopy) -> int:
    """As its commit says, with what its maker hands out; those of before 2018 do not."""
    said = carried_ref.commit.metadata.get("xa.installed-size", "t")
    if isinstance(said, int):
        size = byteswap64(said) + sizes_of(carried_ref.commit)[1]
        return size if size <= _MOST_BYTES else 0
    upstream = copy.lookup(str(carried_ref.ref), carried_ref.ref.arch)
    return upstream.installed_size if upstream is not None else 0


def _is_chosen(
    carried_ref: CarriedRef, record: StickRecord, listed: Collection[tuple[str, str]] | None
) -> bool:
    entry = record.ref(carried_ref.collection, str(carried_ref.ref))
    if entry is not None:
        return entry.chosen
    return (
        (carried_ref.collection, str(carried_ref.ref)) in listed
        if listed is not None
        else carried_ref.ref.kind == "app"
    )


class StagedKit(Struct, frozen=True):
    """Files for people that are on the drive and have to get their names, in this order.

    Attributes:
        staged: where it is, and what it becomes.
        sources: names of the files that belong to the stick's sources.
    """

    staged: tuple[tuple[str, str], ...]
    sources: frozenset[str]


def stage_kit(
    location: Location,
    contents: KitContents,
    without: Container[str] = (),
    make_page: MakePage = page,
) -> StagedKit:
    """Write the files for people for `name_kit`, between which the file system is to be flushed: a
    name can reach the medium before what it names. ``without``: names of files that are left as
    they are. Raises OSError.

    Sources come first, and the list that names them: until then they are not those of the copies.
    Scripts that are there as they are to be stay: what comes off a full drive may make less room
    than they take.
    """
    kit = location.kit
    # The checksums come when everything has been read back.
    kit.make_directory(CHECKSUMS)
    files = render(contents, make_page)
    first = (KEY_FILE, CONTENTS)
    staged = []
    for name, data in sorted(files.items(), key=lambda file: not file[0].endswith(first)):
        is_script = name.endswith(_SCRIPT)
        mode = 0o755 if is_script else 0o644
        if name not in without and not (is_script and _is_there(kit, name, data)):
            staged.append((kit.stage(name, data, mode=mode), name))
    return StagedKit(tuple(staged), frozenset(name for name in files if name.endswith(KEY_FILE)))


def name_kit(location: Location, kit: StagedKit) -> None:
    """Replace the files for people; what else lies in their directory stays, but for sources that
    are none of the stick's. On the medium when this returns. Raises OSError."""
    for name in location.kit.names():
        if name.endswith(KEY_FILE) and name not in kit.sources:
            with contextlib.suppress(IsADirectoryError):
                location.kit.remove(name)
    from_fat = _may_be_run(location.kit, CONTENTS)
    for staged, name in kit.staged:
        location.kit.rename(staged, name)
    if from_fat and not _may_be_run(location.kit, CONTENTS):
        # On a drive that was copied from FAT all else would look like programs beside what is new.
        try:
            for entry in location.kit.walk():
                if entry.node is Node.FILE and not entry.name.endswith(_SCRIPT):
                    location.kit.allow(entry.path, 0o644)
        except PermissionError:
            # It is somebody else's: by the list modes are known to say nothing.
            location.kit.allow(CONTENTS, 0o755)
    location.kit.sync_names(name for _, name in kit.staged)


def _is_there(kit: Root, script: str, data: bytes) -> bool:
    """Whether it is what it is to be, for everybody. Then nobody else may change it any more."""
    try:
        everybodys = kit.node(script) is Node.FILE and kit.status(script).st_mode & _RUN == _RUN
        if not everybodys or kit.read(script, len(data)) != data:
            return False
        with suppress(PermissionError):  # It is somebody else's, or modes say nothing.
            kit.allow(script, 0o755)
    except OSError:
        return False
    return True


def _may_be_run(kit: Root, name: str) -> bool:
    return kit.node(name) is Node.FILE and bool(kit.status(name).st_mode & 0o111)
