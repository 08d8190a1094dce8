"""The apps on a drive, and what on it each of them needs; operating systems beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import Enum, auto

from msgspec import Struct

from app.flatpak.refs import Ref
from app.message import Message
from app.replacing import replace
from app.stick.inspecting.bundles import InspectedBundle
from app.stick.inspecting.images import InspectedImage
from app.stick.inspecting.inspection import InspectedRef, Inspection, RefKind
from app.stick.inspecting.sizes import Sizes
from app.stick.kit.contents import bundle_source, registry_source
from ui.i18n.stick_words import called, plain_name

Users = Mapping[str, frozenset[str]]
"""Ref → the refs of the apps that need it."""


class AppKind(Enum):
    """As what an app is on a drive."""

    ORDINARY = auto()
    FILE = auto()
    """A file that comes from no source."""
    IMAGE = auto()
    """An image of a container registry."""


class DriveApp(Struct, frozen=True):
    """An app on a drive.

    Attributes:
        alone: bytes that only it needs: what taking it off would free; None until measured.
        shared: bytes that it needs and others as well; None until measured.
        languages: codes of those it comes in, where they are kept apart from it.
        ended: it gets no more updates.
        unsigned: nobody vouches for it.
        kind: as what it is there.
        several: from which of several sources a computer gets it; None if there is one.
    """

    ref: str
    name: str
    summary: str
    version: str
    languages: tuple[str, ...]
    ended: bool
    alone: int | None
    shared: int | None
    unsigned: bool = False
    kind: AppKind = AppKind.ORDINARY
    several: Message | None = None


def apps_of(inspection: Inspection, sizes: Sizes | None) -> tuple[DriveApp, ...]:
    """By name; of what several sources have, the one that computers get."""
    alone: dict[str, int] = {}
    shared: dict[str, int] = {}
    if sizes is not None:
        users = users_of(inspection)
        for share in sizes.shares:
            needing = needing_all(users, [ref for _, ref in share.refs])
            sums = alone if len(needing) == 1 else shared
            for one in needing:
                sums[one] = sums.get(one, 0) + share.bytes
    doubtful = _on_what_is_unsigned(inspection)
    there: list[tuple[str, DriveApp]] = [
        (
            collection.id,
            DriveApp(
                ref.ref,
                called(ref),
                ref.summary if ref.kind is RefKind.APP else collection.label,
                ref.version,
                ref.languages,
                ref.ended,
                alone.get(ref.ref, 0) if sizes is not None else None,
                shared.get(ref.ref, 0) if sizes is not None else None,
                collection.unsigned or not ref.signed or (collection.id, ref.ref) in doubtful,
            ),
        )
        for collection in inspection.collections
        for ref in collection.refs
        if stands_alone(ref)
    ]
    there += _files(inspection)
    there += _images(inspection)
    several = {each.ref: each for each in inspection.several}
    apps: dict[str, DriveApp] = {}
    for source, app in there:
        choice = several.get(app.ref)
        if choice is None:
            apps[app.ref] = app
        elif source == choice.taken:
            apps[app.ref] = replace(app, several=choice.words)
    return tuple(sorted(apps.values(), key=lambda app: (app.name.casefold(), app.ref)))


def _on_what_is_unsigned(inspection: Inspection) -> frozenset[tuple[str, str]]:
    """What, of which source, needs something that is not signed: each computer asks about that as
    well. What an app's own source has too comes from there."""
    has = {each.id: frozenset(ref.ref for ref in each.refs) for each in inspection.collections}
    return frozenset(
        (source, name)
        for collection in inspection.collections
        for ref in collection.refs
        if collection.unsigned or not ref.signed
        for name in ref.needed_by
        for source, refs in has.items()
        if name in refs and (source == collection.id or ref.ref not in refs)
    )


def _files(inspection: Inspection) -> Iterator[tuple[str, DriveApp]]:
    """Source and app."""
    for each in inspection.bundles:
        if each.ref.startswith("app/"):
            app = _beside(each, AppKind.FILE, unsigned=each.unvouched)
            yield bundle_source(each.file), app


def _images(inspection: Inspection) -> Iterator[tuple[str, DriveApp]]:
    """Source and app."""
    for each in inspection.images:
        if each.ref.startswith("app/"):
            yield registry_source(each.remote), _beside(each, AppKind.IMAGE, unsigned=True)


def _beside(app: InspectedBundle | InspectedImage, kind: AppKind, *, unsigned: bool) -> DriveApp:
    """What is in no repository, where nothing is shared."""
    return DriveApp(
        app.ref,
        app.name or plain_name(app.ref),
        app.summary,
        app.version,
        (),
        ended=False,
        alone=app.size,
        shared=0,
        unsigned=unsigned,
        kind=kind,
    )


def freed_by(inspection: Inspection, sizes: Sizes, refs: Collection[str]) -> int:
    """Bytes that become free where the apps ``refs`` come off: what only they need."""
    users = users_of(inspection)
    return sum(
        share.bytes
        for share in sizes.shares
        if (needing := needing_all(users, [ref for _, ref in share.refs]))
        and needing <= frozenset(refs)
    )


def stands_alone(ref: InspectedRef) -> bool:
    """Whether it is there for itself: an app, or an operating system, which no app needs."""
    return ref.kind in (RefKind.APP, RefKind.SYSTEM)


def users_of(inspection: Inspection) -> Users:
    """Which apps need each ref.

    As the record says; where nobody wrote it down, what extends an app belongs to that, and all
    else to all of them.
    """
    refs = {ref.ref: ref for _, ref in inspection.refs}
    files = (each.ref for each in inspection.bundles if each.ref.startswith("app/"))
    everybody = frozenset(name for name, ref in refs.items() if ref.kind is RefKind.APP)
    everybody |= frozenset(files)
    search = _Search(refs, everybody)
    search.users.update(
        (name, frozenset((name,))) for name, ref in refs.items() if ref.kind is RefKind.SYSTEM
    )
    for name in refs:
        search.look_for(name)
    return search.users


def needing_all(users: Users, refs: list[str]) -> frozenset[str]:
    """The apps that need any of ``refs``."""
    return frozenset().union(*(users.get(ref, frozenset()) for ref in refs))


class _Search:
    """For users, up along who needs what."""

    def __init__(self, refs: Mapping[str, InspectedRef], everybody: frozenset[str]) -> None:
        self.users = {name: frozenset((name,)) for name in everybody}
        self._refs = refs
        self._everybody = everybody
        self._by_id: dict[str, list[str]] = {}
        for name in refs:
            ref = Ref.parse_or_none(name)
            if ref is not None:
                self._by_id.setdefault(ref.id, []).append(name)

    def look_for(self, name: str) -> None:
        """Afterwards they are in `users`. Without recursion: a chain may be as long as a record."""
        asked: set[str] = set()
        waiting = [name]
        while waiting:
            last = waiting[-1]
            if last in self.users:
                waiting.pop()
                continue
            above = self._above(last)
            # Whoever is asked already is asked about further up.
            new = [other for other in above if other not in self.users and other not in asked]
            if last not in asked and new:
                asked.add(last)
                waiting += new
                continue
            users = (self.users[other] for other in above if other in self.users)
            self.users[last] = frozenset().union(*users) if above else self._everybody

    def _above(self, name: str) -> list[str]:
        """What needs it, or what it belongs to."""
        needing = self._refs[name].needed_by
        here = [other for other in needing if other in self._refs or other in self._everybody]
        return here or self._extended(name)

    def _extended(self, name: str) -> list[str]:
        """What an extension belongs to, by its name: the longest beginning that is a name."""
        ref = Ref.parse_or_none(name)
        start = ref.id.rpartition(".")[0] if ref is not None else ""
        while start and start not in self._by_id:
            start = start.rpartition(".")[0]
        return self._by_id.get(start, [])
