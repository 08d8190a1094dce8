"""What computers without internet take of a drive as it will be once a plan is carried out.

Decided as everywhere, by `app.flatpak.sideloading`; the job writes the lists that this is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from app.flatpak.refs import Ref, arch_of
from app.flatpak.remotes.installed_versions import InstalledVersion
from app.flatpak.sideloading.alone import outcome_alone
from app.flatpak.sideloading.decision import Outcome, why_ignored
from app.flatpak.sideloading.situation import StickEntry, Version, takes_over
from app.message import Message, alike
from app.ostree.names import origin_remote
from app.ostree.objects import Commit
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.planning.plan import Action, CollectionPlan, Item, Plan, Taking
from app.stick.planning.target_state import TargetState
from app.stick.store.drive_lists import DriveLists, decide_taken, in_order

Named = Callable[[CollectionPlan, str, str], Version | None]
"""What the list of a collection that goes along names, by ref and architecture."""


class Around(Struct, frozen=True):
    """What counts beside a plan.

    Attributes:
        drive: as it is.
        lists: of all repositories on it.
        installed: on this computer.
    """

    drive: TargetState
    lists: DriveLists
    installed: Sequence[InstalledVersion]


def with_clients(plan: Plan, around: Around, named: Named) -> Plan:
    """The same, with what computers will take, and a word on what they will not.

    Raises FormatError, DriveError.
    """
    takings = tuple(
        sorted(_takings(plan, around, named), key=lambda each: (each.collection, each.ref))
    )
    return replace(plan, takings=takings, notices=(*plan.notices, *_notices(takings)))


def _takings(plan: Plan, around: Around, named: Named) -> Iterator[Taking]:
    others = around.lists.without(plan.location)
    for collection, entry in _entries(plan, around):
        ref = entry.ref
        entries = {**others.entries(collection, ref), entry.own.stick: entry.own}
        addresses = {*around.drive.origins.get(collection, ())}
        if entry.touched is not None:
            addresses |= {entry.touched.address, entry.touched.remote.address}
        here = tuple(
            each.version
            for each in around.installed
            if str(each.ref) == ref and each.is_of(collection, addresses)
        )
        assert entry.own.names is not None
        upstream = named(entry.touched, ref, arch_of(ref)) if entry.touched is not None else None
        yield Taking(
            collection=collection,
            ref=ref,
            version=entry.own.names,
            taken=decide_taken(collection, ref, entries),
            here=outcome_alone(ref, in_order(entries), here),
            newer_here=outcome_alone(ref, (entry.own,), here) is Outcome.KEEP
            and all(version.commit != entry.own.names.commit for version in here),
            behind=upstream is not None and takes_over(upstream, entry.own.names),
            ignored=why_ignored(entry.own),
        )


class _Own(Struct, frozen=True):
    """A ref of the stick as it will be; ``touched``: by what, None if it stays as it is."""

    ref: str
    own: StickEntry
    touched: CollectionPlan | None


def _entries(plan: Plan, around: Around) -> Iterator[tuple[str, _Own]]:
    path = plan.location.repository_path
    touched = {collection.id for collection in plan.collections}
    removed = {(each.collection, each.ref) for each in plan.removed}
    for collection in plan.collections:
        for item in collection.items:
            commit = _commit(item, collection, around.drive)
            if commit is not None and Ref.parse_or_none(item.ref) is not None:
                yield collection.id, _Own(item.ref, _as_written(path, item, commit), collection)
    for name, refs in around.drive.refs.items():
        for ref in refs:
            if name in touched or (name, ref) in removed:
                continue
            own = around.lists.entries(name, ref).get(path)
            if origin_remote(name) is not None:
                own = _in_view(path, around.drive, refs[ref])
            if own is not None and own.names is not None and Ref.parse_or_none(ref) is not None:
                yield name, _Own(ref, own, None)


def _in_view(path: str, drive: TargetState, checksum: str) -> StickEntry | None:
    """What a client has of a remote without a collection ID: it takes such refs from a view, in
    which upstream's own list stands with what it says about them. None if it cannot be read."""
    commit = drive.commits.get(checksum)
    if commit is None:
        return None
    metadata = commit.app_metadata or ""
    return StickEntry(
        stick=path,
        names=Version(checksum, commit.timestamp),
        made=commit.timestamp,
        metadata=metadata,
        commit_metadata=metadata,
        holds=frozenset({checksum}),
    )


def _commit(item: Item, collection: CollectionPlan, drive: TargetState) -> Commit | None:
    """None for one that stays and is damaged, which is for the check to name."""
    if item.action is Action.KEEP:
        return drive.commits.get(item.commit)
    data = collection.commits.get(item.commit)
    return Commit.parse(data) if data is not None else None


def _as_written(path: str, item: Item, commit: Commit) -> StickEntry:
    """A job writes lists and an ostree-metadata that fit what it leaves."""
    return StickEntry(
        stick=path,
        names=Version(item.commit, commit.timestamp),
        made=commit.timestamp,
        metadata=item.metadata,
        commit_metadata=commit.app_metadata or "",
        holds=frozenset({item.commit}),
    )


def _notices(takings: Sequence[Taking]) -> Iterator[Notice]:
    places: dict[str, list[str]] = {}
    for each in takings:
        version = each.taken.version
        if each.taken.failure is not None:
            text = Message(
                "Computers will not be able to install {ref}: {why}",
                ref=each.ref,
                why=each.taken.failure,
            )
            yield Notice(Severity.WARNING, text)
        elif version is not None and version.commit != each.version.commit:
            places.setdefault(each.taken.repository, []).append(each.ref)
    for place, refs in sorted(places.items()):
        text = Message(
            "Computers that are given the whole drive take from {place}, where it is newer: "
            "{refs}.",
            place=place,
            refs=tuple(refs),
        )
        yield Notice(Severity.WARNING, text, Message("Update that as well, or remove it."))
    ignored = [(each.ref, each.ignored) for each in takings if each.ignored is not None]
    for numbers, why in alike([reason for _, reason in ignored]):
        text = Message(
            "Not every computer will take {refs}: {why}.",
            refs=tuple(ignored[number][0] for number in numbers),
            why=why,
        )
        hint = Message("Once it is made or updated again, all of them take it.")
        yield Notice(Severity.WARNING, text, hint)
    newer = [each.ref for each in takings if each.newer_here]
    if newer:
        text = Message(
            "This computer has something newer and will not take: {refs}.", refs=tuple(newer)
        )
        yield Notice(Severity.INFO, text)
    behind = [each.ref for each in takings if each.behind]
    if behind:
        text = Message(
            "The list that goes along names something newer; without internet computers get an "
            "older one of: {refs}.",
            refs=tuple(behind),
        )
        yield Notice(Severity.INFO, text)
