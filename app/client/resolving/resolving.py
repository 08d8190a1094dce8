"""``satchel resolve``: which commit this computer would take of a ref, from where, and why.

What each of upstream, its lists and the sticks says is gathered here; who wins is decided by
`app.flatpak.sideloading`, which reads nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from app.client.resolving.choosing import Wanted, choose
from app.client.resolving.publishers import (
    Publisher,
    close_remotes,
    find_publishers,
    not_asked,
    open_remotes,
)
from app.client.resolving.registered import registered_roots
from app.client.resolving.shortcomings import shortcomings
from app.client.resolving.unseen import Unseen, notices_of, refusal, unseen_on
from app.client.resolving.unvouched import lacks_signer, unvouched
from app.flatpak.refs import Ref
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.configured import configured_remotes, installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed_versions import InstalledVersion, installed_versions
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.flatpak.sideloading.as_flatpak import decide_as_flatpak
from app.flatpak.sideloading.decision import Decision, Outcome, decide
from app.flatpak.sideloading.situation import Presence, Situation, StickEntry, Version
from app.flatpak.upstream.kept_by_flatpak import kept_lists
from app.fs.root import Root
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.names import origin_remote
from app.progress import Cancel, Notice, Reporter
from app.remedy import Remedy
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.selection import NoSuchRefError
from app.stick.store.sideload_repository import SideloadRepository, read_repositories


class Manner(StrEnum):
    """Whose algorithm decides.

    ``PUBLISHED``: the one that flatpak's authors published. ``FLATPAK``: that of the flatpak that
    is installed.
    """

    PUBLISHED = "published"
    FLATPAK = "flatpak"


class ResolveRequest(Struct, frozen=True):
    """What is asked.

    Attributes:
        refs: as people type them.
        sticks: drives, or directories with a repository, in the order that flatpak is told of them;
            those that are registered with flatpak come before.
        main: the remote that was named; None to look in all that are known.
        online: None to see whether upstream answers.
        arch: that of refs that name none.
    """

    refs: tuple[str, ...]
    sticks: tuple[Path, ...]
    main: Remote | None
    online: bool | None
    manner: Manner
    arch: str
    allow_unsigned: bool = False


class InInstallation(Struct, frozen=True):
    """What one of flatpak's installations has of a ref, and what becomes of that there.

    Attributes:
        name: as flatpak calls it.
        version: what it has afterwards.
    """

    name: str
    installed: Version
    outcome: Outcome
    version: Version | None


class Resolved(Struct, frozen=True):
    """What becomes of one ref.

    Attributes:
        collection: whose it is.
        remote: the name of the remote here; empty if this computer knows none.
        online: upstream was asked.
        installed: what this computer has, the user's before everybody's.
        others: what becomes of it in the other installations that have it.
        unsigned: it comes from a stick, and nobody vouches for it.
    """

    ref: str
    collection: str
    remote: str
    online: bool
    installed: Version | None
    decision: Decision
    others: tuple[InInstallation, ...] = ()
    unsigned: bool = False


def resolve_refs(
    request: ResolveRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
) -> tuple[Resolved, ...]:
    """Writes nothing but the cache.

    Raises UsageError for a ref that nobody knows, or that may be several; DriveError and
    StickDamagedError for what is no stick; UpstreamError and TrustError where upstream had to be
    asked; and what ``cancel`` raises.
    """
    registered = registered_roots(environment.flatpak)
    sticks = read_repositories((*registered, *request.sticks))
    _check_lists(request.sticks, sticks)
    installed = installed_versions(environment.flatpak)
    opener = environment.upstreams(cancel, report, allow_unsigned=request.allow_unsigned)
    remotes = [request.main] if request.main else [each for each in known.remotes if each.listed]
    opened = open_remotes(remotes, opener, online=request.online)
    try:
        publishers = find_publishers(
            opened,
            sticks,
            environment.judges(known),
            kept_lists(environment.flatpak),
            only=request.main is not None,
        )
        unseen = unseen_on(sticks)
        registries = {each.name for each in known.registries}
        wanted = [
            _chosen(text, publishers, sticks, installed, request.arch, unseen, registries)
            for text in request.refs
        ]
        for notice in notices_of(unseen, {each.ref for each in wanted}):
            report(notice)
        used = {each.publisher.collection: each.publisher for each in wanted}
        for notice in filter(None, map(not_asked, used.values())):
            report(notice)
        gathering = _Gathering(sticks, installed, _flatpaks(environment.flatpak))
        decide_one = decide if request.manner is Manner.PUBLISHED else decide_as_flatpak
        resolved = []
        for each in dict.fromkeys(wanted):
            cancel.check()
            situation = gathering.situation(each)
            others = tuple(
                _elsewhere(installed, decide_one(replace(situation, installed=installed.version)))
                for installed in gathering.installed_versions(each.publisher, each.ref)[1:]
            )
            decision = decide_one(situation)
            unsigned = _is_unsigned(each, decision, sticks)
            for notice in (
                *_shortcomings(str(each.ref), decision, sticks),
                *unvouched(each, decision, sticks, taken=unsigned),
            ):
                report(notice)
            resolved.append(_resolved(each, situation, decision, others, unsigned=unsigned))
        return tuple(resolved)
    finally:
        close_remotes(opened)


def _chosen(
    text: str,
    publishers: Sequence[Publisher],
    sticks: Sequence[SideloadRepository],
    installed: Sequence[InstalledVersion],
    arch: str,
    unseen: Sequence[Unseen],
    registries: Collection[str],
) -> Wanted:
    try:
        return choose(text, publishers, sticks, installed, arch)
    except NoSuchRefError as error:
        raise refusal(text, arch, unseen, registries) or error from error


def _shortcomings(
    ref: str, decision: Decision, sticks: Sequence[SideloadRepository]
) -> Iterator[Notice]:
    stick = next((each for each in sticks if each.name == decision.stick), None)
    if stick is not None and decision.version is not None:
        yield from shortcomings(ref, decision.version.commit, decision.metadata, stick)


def _is_unsigned(wanted: Wanted, decision: Decision, sticks: Sequence[SideloadRepository]) -> bool:
    """Whether nobody vouches for what comes."""
    stick = next((each for each in sticks if each.name == decision.stick), None)
    if stick is None or decision.version is None:
        return False
    return lacks_signer(stick, wanted.publisher.on(stick), decision.version.commit)


def _check_lists(roots: Iterable[Path], sticks: Sequence[SideloadRepository]) -> None:
    """Raises RepositoryInvalidError for a drive that was named, and on which no client would find
    anything, whatever is there."""
    for root in roots:
        problems = [stick.problem for stick in sticks if stick.location.root == Root(root).shown()]
        if problems and None not in problems:
            raise RepositoryInvalidError(
                Message(
                    "No computer finds anything on {root}: {reason}", root=root, reason=problems[0]
                ),
                Remedy.REPAIR,
            )


def _elsewhere(installed: InstalledVersion, decision: Decision) -> InInstallation:
    return InInstallation(
        installed.installation, installed.version, decision.outcome, decision.version
    )


def _resolved(
    wanted: Wanted,
    situation: Situation,
    decision: Decision,
    others: tuple[InInstallation, ...],
    *,
    unsigned: bool,
) -> Resolved:
    return Resolved(
        ref=str(wanted.ref),
        collection=wanted.publisher.collection,
        remote=wanted.publisher.name,
        online=situation.online,
        installed=situation.installed,
        decision=decision,
        others=others,
        unsigned=unsigned,
    )


def _flatpaks(flatpak: FlatpakDirectories) -> tuple[Remote, ...]:
    """The remotes that flatpak has on this computer."""
    places, _ = installations(flatpak.user, flatpak.system, flatpak.configs)
    return configured_remotes(places, flatpak.keyrings).remotes


def _entry(
    stick: SideloadRepository, publisher: Publisher, name: str, named: Collection[str]
) -> StickEntry:
    entry = stick.entry(publisher.on(stick), name, named)
    if entry.names is None or entry.presence is Presence.MISSING:
        return entry
    unsigned = lacks_signer(stick, publisher.on(stick), entry.names.commit)
    return replace(entry, unsigned=unsigned)


class _Gathering(Struct, frozen=True):
    """Of what there is, what concerns a ref."""

    sticks: Sequence[SideloadRepository]
    installed: Sequence[InstalledVersion]
    flatpaks: Sequence[Remote]

    def situation(self, wanted: Wanted) -> Situation:
        publisher, name = wanted.publisher, str(wanted.ref)
        lists = tuple(publisher.lists(wanted.ref))
        here = self.installed_versions(publisher, wanted.ref)
        named = {each.names.commit for each in lists if each.names is not None}
        named.update(self._listed(publisher, name))
        remotes = tuple(self._remotes(publisher))
        return Situation(
            ref=name,
            online=publisher.live,
            upstream=lists,
            sticks=tuple(_entry(stick, publisher, name, named) for stick in self.sticks),
            installed=here[0].version if here else None,
            has_remote=bool(remotes),
            sideloads=any(each.collection_id == publisher.collection for each in remotes),
            hidden=publisher.hides(name),
        )

    def installed_versions(self, publisher: Publisher, ref: Ref) -> list[InstalledVersion]:
        """The user's before the system's. One of another collection is another thing."""
        origins = {each.name for each in self._remotes(publisher)}
        return [
            each
            for each in self.installed
            if each.ref == ref
            and (
                each.collection == publisher.collection
                or (each.collection is None and each.origin in origins)
            )
        ]

    def _listed(self, publisher: Publisher, ref: str) -> Iterator[str]:
        for stick in self.sticks:
            names = stick.listed(publisher.on(stick), ref)
            if names is not None:
                yield names.commit

    def _remotes(self, publisher: Publisher) -> Iterable[Remote]:
        """Those of flatpak's that are for this publisher's collection."""
        nameless = origin_remote(publisher.collection) is not None
        for remote in self.flatpaks:
            at_it = bool(publisher.address) and same_place(remote.address, publisher.address)
            if remote.collection_id == publisher.collection or (
                at_it and (nameless or remote.collection_id is None)
            ):
                yield remote
