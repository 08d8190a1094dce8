"""Who publishes the collections that are asked for, and which of their lists there are here."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count

from msgspec import Struct

from app.beside import each_beside
from app.errors import InterruptedByUser, SatchelError, UpstreamError
from app.flatpak.refs import Ref
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.flatpak.sideloading.situation import ListKind, UpstreamList, Version
from app.flatpak.upstream.kept_by_flatpak import KeptList
from app.flatpak.upstream.opening import UpstreamOpener
from app.flatpak.upstream.ref_table import UpstreamRef
from app.flatpak.upstream.upstream import Upstream
from app.message import Message
from app.ostree.names import is_collection_id, origin_remote, remote_origin
from app.progress import Notice
from app.severity import Severity
from app.stick.store.sideload_repository import SideloadRepository
from app.stick.store.upstream_copy import UpstreamCopy
from app.stick.trust.commits import judge_signed, open_keyring
from app.stick.trust.vouching import vouching

_PARALLEL = 8


class Opened(Struct, frozen=True):
    """What is known of a remote here.

    Attributes:
        upstream: as it is now, or as it was kept; None if neither can be had.
        live: it has just been asked.
        failure: why it could not be, if it should have been.
    """

    remote: Remote
    upstream: Upstream | None
    live: bool
    failure: SatchelError | None = None

    @property
    def collection(self) -> str:
        """Its ID, or what stands for it where there is none."""
        said = self.upstream.snapshot.collection if self.upstream is not None else ""
        if is_collection_id(said):
            return said
        return self.remote.collection_id or remote_origin(self.remote.name)


class Publisher(Struct, frozen=True):
    """One collection, or a source that has none.

    Attributes:
        collection: its ID, or what stands for it here: a stick may call it otherwise (`on`).
        address: where it is; empty if only sticks know of the collection.
        opened: the first remote that is known for it; None for what only sticks know of.
        carried: the sticks with a copy of its list that keys known here have signed.
        kept: the lists that flatpak keeps here.
    """

    collection: str
    opened: Opened | None
    carried: tuple[SideloadRepository, ...]
    kept: tuple[KeptList, ...] = ()
    address: str = ""

    def on(self, stick: SideloadRepository) -> str:
        """What a stick calls it."""
        return _on(stick, self.collection, self.address)

    @property
    def told(self) -> str:
        """What people call it: by its remote, if there is one."""
        return self.name or origin_remote(self.collection) or self.collection

    @property
    def live(self) -> bool:
        return self.opened is not None and self.opened.live

    @property
    def name(self) -> str:
        """Of the remote; empty if there is none."""
        return self.opened.remote.name if self.opened is not None else ""

    @property
    def default_branch(self) -> str | None:
        upstream = self.opened.upstream if self.opened is not None else None
        return upstream.default_branch if upstream is not None else None

    def hides(self, ref: str) -> bool:
        hidden = self.opened.remote.filter if self.opened is not None else None
        return hidden is not None and hidden.hides(ref)

    def refs(self, id: str, arch: str) -> Iterator[Ref]:
        """What its lists have of that name."""
        if self.opened is not None and self.opened.upstream is not None:
            with suppress(UpstreamError):
                yield from self.opened.upstream.table(arch).with_id(id)
        tables = (
            *(kept.table(arch) for kept in self.kept),
            *(stick.copy(self.on(stick)).table(arch) for stick in self.carried),
        )
        for table in tables:
            if table is not None:
                yield from table.with_id(id)

    def lists(self, ref: Ref) -> Iterator[UpstreamList]:
        """What each of its lists says about a ref."""
        name = str(ref)
        upstream = self.opened.upstream if self.opened is not None else None
        if upstream is not None:
            entry = None
            with suppress(UpstreamError):
                entry = upstream.lookup(name, ref.arch)
            kind = ListKind.LIVE if self.live else ListKind.CACHED
            yield _told(kind, upstream.snapshot.made, entry)
        for kept in self.kept:
            if kept.has(ref.arch):
                yield _told(ListKind.CACHED, kept.made, kept.lookup(name, ref.arch))
        for stick in self.carried:
            copy = stick.copy(self.on(stick))
            entry = copy.lookup(name, ref.arch)
            yield _told(ListKind.CARRIED, copy.made, entry, stick.name)


def _told(
    kind: ListKind, made: int | None, entry: UpstreamRef | None, stick: str = ""
) -> UpstreamList:
    if entry is None:
        return UpstreamList(kind, made, None, stick=stick)
    names = Version(entry.commit, entry.timestamp)
    return UpstreamList(kind, made, names, entry.metadata or "", stick)


def find_publishers(
    opened: Iterable[Opened],
    sticks: Sequence[SideloadRepository],
    judges: Sequence[Remote],
    kept: Sequence[KeptList],
    *,
    only: bool,
) -> tuple[Publisher, ...]:
    """Of the remotes that were opened, and, unless ``only`` these count, of what is on sticks.

    ``judges``: whose keys decide whether a carried list is believed; ``kept``: what flatpak keeps.
    """
    known: dict[str, Opened | None] = {}
    places: dict[str, str] = {}
    for each in opened:
        if known.setdefault(each.collection, each) is each:
            places[each.collection] = each.remote.address
    if not only:
        for stick in sticks:
            for collection in sorted(stick.collections):
                known.setdefault(collection, None)
            for origin, address in sorted(stick.origins.items()):
                if not any(same_place(place, address) for place in places.values()):
                    key = _free(origin, known)
                    known[key], places[key] = None, address
    return tuple(
        Publisher(
            collection,
            each,
            _carrying(collection, places.get(collection, ""), sticks, judges),
            _kept(collection, places.get(collection, ""), kept),
            places.get(collection, ""),
        )
        for collection, each in known.items()
    )


def _free(origin: str, taken: Container[str]) -> str:
    numbered = (f"{origin}-{number}" if number else origin for number in count())
    return next(each for each in numbered if each not in taken)


def _on(stick: SideloadRepository, collection: str, address: str) -> str:
    if origin_remote(collection) is None:
        return collection
    return stick.origin_at(address) or collection


def _kept(collection: str, address: str, kept: Sequence[KeptList]) -> tuple[KeptList, ...]:
    """Of these, those of a collection: as the list says, else as flatpak has the remote; of what
    has none, by its address."""
    if origin_remote(collection) is not None:
        return tuple(each for each in kept if same_place(each.remote.address, address))
    return tuple(
        each for each in kept if (each.collection or each.remote.collection_id) == collection
    )


def _carrying(
    collection: str,
    address: str,
    sticks: Sequence[SideloadRepository],
    judges: Sequence[Remote],
) -> tuple[SideloadRepository, ...]:
    return tuple(
        stick
        for stick in sticks
        if _is_signed(collection, stick.copy(_on(stick, collection, address)), judges)
    )


def _is_signed(collection: str, copy: UpstreamCopy, judges: Sequence[Remote]) -> bool:
    """Whether all of a copy is by keys that this computer knows for the collection.

    A stick must not vouch for itself (decision D15).
    """
    files = copy.signed()
    nameless = origin_remote(collection) is not None
    if not files or not all(nameless or file.collection in (collection, None) for file in files):
        return False
    vouched = vouching(collection, judges, copy)
    keyring = open_keyring(vouched.keys) if vouched.known else None
    if keyring is None:
        return False
    with keyring:
        return all(judge_signed(keyring, file.data, file.signature).good for file in files)


def open_remotes(
    remotes: Sequence[Remote], opener: UpstreamOpener, *, online: bool | None
) -> tuple[Opened, ...]:
    """The remotes as they are now, else as they were kept; the caller closes the upstreams.

    ``online``: True to fail where none can be asked, False to ask none, None to see. Raises what
    opening the only one raises.
    """
    if not remotes:
        return ()

    def attempt(remote: Remote) -> Opened:
        return _opened(remote, opener, online=online)

    opened = tuple(each_beside(attempt, remotes, _PARALLEL))
    failures = [each.failure for each in opened if each.failure is not None]
    if online and len(failures) == len(remotes):
        close_remotes(opened)
        raise failures[0]
    return opened


def _opened(remote: Remote, opener: UpstreamOpener, *, online: bool | None) -> Opened:
    failure: SatchelError | None = None
    if online is not False:
        try:
            return Opened(remote, opener.open(remote), live=True)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            failure = error
    try:
        return Opened(remote, opener.open(remote, offline=True), live=False, failure=failure)
    except InterruptedByUser:
        raise
    except SatchelError:
        return Opened(remote, None, live=False, failure=failure)


def close_remotes(opened: Iterable[Opened]) -> None:
    for each in opened:
        if each.upstream is not None:
            each.upstream.close()


def not_asked(publisher: Publisher) -> Notice | None:
    """What a person should know of a remote that was to be asked and could not be."""
    opened = publisher.opened
    if opened is None or opened.failure is None:
        return None
    return Notice(
        Severity.WARNING,
        Message(
            "{remote} was not asked: {error}",
            remote=opened.remote.label,
            error=opened.failure.message,
        ),
        opened.failure.hint,
    )
