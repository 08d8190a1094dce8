"""What installing from sticks will do, as values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from app.client.receiving.installation import Place
from app.client.receiving.offered import Candidate, Key
from app.client.receiving.refusal import Refusal
from app.client.receiving.trusting import UnknownKey
from app.client.receiving.unvouched import Unvouched
from app.flatpak.refs import Ref
from app.flatpak.registries.image import Descriptor
from app.flatpak.remotes.filters import RefFilter
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.fs.root import Root
from app.progress import Notice
from app.replacing import replace
from app.stick.store.images import CarriedImage
from app.stick.store.view import View


class State(StrEnum):
    """What becomes of a ref.

    Attributes:
        THERE: it is installed, and not older than on the stick.
        ELSEWHERE: it is installed from another source, and stays as it is.
    """

    INSTALL = "install"
    UPDATE = "update"
    THERE = "there"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"


class Item(Struct, frozen=True):
    """A ref that was asked for, or that such a one needs.

    Attributes:
        candidate: what was found good; None of what is refused.
        name: what people call it.
        installed: the commit that is there; None if it is not there.
        needs: what comes along with it, of what is on the sticks.
        named: upstream's list, as carried, names this very commit.
        size: bytes to be copied, about; ``installed_size``: bytes that it takes then.
        replaces: refs that are installed here and were renamed to it.
        file: the full ref of its runtime where the drive has that as a file only.
    """

    collection: str
    ref: Ref
    candidate: Candidate | None
    name: str
    asked: bool
    state: State
    installed: str | None = None
    needs: tuple[Key, ...] = ()
    named: bool = False
    size: int = 0
    installed_size: int = 0
    refusal: Refusal | None = None
    replaces: tuple[str, ...] = ()
    file: str = ""

    @property
    def key(self) -> Key:
        return self.collection, str(self.ref)

    @property
    def wanted(self) -> bool:
        """Whether there is something to do."""
        return self.state in (State.INSTALL, State.UPDATE)

    @property
    def is_lost(self) -> bool:
        """Whether its signature is missing, though its source signs."""
        return self.candidate is not None and self.candidate.lost


@dataclass(frozen=True, slots=True)
class BundleItem:
    """An app that a stick has as a file, and that was asked for.

    Attributes:
        source: what stands for its source in the kit.
        drive, path: where the file is; ``sha256``: what it has to be.
        commit: checksum.
        needs: what comes along with it, of what is on the sticks.
        size: bytes of the file.
        keys: of the source that vouches for it; none: nobody does.
    """

    source: str
    ref: Ref
    name: str
    drive: Root
    path: str
    sha256: str
    commit: str
    state: State
    installed: str | None = None
    needs: tuple[Key, ...] = ()
    size: int = 0
    refusal: Refusal | None = None
    keys: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def key(self) -> Key:
        return self.source, str(self.ref)

    @property
    def wanted(self) -> bool:
        """Whether there is something to do."""
        return self.state in (State.INSTALL, State.UPDATE)


@dataclass(frozen=True, slots=True)
class ImageItem:
    """An app of a container registry that a stick has, and that was asked for.

    Attributes:
        source: what stands for the registry in the kit.
        remote, url, title: of the registry, as the stick has them.
        layout: where the stick has its images.
        images: its own first, then those that come along; ``blobs``: all content of them.
        needs: its runtime, where that is of another source, and what belongs to that.
        installed: the digest of what is there; empty if that came from elsewhere.
    """

    source: str
    remote: str
    url: str
    title: str
    ref: Ref
    name: str
    layout: Root = field(repr=False)
    images: tuple[CarriedImage, ...]
    blobs: tuple[Descriptor, ...]
    state: State
    installed: str | None = None
    refusal: Refusal | None = None
    needs: tuple[Key, ...] = ()

    @property
    def key(self) -> Key:
        return self.source, str(self.ref)

    @property
    def digest(self) -> str:
        """Of its own image, in hexadecimal."""
        return self.images[0].commit

    @property
    def size(self) -> int:
        """Bytes of all that comes."""
        return sum(blob.size for blob in self.blobs)

    @property
    def wanted(self) -> bool:
        """Whether there is something to do."""
        return self.state in (State.INSTALL, State.UPDATE)


class Repair(StrEnum):
    """What a remote needs before anything can be installed from it."""

    ADD = "add"
    KEY = "key"
    COLLECTION = "collection"


@dataclass(frozen=True, slots=True)
class SourceRemote:
    """The installation's remote of a collection, or of a source that has none.

    Attributes:
        url: where it leads, and has to lead in the end.
        repairs: what is done about it first.
        keys: those that were judged by, which it gets where it has none.
        repo_file: what is added, with `Repair.ADD`.
        view: upstream's lists as the sticks carry them, the newest; None if none are good.
        appstream: the catalogue that the view names and a stick has; None if there is none.
        part: to which it is limited here, where the sticks have no list of that.
        disabled: somebody has switched it off here.
        filter: what is hidden of it here.
    """

    collection: str
    name: str
    url: str = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)
    repairs: tuple[Repair, ...] = ()
    repo_file: RepoFile | None = field(default=None, repr=False)
    view: View | None = field(default=None, repr=False)
    appstream: Candidate | None = field(default=None, repr=False)
    part: str = ""
    disabled: bool = False
    filter: RefFilter | None = None


class ReceivePlan(Struct, frozen=True):
    """All of it; what was asked for comes first.

    Attributes:
        sticks: the repositories, by number.
        unknown_keys: to be agreed to before what they signed can be installed.
        unsigned: for which nobody vouches; to be agreed to as well.
        made: when the sticks were made, seconds since 1970; None if they do not tell.
        kits: the sticks' folders for people, where extra data lies.
        bundles: apps as files; ``images``: of container registries.
    """

    place: Place
    items: Mapping[Key, Item]
    remotes: Mapping[str, SourceRemote]
    sticks: tuple[Path, ...]
    unknown_keys: tuple[UnknownKey, ...] = ()
    unsigned: tuple[Unvouched, ...] = ()
    notices: tuple[Notice, ...] = ()
    made: int | None = None
    kits: tuple[Root, ...] = ()
    bundles: tuple[BundleItem, ...] = ()
    images: tuple[ImageItem, ...] = ()

    def runtime(self, item: Item) -> Item | None:
        """That of an app, if it is on the sticks: it is the first of what it needs."""
        if item.ref.kind != "app" or not item.needs:
            return None
        first = self.items[item.needs[0]]
        return first if first.ref.kind == "runtime" else None

    @property
    def asked(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items.values() if item.asked)

    @property
    def wanted(self) -> tuple[Item, ...]:
        """What is to be installed or updated."""
        return tuple(item for item in self.items.values() if item.wanted)

    @property
    def beside(self) -> tuple[BundleItem | ImageItem, ...]:
        """What does not come from a repository."""
        return (*self.bundles, *self.images)

    @property
    def beside_size(self) -> int:
        """Bytes that come of it; what several images have is one and the same."""
        blobs = {
            blob.digest: blob.size for image in self.images if image.wanted for blob in image.blobs
        }
        return sum(blobs.values()) + sum(each.size for each in self.bundles if each.wanted)

    @property
    def size(self) -> int:
        """Bytes to be copied, about."""
        return sum(item.size for item in self.wanted) + self.beside_size

    @property
    def exit_code(self) -> int:
        """The exit status of a run in which everything that is wanted gets installed."""
        refusals = [each.refusal for each in self.asked] + [each.refusal for each in self.beside]
        reasons = [refusal.exit_code for refusal in refusals if refusal is not None]
        return max(reasons, default=0)

    def only(self, keys: Collection[Key]) -> ReceivePlan:
        """The same for less of what was asked for, with what that needs."""
        asked = [item for item in self.asked if item.key in keys]
        needed = {each for item in asked for each in (item.key, *item.needs)}
        files = {item.file for item in asked}
        bundles = tuple(item for item in self.bundles if item.key in keys or str(item.ref) in files)
        images = tuple(item for item in self.images if item.key in keys)
        beside: tuple[BundleItem | ImageItem, ...] = (*bundles, *images)
        needed.update(key for item in beside for key in item.needs)
        items = {
            key: replace(item, asked=item.asked and key in keys)
            for key, item in self.items.items()
            if key in needed
        }
        return replace(self, items=items, bundles=bundles, images=images)
