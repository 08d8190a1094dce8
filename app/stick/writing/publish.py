"""The step that makes a finished pull visible: refs, ostree-metadata, copies, kit, summary."""

from __future__ import annotations

import os
from collections.abc import Collection, Container, Iterable, Mapping

from msgspec import Struct

from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE
from app.formats.gvariant import FormatError
from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.names import METADATA_REF, is_collection_id
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.ref_files import STAGED
from app.ostree.repository import Repository
from app.ostree.summary import NewRef, build_summary
from app.replacing import replace
from app.stick.kit.gathering import (
    StagedKit,
    kit_contents,
    name_kit,
    stage_kit,
    stick_components,
)
from app.stick.planning.name_clashes import folds_refs, refuse_clashes
from app.stick.planning.plan import CollectionPlan, Item, Plan
from app.stick.planning.wanted import THERE_ALREADY, was_chosen
from app.stick.store.location import Location, copy_path
from app.stick.store.ostree_metadata import (
    MetadataCommit,
    describe_refs,
    detached_with,
    write_metadata,
)
from app.stick.store.record import CollectionRecord, MetadataSource, RefRecord, StickRecord
from app.stick.store.stick_state import CommitReader, StickState, read_stick
from app.stick.store.upstream_copy import FORMER, open_copy
from app.stick.writing.bundles import after as bundles_after
from app.stick.writing.payloads import with_extra_data
from app.trust.keyring import Keyring
from app.trust.signing import export_public_key, sign

_SUMMARIES = "summaries"


class MakerKey(Struct, frozen=True):
    """The key of the person who makes the stick; ``public`` is its binary form, ``when`` the time
    that its signatures tell, None: when they are made."""

    name: str
    homedir: str | None
    public: bytes
    fingerprint: str
    when: int | None = None


class MetadataChoice(Struct, frozen=True):
    """The ostree-metadata commit of a collection; ``written`` if Satchel made it."""

    checksum: str
    written: MetadataCommit | None


def author_metadata(
    repository: Repository, plan: CollectionPlan, maker: MakerKey | None
) -> MetadataChoice:
    """Decide on a collection's ostree-metadata; write its objects if it has to be Satchel's.

    Nothing refers to them until `publish`.
    """
    if plan.metadata_commit is not None:
        return MetadataChoice(plan.metadata_commit, None)
    sizes = {item.ref: (item.installed_size, item.download_size) for item in plan.items}
    refs = {item.ref: item.commit for item in plan.items}
    described = describe_refs(CommitReader(repository), refs, lambda ref: sizes.get(ref, (0, 0)))
    written = write_metadata(plan.id, described, plan.snapshot.made or 0)
    for name, data in written.objects.items():
        repository.write_object(name, data)
    detached = ObjectName(written.checksum, ObjectKind.COMMITMETA)
    if maker is not None:
        signature = sign(written.data, maker.name, maker.homedir, maker.when)
        repository.write_object(detached, detached_with([signature]))
    else:
        repository.remove_object(detached)
    return MetadataChoice(written.checksum, written)


def as_on_drive(plan: CollectionPlan) -> Remote:
    """The remote as clients of the drive are to have it."""
    if plan.pinned is not None:
        return plan.pinned.remote
    if not plan.is_remote:
        return replace(plan.remote, collection_id=plan.id, url=plan.address)
    # With a key clients want to see the list signed.
    keys = plan.remote.keys if plan.vouched else ()
    return replace(plan.remote, name=plan.name, collection_id=None, url=plan.address, keys=keys)


def flatpakrepo(plan: CollectionPlan, maker: MakerKey | None) -> bytes:
    """The file that adds the collection's remote on a client."""
    makers = (maker.public,) if maker is not None and not plan.is_remote else ()
    return as_on_drive(plan).repo_file(makers).dump()


class StagedRef(Struct, frozen=True):
    """A ref whose new content is on the drive and has to get its name."""

    collection: str
    name: str
    commit: str
    staged: str


def stage_refs(
    repository: Repository, plan: Plan, metadata: Mapping[str, MetadataChoice]
) -> tuple[StagedRef, ...]:
    """The content of every ref of the plan, before it gets its name.

    Raises `NamesClashError`, where the plan could not tell that from an empty drive.
    """
    there = [(collection, ref) for collection, ref, _ in plan.basis]
    planned = [(item.collection, item.ref) for item in plan.items]
    space = plan.estimate.space
    refuse_clashes(
        space, (*there, *planned), folds_names=folds_refs(repository.root, ".", space.file_system)
    )
    staged_refs = []
    for collection in plan.collections:
        wanted = {item.ref: item.commit for item in collection.items}
        if collection.id in metadata:
            wanted[METADATA_REF] = metadata[collection.id].checksum
        for number, (name, checksum) in enumerate(wanted.items()):
            # Not every file system has colons in names.
            label = f"{collection.id.replace(':', '-')}-{number}"
            staged = repository.stage_ref(checksum, label)
            staged_refs.append(StagedRef(collection.id, name, checksum, staged))
    return tuple(staged_refs)


def name_refs(repository: Repository, refs: Iterable[StagedRef]) -> None:
    for ref in refs:
        repository.name_ref(ref.collection, ref.name, ref.staged)


def stage_copies(location: Location, plan: Plan, maker: MakerKey | None) -> None:
    """Write the copies of the upstream summaries for `exchange_copies`.

    Between the two the file system may be flushed: a name can reach the medium before what it
    names, and an empty key file is worse than an old one.
    """
    extension = location.extension
    for collection in plan.collections:
        fresh = f"{copy_path(collection.id)}{STAGED}"
        extension.make_directory(os.path.dirname(fresh))
        extension.remove_tree(fresh)
        files = {
            **collection.files,
            f"{collection.name}.flatpakrepo": flatpakrepo(collection, maker),
        }
        _write_files(extension.below(fresh), files)


def exchange_copies(
    location: Location, repository: Repository, plan: Plan, collections: Collection[str]
) -> None:
    """Replace the copies of the upstream summaries, and the index beside the summary.

    ``collections``: those that the stick has then.
    """
    wanted = _root_index(location, plan, collections)
    remove_root_index(repository, wanted)
    _name_copies(location, plan)
    _remove_former_copies(location, plan)
    _write_root_index(repository, wanted)


def _name_copies(location: Location, plan: Plan) -> None:
    """Replace the copies of the upstream summaries, each as a whole."""
    extension = location.extension
    for collection in plan.collections:
        path = copy_path(collection.id)
        old = f"{path}{FORMER}"
        extension.remove_tree(old)
        # `open_copy` takes what was staged while there is none.
        there = extension.node(path)
        if there is not None:
            if there is not Node.DIRECTORY:
                # Moves aside what else is there.
                extension.make_directory(path)
            _put_strange_aside(extension, path)
            extension.rename(path, old)
        extension.rename(f"{path}{STAGED}", path)


def _remove_former_copies(location: Location, plan: Plan) -> None:
    """What `exchange_copies` has put aside, which takes its time."""
    for collection in plan.collections:
        location.extension.remove_tree(f"{copy_path(collection.id)}{FORMER}")


def remove_root_index(repository: Repository, wanted: Mapping[str, bytes]) -> None:
    """Take away upstream's index beside the summary, unless it is what it will be, ``wanted``.

    Before the copies are exchanged: at no moment may clients find one that is not the copied one.
    They look for the index first, and for nothing else of it where there is none.
    """
    root = repository.root
    if wanted and _is_there(root, wanted):
        return
    for path in (INDEX, INDEX_SIGNATURE):
        root.clear(path)
        root.remove(path)
    if root.node(_SUMMARIES) is Node.DIRECTORY:
        _put_strange_aside(root, _SUMMARIES)
        root.remove_tree(_SUMMARIES)
    elif root.node(_SUMMARIES) is not None:
        root.put_aside(_SUMMARIES)


def _put_strange_aside(root: Root, path: str) -> None:
    """Move aside what is no list below a directory of lists that goes."""
    for entry in list(root.entries(path)):
        if entry.name == _SUMMARIES and entry.node is Node.DIRECTORY:
            _put_strange_aside(root, entry.path)
        elif entry.node is not Node.FILE or entry.name == _SUMMARIES:
            root.put_aside(entry.path)


def _write_root_index(repository: Repository, wanted: Mapping[str, bytes]) -> None:
    """Upstream's index beside the summary, so that the stick also serves as a file:// remote.

    Only while it holds one collection: a remote has one index. The index comes last.
    """
    if not _is_there(repository.root, wanted):
        _write_files(
            repository.root, dict(sorted(wanted.items(), key=lambda file: file[0] == INDEX))
        )


def _root_index(location: Location, plan: Plan, collections: Collection[str]) -> dict[str, bytes]:
    """The files of the only collection's index, as planned or as they are copied."""
    if len(collections) != 1 or not all(map(is_collection_id, collections)):
        return {}
    planned = {collection.id: collection.files for collection in plan.collections}
    (only,) = collections
    files = planned[only] if only in planned else open_copy(location, only).index_files()
    if INDEX not in files:
        return {}
    return {
        path: data
        for path, data in files.items()
        if path in {INDEX, INDEX_SIGNATURE} or path.startswith(f"{_SUMMARIES}/")
    }


def _is_there(root: Root, wanted: Mapping[str, bytes]) -> bool:
    """Whether exactly this is there."""
    try:
        there = {entry.path for entry in root.entries(_SUMMARIES)}
        there.update(path for path in (INDEX, INDEX_SIGNATURE) if root.node(path) is not None)
        return there == wanted.keys() and all(
            root.read(path, len(data)) == data for path, data in wanted.items()
        )
    except OSError:
        return False


def _write_files(directory: Root, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        directory.make_directory(os.path.dirname(path) or ".")
        directory.replace(path, data, durable=False)


def with_staged(
    refs: Mapping[str, Mapping[str, str]], staged: Iterable[StagedRef]
) -> dict[str, dict[str, str]]:
    """The refs (collection → ref → commit) as they are once the staged ones have their names."""
    after = {collection: dict(names) for collection, names in refs.items()}
    for ref in staged:
        after.setdefault(ref.collection, {})[ref.name] = ref.commit
    return after


def stick_summary(
    repository: Repository, by_collection: Mapping[str, Mapping[str, str]], made: int
) -> bytes:
    """The stick's own summary: exactly the refs whose commits are there, by collection."""
    collections: dict[str, dict[str, NewRef]] = {}
    listed = {origin: refs for origin, refs in by_collection.items() if is_collection_id(origin)}
    for collection, refs in {**listed, "": repository.nameless_refs()}.items():
        for name, checksum in refs.items():
            try:
                size = len(repository.read_object(ObjectName(checksum, ObjectKind.COMMIT)))
                commit = repository.read_commit(checksum)
            except (OSError, FormatError):
                # libostree refuses to write a summary then; clients are better off with the rest.
                continue
            version = commit.metadata.get("version", "s")
            collections.setdefault(collection, {})[name] = NewRef(
                checksum, size, commit.timestamp, version
            )
    return build_summary(
        collections,
        # Not even those of the repository's own: flatpak looks for names in no main list
        # (FORMAT.md). What is of no collection has no other place.
        main_collection="",
        mode=repository.mode,
        last_modified=made,
    )


def new_record(
    plan: Plan,
    old: StickRecord | None,
    metadata: Mapping[str, MetadataChoice],
    maker: MakerKey | None,
    key_fingerprints: Mapping[str, tuple[str, ...]],
    names: Mapping[str, str],
    tool: str,
    made: int,
) -> StickRecord:
    """The stick's record after the job; what the plan does not touch stays as it was."""
    collections = dict(old.collections) if old is not None else {}
    refs = dict(old.refs) if old is not None else {}
    for collection in plan.collections:
        choice = metadata.get(collection.id)
        written = choice is not None and choice.written is not None
        source = MetadataSource.SATCHEL if written else MetadataSource.UPSTREAM
        pinned = collection.pinned
        collections[collection.id] = CollectionRecord(
            remote=collection.name,
            title=(pinned.remote if pinned is not None else collection.remote).title,
            url=pinned.url if pinned is not None else collection.remote.address,
            snapshot_made=collection.snapshot.made,
            snapshot_digest=collection.snapshot.digest,
            metadata=source if choice is not None else MetadataSource.NONE,
            metadata_key=maker.fingerprint if written and maker is not None else "",
            unsigned=not collection.vouched,
            keys=pinned.keys if pinned is not None else key_fingerprints[collection.id],
            arches=collection.arches,
            until=collection.until,
            locked=pinned is not None and not collection.files,
            unlisted=pinned is None and not collection.snapshot.listed,
        )
        refs[collection.id] = {
            item.ref: RefRecord(
                item.commit,
                item.chosen,
                item.reason,
                item.needed_by,
                names.get(item.ref, ""),
                item.languages,
                bool(item.payloads) or _had_extra_data(old, collection.id, item),
            )
            for item in collection.items
        }
    touched = {collection.id for collection in plan.collections}
    left_out = tuple(
        entry
        for entry in (old.left_out if old is not None else ())
        if entry.collection not in touched
    )
    gpus = tuple(dict.fromkeys((*(old.gpus if old is not None else ()), *plan.options.gpus)))
    lacking = (*left_out, *plan.left_out)
    record = StickRecord(tool, made, collections, refs, lacking, gpus, plan.carried)
    record = with_extra_data(record, plan, old)
    return replace(record, bundles=bundles_after(plan, old), lock=plan.lock)


def with_unrecorded(record: StickRecord, plan: Plan, stick: StickState) -> StickRecord:
    """With the refs of sources that the plan does not touch and the record does not tell of, since
    one of before was lost: where their files go as well, it tells the next job what was there. What
    others have put there has no copy of a list."""
    going = {(each.collection, each.ref) for each in plan.removed}
    told = {
        origin: {
            name: RefRecord(
                commit,
                was_chosen(name, None),
                THERE_ALREADY,
                languages=stick.by_choice.get(commit),
            )
            for name, commit in names.items()
            if name != METADATA_REF and (origin, name) not in going
        }
        for origin, names in stick.refs.items()
        if origin not in record.refs and stick.copies[origin].exists
    }
    return replace(
        record, refs={**record.refs, **{each: refs for each, refs in told.items() if refs}}
    )


def _had_extra_data(old: StickRecord | None, collection: str, item: Item) -> bool:
    """Of what stays as it is."""
    entry = old.ref(collection, item.ref) if old is not None else None
    return entry is not None and entry.extra_data and entry.commit == item.commit


def maker_key(plan: Plan) -> MakerKey | None:
    """The key named by ``--sign-key``. Raises SigningError if it cannot be used."""
    name, homedir = plan.options.sign_key, plan.options.sign_homedir
    if name is None:
        return None
    public = export_public_key(name, homedir)
    with Keyring([public]) as keyring:
        fingerprint = keyring.keys[0].fingerprint
    return MakerKey(name, homedir, public, fingerprint, plan.made)


def stage_kit_again(
    location: Location, repository: Repository, label: str, without: Container[str] = ()
) -> StagedKit:
    """As the stick is now; what it says comes from the carried appstream, which may have been what
    was damaged. ``label``: what the page calls the drive; ``without`` as for `stage_kit`."""
    stick = read_stick(location, repository)
    kit = kit_contents(stick, stick_components(stick))
    return stage_kit(location, replace(kit, label=label), without)


def write_kit_again(location: Location, repository: Repository, label: str) -> None:
    """`stage_kit_again`, in place of what is there. Raises OSError."""
    kit = stage_kit_again(location, repository, label)
    repository.root.sync()
    name_kit(location, kit)
