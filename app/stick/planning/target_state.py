"""A drive as plans find it: values, read once for as many plans as are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct, field

from app.credentials import public_address
from app.discreet import Discreet
from app.drive.safety.guard import FileSystemIdentity, read_file_system
from app.drive.space import Quota, Space, measure
from app.flatpak.refs import Ref, arch_of
from app.flatpak.upstream.published_configuration import unverified_configuration
from app.formats.gvariant import FormatError
from app.fs.files import drive_errors
from app.fs.nodes import Node
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.names import is_collection_id, is_origin, is_ref_name, origin_remote
from app.ostree.objects import Commit, ObjectKind, ObjectName, check_metadata, detached_signatures
from app.ostree.reading_ahead import ReadingAhead
from app.ostree.repository import Repository
from app.ostree.tree_keys import KnownTrees
from app.stick.planning.freeing import Freeing
from app.stick.planning.name_clashes import folds_refs
from app.stick.planning.plan import AppOnDrive
from app.stick.planning.present_objects import PresentObjects
from app.stick.store.bundles import StoredBundle, read_bundles
from app.stick.store.forgotten_refs import with_forgotten
from app.stick.store.images import ImagesOnDrive, read_images_on
from app.stick.store.location import Location, choose_stick, open_repository
from app.stick.store.named import NobodyKnowsError, held_by_others, payloads_of_others
from app.stick.store.payloads import stored_payloads
from app.stick.store.record import StickRecord, read_record
from app.stick.store.respelling import respelt
from app.stick.store.stick_state import Refs, StickState, read_stick
from app.stick.store.unnamed import unnamed_commits
from app.stick.store.upstream_copy import Signed, copy_keys
from app.stick.trust.commits import SignedCommit
from app.trust.keyring import Keyring


class StoredCommits:
    """The commits of a stick, complete or not: those that are what their names say.

    Attributes:
        read: as `reader` gives one.
    """

    def __init__(self, read: Callable[[ObjectName], bytes | None]) -> None:
        self.read = read
        self._commits: dict[str, tuple[bytes, Commit] | None] = {}

    def get(self, checksum: str) -> Commit | None:
        """None for one that is not there or damaged."""
        stored = self._stored(checksum)
        return stored[1] if stored is not None else None

    def data(self, checksum: str) -> bytes | None:
        """The same in bytes."""
        stored = self._stored(checksum)
        return stored[0] if stored is not None else None

    def _stored(self, checksum: str) -> tuple[bytes, Commit] | None:
        if checksum not in self._commits:
            self._commits[checksum] = self._parsed(checksum)
        return self._commits[checksum]

    def _parsed(self, checksum: str) -> tuple[bytes, Commit] | None:
        name = ObjectName(checksum, ObjectKind.COMMIT)
        data = self.read(name)
        if data is None:
            return None
        try:
            # A drive may not say what upstream has never said.
            check_metadata(name, data)
            return data, Commit.parse(data)
        except FormatError:
            return None

    def stored(self, checksums: Iterable[str]) -> dict[str, bytes]:
        """Those of these that an interrupted job has left, as `data`."""
        data = {checksum: self.data(checksum) for checksum in checksums}
        return {checksum: each for checksum, each in data.items() if each is not None}

    def signed(self, collection: str, checksums: Iterable[str]) -> list[SignedCommit]:
        """Those of these that are there, whatever they say, with their signatures."""
        commits = []
        for checksum in checksums:
            data = self.read(ObjectName(checksum, ObjectKind.COMMIT))
            detached = self.read(ObjectName(checksum, ObjectKind.COMMITMETA))
            if data is not None:
                commits.append(SignedCommit(collection, "", checksum, data, detached))
        return commits


def _nothing(_: ObjectName) -> None:
    return None


UpstreamFiles = Mapping[str, Mapping[str, bytes]]
"""Of upstream's lists, by origin and upstream's paths."""


def _never(_origin: str, _name: str) -> bool:
    return False


def _always(_files: UpstreamFiles) -> bool:
    return True


class Copied(Struct, frozen=True):
    """A snapshot on a stick: when it says that it was made, seconds since 1970, and the file."""

    made: int
    file: Signed

    def is_of(self, collection: str, keyring: Keyring) -> bool:
        """Whether upstream has said so, and not whoever damaged the drive."""
        try:
            signatures = detached_signatures(self.file.signature)
        except FormatError:
            return False
        of_another = self.file.collection not in (None, collection)
        if of_another and origin_remote(collection) is None:
            return False
        return not keyring.keys or keyring.verify(self.file.data, signatures).good

    @property
    def moved_to(self) -> str:
        """Where it says that its remote is from now on; empty if it does not. Whoever goes there
        looks at `is_of` first."""
        return unverified_configuration(self.file.data).redirect


class TargetState(Discreet, Struct, frozen=True):
    """What is on a drive and what is free. Of a drive without a stick the rest is empty.

    Attributes:
        location: where the stick is or will be.
        identity: what is at the place; a job writes to nothing else.
        folds_names: names that differ in case only are one name there.
        refs: those on the stick.
        partial: commits that are not complete.
        by_choice: as in `StickState`.
        unfinished: a job was interrupted, or refs are not in the files where clients look.
        as_listed: whether a ref of a collection is as upstream's list on the drive has it; reads.
        is_whole: whether what computers and people go by is there (`whole_lists`); reads.
        copied: by collection, the snapshot whose copy is on the stick, of those that tell when they
            were made.
        origins: of the remotes without a collection ID that are on the stick, the addresses.
        other_remotes: names of remotes that others have in the repository.
        keys: those that the stick hands out.
        present: its objects; None if there is no repository.
        commits: of the stick.
        leaving: (collection, ref) of what an interrupted job was taking off.
        lost: collection and ref of what cannot be found any more: its file names no commit, or it
            lies in the directory of another collection.
        misplaced: where that lies now, as collection and ref.
        freeing: what would be free once only some commits are needed; None if there is none.
        trees: what is in trees, as far as it has been read; it grows.
        payloads: extra data, as `stored_payloads` has it.
        bundles: those that the record names.
        images: of container registries.
    """

    UNCOMPARED = frozenset({"trees", "as_listed", "is_whole"})

    location: Location
    identity: FileSystemIdentity
    space: Space
    folds_names: bool = False
    refs: Refs = field(default_factory=dict)
    partial: frozenset[str] = frozenset()
    by_choice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unfinished: bool = False
    record: StickRecord | None = None
    copied: Mapping[str, Copied] = field(default_factory=dict)
    as_listed: Callable[[str, str], bool] = _never
    is_whole: Callable[[UpstreamFiles], bool] = _always
    origins: Mapping[str, frozenset[str]] = field(default_factory=dict)
    other_remotes: frozenset[str] = frozenset()
    keys: tuple[bytes, ...] = ()
    present: PresentObjects | None = None
    commits: StoredCommits = field(default_factory=lambda: StoredCommits(_nothing))
    leaving: tuple[tuple[str, str], ...] = ()
    lost: frozenset[tuple[str, str]] = frozenset()
    misplaced: frozenset[tuple[str, str]] = frozenset()
    freeing: Freeing | None = None
    trees: KnownTrees = field(default_factory=KnownTrees)
    payloads: Mapping[str, int] = field(default_factory=dict)
    bundles: tuple[StoredBundle, ...] = ()
    images: ImagesOnDrive = field(default_factory=ImagesOnDrive)

    @property
    def own_origins(self) -> frozenset[str]:
        """Those of which anything lies in its own place."""
        places = ((origin, name) for origin, names in self.refs.items() for name in names)
        return frozenset(origin for origin, name in places if (origin, name) not in self.misplaced)

    @property
    def apps(self) -> tuple[AppOnDrive, ...]:
        """By collection and ref; those that are files belong to none."""
        record = self.record
        apps = (
            (collection, name, commit)
            for collection, names in sorted(self.refs.items())
            for name, commit in sorted(names.items())
            if (ref := Ref.parse_or_none(name)) is not None and ref.kind == "app"
        )
        files = (
            AppOnDrive("", each.record.ref, each.record.commit, each.record.name)
            for each in self.bundles
            if each.record.ref.startswith("app/")
        )
        return (
            *files,
            *(
                AppOnDrive(collection, name, commit, entry.name if entry is not None else "")
                for collection, name, commit in apps
                for entry in [record.ref(collection, name) if record is not None else None]
            ),
        )


def read_target(
    root: Path,
    destination: str | None = None,
    quota: Quota | None = None,
    ahead: ReadingAhead | None = None,
) -> TargetState:
    """What is at ``root``; ``destination`` as in `PlanRequest`, ``quota`` as for `measure`,
    ``ahead`` as for `PresentObjects.of`.

    Raises DriveError, UsageError, StickDamagedError.
    """
    location = choose_stick(root, destination)
    identity = read_file_system(root)
    space = measure(root, quota)
    repository = _open(location)
    with drive_errors(Message("reading the repository")):
        folding = folds_refs(location.drive, location.repository_path, space.file_system)
        if repository is None:
            return _without_stick(location, identity, space, folds_names=folding)
        # The job begins with it.
        stick = with_forgotten(respelt(read_stick(location, repository)))
        refs = stick.repository.collection_refs()
        misplaced = tuple(_misplaced(stick))
        places = ((bound, name) for _, name, bound in misplaced)
        trees = KnownTrees()
        present = PresentObjects.of(repository, trees, ahead)
        payloads = stored_payloads(location)
        ours = _own_payloads(location, stick.record, payloads)
        return TargetState(
            location=location,
            identity=identity,
            space=space,
            folds_names=folding,
            refs=stick.refs,
            partial=stick.partial,
            by_choice=stick.by_choice,
            unfinished=stick.journal is not None or stick.refs != refs,
            record=stick.record,
            copied={
                collection: Copied(made, dated)
                for collection, copy in stick.copies.items()
                if (made := copy.made) is not None and (dated := copy.dated) is not None
            },
            as_listed=partial(_is_as_listed, stick),
            is_whole=partial(_is_whole, stick),
            origins=_origins(stick),
            other_remotes=_other_remotes(stick.repository),
            keys=tuple(key for copy in stick.copies.values() for key in copy_keys(copy)),
            present=present,
            commits=StoredCommits(reader(repository)),
            leaving=stick.journal.leaving if stick.journal is not None else (),
            lost=frozenset((*_lost(stick), *_emptied(stick), *places)),
            misplaced=frozenset((collection, name) for collection, name, _ in misplaced),
            freeing=Freeing(repository, _held(location, stick), stick.partial, present, ours),
            trees=trees,
            payloads=payloads,
            bundles=read_bundles(location, stick.record),
            images=read_images_on(location),
        )


def _without_stick(
    location: Location, identity: FileSystemIdentity, space: Space, *, folds_names: bool
) -> TargetState:
    trees = KnownTrees()
    trees.there = frozenset()
    return TargetState(
        *(location, identity, space, folds_names),
        record=read_record(location),
        images=read_images_on(location),
        trees=trees,
    )


def _own_payloads(
    location: Location, record: StickRecord | None, payloads: Mapping[str, int]
) -> dict[str, int]:
    """Those that no other stick of the drive has as well."""
    recorded = record.payloads if record is not None else ()
    shared = payloads_of_others(location) if recorded else frozenset()
    return {path: payloads[path] for path in recorded if path in payloads and path not in shared}


def _is_whole(stick: StickState, files: UpstreamFiles) -> bool:
    # Asked only where an update would bring nothing.
    from app.stick.planning.whole_lists import is_whole

    return is_whole(stick, files)


def _is_as_listed(stick: StickState, origin: str, name: str) -> bool:
    copy = stick.copies.get(origin)
    entry = copy.lookup(name, arch_of(name)) if copy is not None else None
    return entry is not None and entry.commit == stick.refs.get(origin, {}).get(name)


def _origins(stick: StickState) -> dict[str, frozenset[str]]:
    """As its copies and its record name them."""
    addresses: dict[str, set[str]] = {}
    for origin, copy in stick.copies.items():
        if copy.repo_file is not None:
            addresses.setdefault(origin, set()).add(public_address(copy.repo_file.url))
    for origin, entry in (stick.record.collections if stick.record is not None else {}).items():
        addresses.setdefault(origin, set()).add(entry.url)
    return {
        origin: frozenset(known)
        for origin, known in addresses.items()
        if origin_remote(origin) is not None
    }


def _other_remotes(repository: Repository) -> frozenset[str]:
    names = {
        entry.path.split("/")[2]
        for entry in repository.refs()
        if entry.path.startswith("refs/remotes/") and not entry.is_carried
    }
    return frozenset(names.union(repository.config.remotes))


def _held(location: Location, stick: StickState) -> frozenset[str] | None:
    """Commits that a plan cannot take off: others', those from which a job will go on, and those
    that nothing names any more; None if nobody can tell, so that nothing will be freed."""
    named = frozenset(commit for names in stick.refs.values() for commit in names.values())
    marked = stick.partial.union(stick.by_choice)
    try:
        others = held_by_others(location, stick.repository)
        return others.union(marked - named, unnamed_commits(stick, named))
    except NobodyKnowsError:
        return None


def _lost(stick: StickState) -> Iterator[tuple[str, str]]:
    """Those whose files do not hold what they should, with a name that can be believed; not what
    stands where the refs of an app have their directory."""
    for entry in stick.repository.refs():
        collection, name = entry.collection, entry.name
        if entry.checksum is not None or collection is None:
            continue
        inside = any(ref.startswith(f"{name}/") for ref in stick.refs.get(collection, {}))
        if is_origin(collection) and is_ref_name(name) and not inside:
            yield collection, name


def _emptied(stick: StickState) -> Iterator[tuple[str, str]]:
    """What the record names of collections of which no ref is there any more."""
    record = stick.record
    if record is not None and stick.journal is None:
        for collection in record.refs.keys() - stick.refs.keys():
            yield from ((collection, name) for name in record.refs[collection])


def _misplaced(stick: StickState) -> Iterator[tuple[str, str, str]]:
    """Collection, ref, and the collection that its commit says it is of, where that is another."""
    for collection, names in stick.refs.items():
        for name, checksum in names.items():
            commit = stick.commit(checksum)
            bound = commit.collection_binding if commit is not None else None
            elsewhere = bound != collection and origin_remote(collection) is None
            if bound is not None and elsewhere and is_collection_id(bound):
                yield collection, name, bound


def _open(location: Location) -> Repository | None:
    """None where there is none yet."""
    there = location.repository.node("objects") is Node.DIRECTORY
    try:
        # The job writes a config that was lost anew.
        return open_repository(location, complete=False, mend=there)
    except RepositoryInvalidError:
        # Something else in its place is moved aside by the job.
        if there:
            raise
    return None


def reader(repository: Repository) -> Callable[[ObjectName], bytes | None]:
    """Gives an object's bytes, None for one that is not there or cannot be read."""

    def read(name: ObjectName) -> bytes | None:
        try:
            if name.kind is ObjectKind.COMMITMETA:
                return repository.read_detached(name.checksum)
            return repository.read_object(name)
        except OSError:
            return None

    return read


def basis(refs: Mapping[str, Mapping[str, str]]) -> frozenset[tuple[str, str, str]]:
    """What a plan assumes to be on the stick."""
    return frozenset(
        (collection, name, commit)
        for collection, names in refs.items()
        for name, commit in names.items()
    )
