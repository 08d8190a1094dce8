"""A plan: what a job will put on a stick, and why. Values only.

The review page, ``satchel plan`` and the job consume the same plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import chain
from pathlib import Path

from msgspec import Struct, field

from app.discreet import Discreet
from app.drive.filesystem_advice import Advice
from app.drive.safety.guard import FileSystemIdentity
from app.flatpak.extra_data import Payload
from app.flatpak.registries.image import Descriptor
from app.flatpak.remotes.remote import Registry, Remote
from app.flatpak.sideloading.decision import Outcome
from app.flatpak.sideloading.situation import Version
from app.flatpak.upstream.upstream import Snapshot
from app.message import NOTHING, Message
from app.ostree.names import origin_remote
from app.ostree.pull.near_objects import NearPlace
from app.ostree.tree_keys import KnownTrees, Narrowed
from app.progress import Notice
from app.replacing import replace
from app.stick.planning.for_computer import ForComputer
from app.stick.planning.holding_back import HeldBack
from app.stick.planning.in_part import InPart
from app.stick.planning.options import Options
from app.stick.planning.sizes import Estimate
from app.stick.planning.terms import Terms
from app.stick.store.drive_lists import Taken
from app.stick.store.images import CarriedImage
from app.stick.store.location import Location
from app.stick.store.record import BundleRecord, LeftOut

LEFT_OUT = 7
"""Exit status: done, but something of what was asked for was left out."""


class Action(StrEnum):
    """What happens to a ref."""

    ADD = "add"
    UPDATE = "update"
    KEEP = "keep"


class Item(Struct, frozen=True):
    """A ref that will be on the stick.

    Attributes:
        commit: checksum it will have.
        old_commit: the one it has now, if it is there.
        timestamp: of the commit, seconds since 1970; None if unknown before it is fetched.
        reason: one sentence for people.
        needed_by: refs that need it.
        reasons: the same sentence for each of these that says something else.
        requires: collections and refs without which it cannot be installed.
        named: asked for now.
        essential: a job that cannot have it does nothing.
        installed_size, download_size: bytes, as upstream claims.
        metadata: flatpak's metadata keyfile; empty for appstream.
        describes: apps that an appstream branch is about; not every upstream claims its size.
        name: what people call it, as the drive has it; empty for what is new there.
        gone: its source does not have it any more; it stays as it is.
        held: its source has a newer one, which cannot be carried; it stays as it is.
        languages: of a Locale extension, the only ones that it comes in, as they are called there;
            None if nothing is left out.
        left_languages: those that are left out; empty also where nobody has asked which there are.
        payloads: extra data of its commit, which is carried with it.
    """

    collection: str
    ref: str
    commit: str
    old_commit: str | None
    action: Action
    chosen: bool
    reason: Message
    needed_by: tuple[str, ...] = ()
    requires: tuple[tuple[str, str], ...] = ()
    named: bool = False
    essential: bool = False
    timestamp: int | None = None
    installed_size: int = 0
    download_size: int = 0
    metadata: str = ""
    eol: str | None = None
    eol_rebase: str | None = None
    describes: int = 0
    reasons: tuple[tuple[str, Message], ...] = ()
    name: str = ""
    gone: bool = False
    held: bool = False
    languages: tuple[str, ...] | None = None
    left_languages: tuple[str, ...] = ()
    payloads: tuple[Payload, ...] = ()

    def reason_for(self, ref: str) -> Message:
        """Why it comes along where it stands below ``ref``."""
        return dict(self.reasons).get(ref, self.reason)


class Removal(Struct, frozen=True):
    """A ref that leaves the drive.

    Attributes:
        commit: the one it has; empty if an interrupted job has taken it off already.
        reason: one sentence for people.
        named: asked for; else nothing else needs it.
        name: what people call it; may be empty.
        image: it is an image of a registry's, in no repository.
    """

    collection: str
    ref: str
    commit: str
    reason: Message
    named: bool
    name: str = ""
    image: bool = False


class PlannedImage(Discreet, Struct, frozen=True):
    """An image of a container registry that will be on the stick.

    Attributes:
        item: as for a ref; its collection stands for the registry, its commit is the digest.
        carried: what the layout on the drive will list.
        repository: where in the registry it is; empty for what stays as it is.
        base: where the registry's images are; may hold a password.
        blobs: all content that it needs, if it is not there as it will be.
        small: of these, what had to be read for the plan, by digest.
    """

    UNSHOWN = frozenset({"small", "base"})

    item: Item
    registry: Registry
    carried: CarriedImage
    repository: str
    blobs: tuple[Descriptor, ...] = ()
    small: Mapping[str, bytes] = field(default_factory=dict)
    base: str = ""


class PlannedBundle(Struct, frozen=True):
    """An app or runtime that will be on the drive as a file.

    Attributes:
        record: as it will say.
        trust: who vouches for it, in a sentence; empty for one that stays as it is.
        source: the file on this computer; None if it is on the drive.
        version: what people call it; may be empty.
        replaces: the files in whose place it comes, as a record calls them.
    """

    record: BundleRecord
    action: Action
    trust: Message = NOTHING
    source: Path | None = None
    version: str = ""
    replaces: tuple[str, ...] = ()


class AppOnDrive(Struct, frozen=True):
    """An app that is on a drive.

    Attributes:
        commit: the one it has.
        name: what people call it, as the drive has it; may be empty.
    """

    collection: str
    ref: str
    commit: str
    name: str = ""


class Pinned(Struct, frozen=True):
    """What a lock file says of a source, so that a drive made of it is the same everywhere.

    Attributes:
        remote: as computers that get the drive are to have it.
        url: where it was fetched from when the lock was made.
        keys: fingerprints of the remote's keys then.
    """

    remote: Remote
    url: str
    keys: tuple[str, ...]


class CollectionPlan(Struct, frozen=True):
    """One collection, or remote without one, that the job touches.

    Attributes:
        id: the origin: the collection ID, or what stands for it.
        items: every ref of the collection that will be on the stick, without ostree-metadata.
        commits: bytes of every commit that has to be fetched, by checksum; checksums checked.
        metadata_commit: upstream's ostree-metadata commit that is carried as it is, or None if
            one has to be written; of a remote without a collection ID there is none.
        files: the signed upstream summary, by upstream's paths.
        arches: architectures on the stick.
        detached: signatures of ``commits`` that were fetched for the plan; not all of them.
        address: where clients will look for updates.
        until: when the first key, subkey or signature among what is carried ends, seconds since
            1970; None if none does, or if nothing is signed.
        pinned: where a lock file decides; ``remote`` then only says who is asked, and whose keys
            judge.
    """

    id: str
    remote: Remote
    snapshot: Snapshot
    items: tuple[Item, ...]
    commits: Mapping[str, bytes]
    metadata_commit: str | None
    files: Mapping[str, bytes]
    arches: tuple[str, ...]
    detached: Mapping[str, bytes | None]
    address: str
    until: int | None
    pinned: Pinned | None = None

    @property
    def is_remote(self) -> bool:
        """Whether it has no collection ID: ``id`` only stands for one."""
        return origin_remote(self.id) is not None

    @property
    def name(self) -> str:
        """The remote's on the drive."""
        return origin_remote(self.id) or self.remote.name

    @property
    def told(self) -> str:
        """What people call it."""
        return self.remote.label if self.is_remote else self.id

    @property
    def vouched(self) -> bool:
        """Whether its publisher vouches for what comes: there is a key that judges each commit.
        What lacks a signature, and is wanted all the same, is told by itself."""
        return self.is_list_signed or (bool(self.remote.keys) and self.pinned is None)

    @property
    def is_list_signed(self) -> bool:
        """Whether a key of its publisher's signed the list, which tells what is the newest."""
        return self.snapshot.signature.good

    @property
    def checksums(self) -> list[str]:
        """The commits of all that will be on the stick."""
        metadata = [] if self.metadata_commit is None else [self.metadata_commit]
        return [*(item.commit for item in self.items), *metadata]


class Taking(Struct, frozen=True):
    """What computers without internet take of a ref of the stick as it will be.

    Attributes:
        version: what the stick will have.
        taken: what one takes that is given the whole drive and has nothing of it.
        here: what becomes of it on this computer.
        newer_here: nothing, since what this computer has is newer.
        behind: the copy of upstream's list that goes along names something newer.
        ignored: why those that follow the published algorithm do not take it; None if they do.
    """

    collection: str
    ref: str
    version: Version
    taken: Taken
    here: Outcome
    newer_here: bool = False
    behind: bool = False
    ignored: Message | None = None


class Plan(Discreet, Struct, frozen=True):
    """Everything a job needs to know.

    Attributes:
        identity: what was at the place when the plan was made; a job writes to nothing else.
        basis: the refs on the stick when the plan was made: (collection, ref, commit).
        left_out: what was asked for or would have come along, and does not.
        advice: what the drive's file system makes of it.
        notices: what a person should read before saying yes.
        lacking: language → IDs of what was asked for and does not come in it.
        unfinished: a job was interrupted, what it wrote was never checked, or refs have to be named
            again.
        computers: what it has for each computer that said what it needs.
        removed: what leaves the drive.
        spare: of that, what nothing needs any more, as it would stay; of what is touched.
        first: of that, what goes before anything comes, since there is no room for both.
        staying: the apps that are on the drive and do not leave it.
        prune: what is needed no more is freed at the end.
        keeps: not even what the job itself replaces; somebody has asked for that.
        takings: what computers without internet take afterwards, of every app and runtime.
        update: everything is brought up to date.
        unasked: origins of which it is not, since nobody could be asked.
        in_part: translations that come if some languages are chosen; None if there are none.
        held_back: sources that stay as they are, since something would leave the drive otherwise.
        cached: commits that had come to this computer before.
        newer_lists: so it is, and what upstream lists is newer than what the drive has of it.
        lost_lists: so it is, and some of what computers and people go by is not there any more.
        bundles: all that will be on the drive.
        removed_bundles: those that leave it; not those in whose place another one comes.
        trees: what is in trees, as far as the plan had to know it.
        carried: the only languages that the drive carries then, without countries; empty: all.
        rechosen: these are others than before.
        narrowed: trees of which not everything is carried therefore, on the whole drive.
        terms: of everything that is carried with its extra data, on what terms.
        near: repositories that are asked for objects before upstream.
        images: of container registries that are touched, what will be on the stick of each.
        images_basis: the images on the stick when the plan was made: (origin, ref, digest).
        made: the time that all that is written tells, seconds since 1970; None: when it is written.
        label: what the page calls the drive; None: as its directory is called.
        lock: SHA-256 of the lock file that decides what is on the drive; empty if none does.
    """

    UNSHOWN = frozenset({"trees", "narrowed"})
    UNCOMPARED = frozenset({"trees", "narrowed"})

    location: Location
    identity: FileSystemIdentity
    options: Options
    collections: tuple[CollectionPlan, ...]
    estimate: Estimate
    advice: Advice
    basis: frozenset[tuple[str, str, str]]
    left_out: tuple[LeftOut, ...]
    notices: tuple[Notice, ...]
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unfinished: bool = False
    computers: tuple[ForComputer, ...] = ()
    removed: tuple[Removal, ...] = ()
    spare: tuple[Item, ...] = ()
    first: tuple[Removal, ...] = ()
    staying: tuple[AppOnDrive, ...] = ()
    prune: bool = False
    keeps: bool = False
    takings: tuple[Taking, ...] = ()
    update: bool = False
    unasked: tuple[str, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    in_part: InPart | None = None
    cached: frozenset[str] = frozenset()
    newer_lists: bool = False
    lost_lists: bool = False
    rechosen: bool = False
    terms: tuple[Terms, ...] = ()
    bundles: tuple[PlannedBundle, ...] = ()
    removed_bundles: tuple[BundleRecord, ...] = ()
    trees: KnownTrees = field(default_factory=KnownTrees)
    carried: tuple[str, ...] = ()
    narrowed: Narrowed = field(default_factory=dict)
    near: tuple[NearPlace, ...] = ()
    images: tuple[PlannedImage, ...] = ()
    images_basis: frozenset[tuple[str, str, str]] = frozenset()
    made: int | None = None
    label: str | None = None
    lock: str = ""

    @property
    def held(self) -> tuple[str, ...]:
        """What was chosen and stays older than its source has it."""
        items = (item for item in self.items if self.update and item.held and item.chosen)
        return tuple(item.ref for item in items)

    def collection(self, origin: str) -> CollectionPlan | None:
        """What comes of it; None if nothing does."""
        return next((each for each in self.collections if each.id == origin), None)

    @property
    def nothing_to_do(self) -> bool:
        """Everything that was asked for is there already, and nothing is to be taken off."""
        changes = bool(self.removed) or bool(self.removed_bundles) or self.newer_lists
        changes = changes or self.rechosen or self.lost_lists
        changes = changes or any(each.action is not Action.KEEP for each in self.bundles)
        kept = all(item.action is Action.KEEP for item in self.items) and not changes
        kept = kept and not any(terms.fetch for terms in self.terms)
        return kept and not self.unfinished and not self.chosen_left_out

    def for_later(self) -> Plan:
        """As it is for whoever carries it out another time: its commits have come by then."""
        commits = (each.commits for each in self.collections if not each.remote.is_local)
        return replace(self, estimate=self.estimate.with_commits_here(chain(*commits)))

    @property
    def as_published(self) -> bool:
        """Whether objects come from their own source alone: another one, whose are kept on this
        computer, may have packed the same content otherwise."""
        return bool(self.lock) and not self.options.offline

    @property
    def called(self) -> str:
        """What the page calls the drive."""
        return self.location.root.name if self.label is None else self.label

    @property
    def chosen_left_out(self) -> tuple[LeftOut, ...]:
        """What was asked for and cannot be carried."""
        return tuple(entry for entry in self.left_out if entry.chosen)

    @property
    def unsigned(self) -> tuple[CollectionPlan, ...]:
        """Those that nobody vouches for, and the person wants all the same."""
        return tuple(each for each in self.collections if not each.vouched)

    @property
    def until(self) -> int | None:
        """As in `CollectionPlan`, of all that the job touches."""
        return min(
            (collection.until for collection in self.collections if collection.until is not None),
            default=None,
        )

    @property
    def by_choice(self) -> Mapping[str, tuple[str, ...]]:
        """Commit → the only languages that it gets; without those that come in all."""
        return {item.commit: item.languages for item in self.items if item.languages is not None}

    @property
    def items(self) -> tuple[Item, ...]:
        """Refs, then images."""
        refs = (item for collection in self.collections for item in collection.items)
        return (*refs, *(image.item for image in self.images))
