"""What is on a drive, as values."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from app.drive.space import Space
from app.flatpak.catalogue.appstream_icons import AppIcon
from app.flatpak.remotes.naming import told
from app.flatpak.sideloading.decision import Outcome
from app.message import Message
from app.ostree.names import origin_remote
from app.stick.inspecting.bundles import InspectedBundle
from app.stick.inspecting.images import InspectedImage
from app.stick.kit.contents import Several
from app.stick.store.drive_lists import Taken
from app.stick.store.location import Location
from app.stick.store.record import MetadataSource
from app.stick.store.upstream_copy import RefState
from app.stick.trust.validity import first_end
from app.trust.verdict import Verdict


class RefKind(StrEnum):
    """What a ref is to people.

    ``SYSTEM``: an operating system, which its own updater looks for. ``LANGUAGE``: a Locale
    extension. ``LIST``: a catalogue of apps.
    """

    APP = "app"
    SYSTEM = "system"
    RUNTIME = "runtime"
    EXTENSION = "extension"
    LANGUAGE = "language"
    LIST = "list"


class InspectedRef(Struct, frozen=True):
    """A ref on the stick.

    Attributes:
        timestamp: of the commit, seconds since 1970; None if the commit cannot be read.
        name: as the record or the carried catalogue has it; of a Locale extension, the name of
            what it belongs to; may be empty.
        version: as the commit or the carried catalogue tells; may be empty.
        reason: why it is there; empty if nobody wrote it down.
        signature: the verdict on it, by the keys that judge the collection.
        signer: who made a signature that could be verified, as the key has it; else empty.
        languages: those it comes in, where they are kept apart from it.
        installed_size, download_size: bytes, as the copied summary claims; 0 if it does not.
        summary: what an app is for, in a few words, as the carried catalogue has it; may be empty.
        ended: it gets no more updates, as the copied summary says.
        icons: those of the carried catalogue; `app.stick.inspecting.icons` reads them.
        here: what a computer that has what is installed here would do with it; None if nobody
            told what that is.
        ignored: why computers that follow the published algorithm do not take it; None if they do.
        instead: what a computer that is given the whole drive takes from another repository there;
            None if it takes this.
        extra_data: bytes that its maker hands out; 0 for most.
        extra_data_missing: of these, bytes that are not on the stick.
    """

    ref: str
    kind: RefKind
    commit: str
    timestamp: int | None
    name: str
    version: str
    chosen: bool
    reason: Message
    needed_by: tuple[str, ...]
    state: RefState
    signed: bool
    signature: Verdict
    signer: str
    languages: tuple[str, ...]
    installed_size: int
    download_size: int
    summary: str = ""
    ended: bool = False
    icons: tuple[AppIcon, ...] = ()
    here: Outcome | None = None
    ignored: Message | None = None
    instead: Taken | None = None
    extra_data: int = 0
    extra_data_missing: int = 0


class InspectedMetadata(Struct, frozen=True):
    """The ostree-metadata of a collection."""

    commit: str
    timestamp: int | None
    source: MetadataSource
    signed: bool
    in_sync: bool


class InspectedCopy(Struct, frozen=True):
    """The copied upstream summary; ``made`` in seconds since 1970, if it tells."""

    made: int | None
    files: tuple[str, ...]
    signed: bool


class InspectedCollection(Struct, frozen=True):
    """One collection; ``metadata`` and ``upstream`` are None where the stick has none.

    Attributes:
        disagreements: what of it does not fit together, for people; empty if everything agrees.
        installable_until: when the first key, subkey or signature of it ends, seconds since 1970;
            None if none does.
        locked: a lock file decided what is there, so that it needs no copy of upstream's lists.
        unlisted: nor does it need one, since there was none where it was made.
    """

    id: str
    remote: str
    title: str
    url: str
    unsigned: bool
    metadata: InspectedMetadata | None
    upstream: InspectedCopy | None
    refs: tuple[InspectedRef, ...]
    disagreements: tuple[Message, ...]
    installable_until: int | None = None
    locked: bool = False
    unlisted: bool = False

    @property
    def label(self) -> str:
        """For people: its title, with its address where that is somebody else's; else the ID."""
        name = origin_remote(self.id) or self.id
        return told(self.title or name, self.remote, self.title, self.url)

    @property
    def collection_id(self) -> str | None:
        """None for a remote without one."""
        return None if origin_remote(self.id) is not None else self.id


class Inspection(Struct, frozen=True):
    """All of it.

    Attributes:
        made: when Satchel last wrote the stick, if it did.
        stamp: `StickState.stamp`; a check that has the same was of this.
        languages: the only ones that it carries, without countries; empty: all.
        bundles: apps that are there as files.
        images: what is of container registries.
        unlisted_images: what was put there of them, and is on the list no longer.
        several: the apps that are there from several sources, of which a computer gets one.
    """

    location: Location
    tool: str
    made: int | None
    interrupted: bool
    collections: tuple[InspectedCollection, ...]
    space: Space
    stamp: str = ""
    bundles: tuple[InspectedBundle, ...] = ()
    images: tuple[InspectedImage, ...] = ()
    unlisted_images: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    several: tuple[Several, ...] = ()

    @property
    def refs(self) -> Iterator[tuple[str, InspectedRef]]:
        """Every ref with its collection."""
        for collection in self.collections:
            for ref in collection.refs:
                yield collection.id, ref

    @property
    def chosen(self) -> tuple[tuple[InspectedCollection, InspectedRef], ...]:
        """What somebody wanted on it; the apps where nobody wrote that down."""
        refs = [(collection, ref) for collection in self.collections for ref in collection.refs]
        chosen = tuple(pair for pair in refs if pair[1].chosen)
        return chosen or tuple(pair for pair in refs if pair[1].kind is RefKind.APP)

    @property
    def newer_here(self) -> tuple[tuple[str, InspectedRef], ...]:
        """What is newer than on this computer, each with its collection."""
        return tuple(pair for pair in self.refs if pair[1].here is Outcome.UPDATE)

    @property
    def newer_apps_here(self) -> int:
        return sum(ref.kind is RefKind.APP for _, ref in self.newer_here)

    @property
    def installable_until(self) -> int | None:
        """Of all collections, the first."""
        return first_end(collection.installable_until for collection in self.collections)

    @property
    def disagreements(self) -> tuple[Message, ...]:
        """Of all collections, each once."""
        texts = (text for collection in self.collections for text in collection.disagreements)
        return tuple(dict.fromkeys(texts))
