"""Takes refs off a stick, so that it is sound at every moment.

Order: their names → what people are handed → the summary; then the copies of collections of which
nothing stays. While a journal is left, a summary may list what no ref names any more, and the kit
may be that of either (`app.stick.store.interrupted`). Objects go last, see `pruning`.

On a drive without room for that (`lacks_room`) there is only what the job itself can give up first:
what the kit has of what leaves, and its page. Of the kit only the list comes before the summary,
and the objects go at once: the rest, and what describes what stays, is written in their room.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from app.drive.space import measure
from app.flatpak.refs import Ref, arch_of
from app.formats.gvariant import FormatError
from app.fs.nodes import LeadsOutsideError
from app.message import Message
from app.ostree.names import METADATA_REF
from app.ostree.objects import Commit, ObjectKind, ObjectName, check_metadata
from app.ostree.ref_files import STAGED
from app.ostree.repository import Repository
from app.replacing import replace
from app.stick.findings import Code
from app.stick.kit.checksums import checksum_path
from app.stick.kit.contents import INSTALLER, NEEDS, PAGE
from app.stick.planning.plan import Plan, Removal
from app.stick.planning.wanted import Key
from app.stick.store.contents import CarriedRef, carried_refs
from app.stick.store.location import REMOTES, UPSTREAM, Location, copy_path
from app.stick.store.ostree_metadata import describe_refs, is_satchels, write_metadata
from app.stick.store.record import LeftOut, MetadataSource, RefRecord, StickRecord
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import FORMER
from app.stick.writing.publish import StagedRef

_CLUSTERS = 48
_LITTLE = 4 * 1024 * 1024
"""What journal, lists, kit and what describes a collection take for a moment, generously."""


LARGE_FILES = (PAGE, INSTALLER, NEEDS)
"""Of the kit; the others name what is on the drive."""


class Remaining(Struct, frozen=True):
    """What becomes of the collections that a plan takes something from and adds nothing to.

    Attributes:
        staged: their new ostree-metadata, not named yet.
        left_out: of the record, what is still missing.
    """

    staged: tuple[StagedRef, ...]
    left_out: tuple[LeftOut, ...]


def lacks_room(location: Location, plan: Plan) -> bool:
    """Whether what leaves has to make room before anything can be written. Raises DriveError."""
    if not plan.removed or plan.collections or not plan.prune:
        return False
    space = measure(location.root)
    return space.free < _LITTLE + _CLUSTERS * space.cluster


def make_room(location: Location, plan: Plan) -> None:
    """Give up what nobody misses and what is written again. Raises OSError."""
    for removal in plan.removed:
        if removal.commit:
            location.kit.remove(checksum_path(removal.commit))
    location.kit.remove(PAGE)


def prepare(repository: Repository, stick: StickState, plan: Plan) -> Remaining:
    """Write what will describe what stays; nothing refers to it yet. Raises OSError."""
    going = {(removal.collection, removal.ref) for removal in plan.removed}
    touched = {collection.id for collection in plan.collections}
    staged = []
    left = {key[0] for key in going}.union(_undescribed(repository, stick))
    for collection in sorted(left - touched):
        checksum = _metadata(repository, stick, collection, going)
        if checksum is not None:
            place = repository.stage_ref(checksum, f"{collection}-metadata")
            staged.append(StagedRef(collection, METADATA_REF, checksum, place))
    return Remaining(tuple(staged), tuple(_still_left_out(stick, going)))


def _undescribed(repository: Repository, stick: StickState) -> Iterator[str]:
    """Collections whose ostree-metadata is damaged and can be made anew: Satchel's own."""
    known = stick.record.collections if stick.record is not None else {}
    for collection, names in stick.refs.items():
        entry, checksum = known.get(collection), names.get(METADATA_REF)
        if entry is None or entry.metadata is not MetadataSource.SATCHEL or entry.metadata_key:
            continue
        if checksum is not None and _commit(repository, checksum) is None:
            yield collection


def _commit(repository: Repository, checksum: str) -> Commit | None:
    """None if it is not there or damaged."""
    name = ObjectName(checksum, ObjectKind.COMMIT)
    try:
        data = repository.read_object(name)
        check_metadata(name, data)
        return Commit.parse(data)
    except (OSError, FormatError):
        return None


def _metadata(
    repository: Repository, stick: StickState, collection: str, going: Collection[Key]
) -> str | None:
    """ostree-metadata for what stays; None if what is there is its publisher's or signed, which
    fits what is less as well, or if nothing stays.
    """
    names = stick.refs.get(collection, {})
    rest = {name: names[name] for name in names if (collection, name) not in going}
    old = names.get(METADATA_REF)
    if old is None or rest.keys() <= {METADATA_REF}:
        return None
    commit = _commit(repository, old)
    if commit is not None and not _is_ours(repository, old, commit):
        return None
    copy = stick.copies[collection]

    def sizes(name: str) -> tuple[int, int]:
        entry = copy.lookup(name, arch_of(name))
        return (entry.installed_size, entry.download_size) if entry is not None else (0, 0)

    # Never older than the one before: clients take the newer of two.
    made = commit.timestamp if commit is not None else copy.made or 0
    written = write_metadata(collection, describe_refs(stick.commit, rest, sizes), made)
    for name, data in written.objects.items():
        repository.write_object(name, data)
    repository.remove_object(ObjectName(written.checksum, ObjectKind.COMMITMETA))
    return written.checksum


def _is_ours(repository: Repository, checksum: str, commit: Commit) -> bool:
    """As `is_satchels`."""
    detached = None
    with contextlib.suppress(OSError):
        detached = repository.read_detached(checksum)
    return is_satchels(commit, detached)


def _still_left_out(stick: StickState, going: Collection[Key]) -> Iterator[LeftOut]:
    """What of the record's list something that stays would have brought, or nobody knows who."""
    record = stick.record
    if record is None or not record.left_out:
        return
    carried = carried_refs(stick)
    for entry in record.left_out:
        askers = [key for key, each in carried.items() if _asks_for(each, entry)]
        if entry.chosen or not askers or any(key not in going for key in askers):
            yield entry


def _asks_for(carried: CarriedRef, entry: LeftOut) -> bool:
    metadata = carried.metadata
    if metadata is None:
        return False
    if entry.code == Code.RUNTIME_MISSING:
        return metadata.runtime is not None and str(metadata.runtime) == entry.ref
    if carried.collection != entry.collection:
        return False
    id = entry.ref.split("/")[1] if entry.ref.count("/") == 3 else ""
    return any(
        id == point.name or (point.subdirectories and id.startswith(f"{point.name}."))
        for point in metadata.extensions
    )


def unname(repository: Repository, removed: Iterable[Removal]) -> None:
    """Remove the refs; what else there is of their names is somebody else's."""
    for removal in removed:
        repository.unname_ref(removal.collection, removal.ref)


def without_removed(
    record: StickRecord, stick: StickState, removed: Sequence[Removal], remaining: Remaining
) -> StickRecord:
    """``record`` of what ``stick`` has now."""
    going = {removal.ref for removal in removed}
    touched = {removal.collection for removal in removed}
    refs = {
        collection: {
            name: _still_needed(entry, going)
            for name, entry in entries.items()
            if collection not in touched or name in stick.refs.get(collection, {})
        }
        for collection, entries in record.refs.items()
        if collection not in touched or collection in stick.refs
    }
    collections = {
        collection: replace(entry, arches=_arches(entry.arches, stick.refs[collection]))
        if collection in touched
        else entry
        for collection, entry in record.collections.items()
        if collection in stick.refs or collection not in touched
    }
    kept = {(entry.collection, entry.ref) for entry in remaining.left_out}
    old = {(entry.collection, entry.ref) for entry in record.left_out}
    left_out = tuple(
        entry
        for entry in record.left_out
        if (entry.collection, entry.ref) in kept or (entry.collection, entry.ref) not in old
    )
    gpus = record.gpus if stick.refs else ()
    return replace(record, refs=refs, collections=collections, left_out=left_out, gpus=gpus)


def _still_needed(entry: RefRecord, going: Collection[str]) -> RefRecord:
    """``entry`` as it is for those that stay: also its sentence, which names one of them."""
    staying = tuple(ref for ref in entry.needed_by if ref not in going)
    if len(staying) == len(entry.needed_by):
        return entry
    reason = entry.reason
    gone = {ref.id for ref in map(Ref.parse_or_none, going) if ref is not None}
    named = dict(reason.arguments)
    heirs = [ref.id for ref in map(Ref.parse_or_none, staying) if ref is not None]
    if heirs and named.get("ref") in gone and named["ref"] not in heirs:
        reason = Message.with_arguments(reason.template, {**named, "ref": heirs[0]})
    return replace(entry, needed_by=staying, reason=reason)


def _arches(before: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    there = {arch_of(name) for name in names}
    return tuple(arch for arch in before if arch in there)


def drop_unused_copies(location: Location, collections: Collection[str]) -> None:
    """Remove copies of upstream summaries but those of ``collections``. Raises OSError."""
    extension = location.extension
    kept = {copy_path(collection) for collection in collections}
    for copies in (UPSTREAM, REMOTES):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, LeadsOutsideError):
            for entry in list(extension.entries(copies)):
                path = entry.path.removesuffix(STAGED).removesuffix(FORMER)
                if path not in kept and entry.path not in kept:
                    extension.remove_tree(entry.path)
