"""What several sticks together offer: of each ref the newest commit whose signature is good.

Sticks need not agree with each other. A commit that cannot be trusted does not stand in the way of
another stick's good one; of the good ones `app.flatpak.sideloading` chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from app.client.receiving.refusal import Refusal, RefusalKind
from app.client.receiving.trusting import CollectionTrust
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.flatpak.sideloading.decision import decide
from app.flatpak.sideloading.situation import Situation, StickEntry, Version
from app.formats.gvariant import FormatError
from app.formats.keyfile import KeyfileError
from app.message import Message
from app.ostree.names import origin_remote
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.remedy import Remedy
from app.replacing import replace
from app.stick.store.agreeing import agreeing
from app.stick.store.contents import CarriedRef
from app.stick.store.location import Location, find_stick, find_sticks
from app.stick.store.ostree_metadata import Description
from app.stick.store.partial_languages import Parted, parted
from app.stick.store.sideload_entry import disagreement, read_description
from app.stick.store.stick_state import StickState, load_stick
from app.stick.trust.commits import SignedCommit, binding_problem, judge_commits, open_keyring
from app.trust.verdict import Judgement, Verdict

Key = tuple[str, str]
"""Collection and ref."""

APPSTREAM = "appstream2/"
_UNREADABLE = Message("What the drive has of it cannot be read: it is damaged.")


class Candidate(Struct, frozen=True):
    """A commit that a ref has on some of the sticks. Nothing is trusted yet.

    Attributes:
        data: its bytes, which are what its name says; ``detached``: the signatures beside it.
        sticks: the numbers of those that have it.
        partial: they all say that they have only part of it, as of translations.
        parted: they have it in some languages by choice.
        lost: it is not signed though its source signs, and a person wants it all the same.
    """

    collection: str
    name: str
    checksum: str
    data: bytes
    detached: bytes | None
    commit: Commit
    sticks: tuple[int, ...]
    partial: bool = False
    parted: Parted | None = None
    lost: bool = False


class Offered(Struct, frozen=True):
    """What can be installed from the sticks, and what cannot.

    Attributes:
        best: by collection and ref.
        refused: of refs of which no commit can be trusted, why not.
        unagreed: the commits of these that only a person's agreement is missing to.
        carried: what the best say about themselves.
    """

    best: Mapping[Key, Candidate]
    refused: Mapping[Key, Refusal]
    carried: Mapping[Key, CarriedRef]
    unagreed: Mapping[Key, frozenset[str]]

    def is_lost(self, key: Key) -> bool:
        """Whether its signature is missing, and somebody wants it all the same."""
        best = self.best.get(key)
        return best is not None and best.lost

    @property
    def refs(self) -> dict[str, dict[str, str]]:
        """Collection → ref → commit."""
        refs: dict[str, dict[str, str]] = {}
        for (collection, name), candidate in self.best.items():
            refs.setdefault(collection, {})[name] = candidate.checksum
        return refs


def open_sticks(roots: Sequence[Path]) -> tuple[StickState, ...]:
    """All sticks below these mount points or directories, at least one in each.

    Raises RepositoryInvalidError, also for what is wrong where there is none that can be opened;
    DriveError.
    """
    places: list[Location] = []
    for root in roots:
        places += find_sticks(root) or (find_stick(root, absent=Remedy.LOOK_FOR_DRIVE),)
    return agreeing(tuple(map(load_stick, places)))


def repository_path(stick: StickState) -> Path:
    """Where its repository is opened."""
    root = stick.location.repository
    return (root.base / root.prefix).absolute()


def _candidates(sticks: Sequence[StickState]) -> dict[Key, tuple[Candidate, ...]]:
    """By ref, in the order of the sticks, without what cannot be read or is not as it is named."""
    read: dict[tuple[Key, str, bytes | None], Candidate] = {}
    for number, stick in enumerate(sticks):
        for collection, names in stick.refs.items():
            for name, checksum in names.items():
                if not _is_wanted(name):
                    continue
                candidate = _read(stick, number, collection, name, checksum)
                if candidate is None:
                    continue
                key = (collection, name), checksum, candidate.detached
                candidate = replace(
                    candidate,
                    partial=checksum in stick.partial,
                    parted=parted(stick, checksum),
                )
                before = read.get(key)
                read[key] = _either(before, candidate) if before is not None else candidate
    by_ref: dict[Key, list[Candidate]] = {}
    for (place, _, _), candidate in read.items():
        by_ref.setdefault(place, []).append(candidate)
    return {place: tuple(all_of) for place, all_of in by_ref.items()}


def _either(before: Candidate, another: Candidate) -> Candidate:
    """The same commit of two sticks: with more languages, if they differ in that."""
    if before.parted == another.parted:
        partial = before.partial and another.partial
        return replace(before, sticks=(*before.sticks, *another.sticks), partial=partial)
    if another.parted is None or before.parted is None:
        return before if before.parted is None else another
    return max(before, another, key=_languages)


def _languages(candidate: Candidate) -> int:
    return len(candidate.parted.there) if candidate.parted is not None else 0


def _named(sticks: Sequence[StickState]) -> Iterator[Key]:
    """All refs of which there is a file, whatever it and the commit are like."""
    for stick in sticks:
        for entry in stick.repository.refs():
            if entry.collection is not None and _is_wanted(entry.name):
                yield stick.called.get(entry.collection, entry.collection), entry.name


def _is_wanted(name: str) -> bool:
    return name.startswith(APPSTREAM) or Ref.parse_or_none(name) is not None


def _read(
    stick: StickState, number: int, collection: str, name: str, checksum: str
) -> Candidate | None:
    try:
        data = stick.repository.read_object(ObjectName(checksum, ObjectKind.COMMIT))
        if sha256(data).hexdigest() != checksum:
            return None
        commit = Commit.parse(data)
        detached = stick.repository.read_detached(checksum)
    except (OSError, FormatError):
        return None
    return Candidate(collection, name, checksum, data, detached, commit, (number,))


def offered(sticks: Sequence[StickState], trusts: Mapping[str, CollectionTrust]) -> Offered:
    """The best of each ref."""
    all_candidates = _candidates(sticks)
    good: dict[Key, list[Candidate]] = {}
    best: dict[Key, Candidate] = {}
    refused: dict[Key, Refusal] = {}
    lost: dict[Key, list[Candidate]] = {}
    unagreed: dict[Key, set[str]] = {}
    for collection, trust in trusts.items():
        mine = [
            candidate
            for place, each in all_candidates.items()
            for candidate in each
            if place[0] == collection
        ]
        for candidate, problem in _judged(mine, trust):
            place = candidate.collection, candidate.name
            if problem is None:
                (lost if candidate.lost else good).setdefault(place, []).append(candidate)
                continue
            refused.setdefault(place, problem)
            if problem.kind is RefusalKind.UNSIGNED:
                unagreed.setdefault(place, set()).add(candidate.checksum)
    # Only where there is none that is signed.
    good = {**lost, **good}
    descriptions = _Descriptions(sticks)
    for place, some in good.items():
        chosen = _newest(place, some, descriptions)
        if isinstance(chosen, Candidate):
            best[place] = chosen
        else:
            refused.setdefault(place, chosen)
    carried = {}
    for place, candidate in best.items():
        ref = Ref.parse_or_none(candidate.name)
        if ref is not None:
            carried[place] = CarriedRef(
                candidate.collection, ref, candidate.commit, _metadata(candidate.commit)
            )
    for place in _named(sticks):
        if place[0] in trusts and place not in all_candidates:
            refused.setdefault(place, Refusal(RefusalKind.DAMAGED, _UNREADABLE))
    left = {place: why for place, why in refused.items() if place not in best}
    return Offered(
        best, left, carried, {place: frozenset(commits) for place, commits in unagreed.items()}
    )


class _Descriptions:
    """What the ostree-metadata of each stick says, where it has one that can be read."""

    def __init__(self, sticks: Sequence[StickState]) -> None:
        self._sticks = sticks
        self._read: dict[tuple[int, str], Description | None] = {}

    def disagreement(self, number: int, candidate: Candidate) -> Message | None:
        """A stick without any contradicts nothing: whose the commits are has been checked."""
        key = number, candidate.collection
        if key not in self._read:
            stick = self._sticks[number]
            said = read_description(stick.commit, stick.refs.get(candidate.collection, {}))
            self._read[key] = said if isinstance(said, Description) else None
        description = self._read[key]
        if description is None:
            return None
        return disagreement(description, candidate.name, candidate.checksum, candidate.commit)


def _newest(
    place: Key, good: Sequence[Candidate], descriptions: _Descriptions
) -> Candidate | Refusal:
    """Of those that can be trusted the one that counts; why none does."""
    entries = tuple(
        StickEntry(
            str(number),
            Version(each.checksum, each.commit.timestamp),
            each.commit.timestamp,
            disagreement=descriptions.disagreement(number, each),
        )
        for each in good
        for number in each.sticks
    )
    decision = decide(Situation(place[1], online=False, sticks=entries))
    if decision.version is not None:
        return next(each for each in good if each.checksum == decision.version.commit)
    why = next(each.ignored for each in decision.in_hand if each.ignored is not None)
    text = Message("The drive contradicts itself: {reason}.", reason=why)
    return Refusal(RefusalKind.DAMAGED, text)


def _metadata(commit: Commit) -> Metadata | None:
    try:
        return Metadata.parse((commit.app_metadata or "").encode())
    except KeyfileError:
        return None


def _judged(
    given: Sequence[Candidate], trust: CollectionTrust
) -> Iterator[tuple[Candidate, Refusal | None]]:
    """Each with why it cannot be trusted; None if it can."""
    signed = [
        SignedCommit(each.collection, each.name, each.checksum, each.data, each.detached)
        for each in given
    ]
    keyring = open_keyring(trust.keys)
    if keyring is None and trust.accepted:
        for candidate in given:
            yield candidate, _misplaced(candidate)
        return
    if keyring is None:
        for candidate in given:
            yield candidate, _unknown(trust)
        return
    with keyring:
        verdicts = judge_commits(keyring, signed)
    for candidate, verdict in zip(given, verdicts, strict=True):
        if verdict.verdict is Verdict.UNSIGNED and trust.lost_accepted:
            yield replace(candidate, lost=True), _misplaced(candidate)
            continue
        if not verdict.good:
            yield candidate, _bad(verdict, trust)
            continue
        yield candidate, _misplaced(candidate)


def _misplaced(candidate: Candidate) -> Refusal | None:
    """Why a commit is not what it stands for."""
    problem = binding_problem(candidate.commit, candidate.collection, candidate.name)
    return Refusal(RefusalKind.TRUST, problem[1]) if problem is not None else None


def _unknown(trust: CollectionTrust) -> Refusal:
    if trust.unchecked:
        return Refusal(
            RefusalKind.UNSIGNED,
            Message(
                "“{remote}” looks at no signatures on this computer, and only the drive knows the "
                "key of {source}: nobody vouches for what would come from the drive.",
                remote=trust.unchecked,
                source=trust.source,
            ),
        )
    if trust.unknown:
        return Refusal(
            RefusalKind.KEY,
            Message("Only the drive knows the key of {collection}.", collection=trust.source),
        )
    if trust.unsigned:
        return Refusal(
            RefusalKind.UNSIGNED,
            Message(
                "Nobody vouches for what comes from {source}: it is not signed.",
                source=trust.source,
            ),
        )
    if origin_remote(trust.collection) is not None and "://" not in trust.source:
        return Refusal(
            RefusalKind.TRUST,
            Message(
                "It is not signed, and the drive names no address of its source, only “{said}”: "
                "nobody could agree to that.",
                said=trust.source,
            ),
        )
    return Refusal(
        RefusalKind.TRUST,
        Message(
            "Neither this computer nor the drive has a key of {collection}.",
            collection=trust.source,
        ),
    )


def _bad(verdict: Judgement, trust: CollectionTrust) -> Refusal:
    if verdict.verdict is Verdict.UNSIGNED and origin_remote(trust.collection) is None:
        return Refusal(
            RefusalKind.UNSIGNED,
            Message("Nobody vouches for it: its signature is missing on the drive."),
        )
    if verdict.verdict is Verdict.UNSIGNED:
        return Refusal(
            RefusalKind.TRUST,
            Message(
                "Its signature is missing on the drive, and of a source without a collection ID "
                "that signs flatpak takes nothing without."
            ),
        )
    if verdict.verdict is Verdict.UNKNOWN_KEY and trust.known:
        return Refusal(
            RefusalKind.CONTRADICTION,
            Message(
                "It is signed by another key than the one that this computer knows for "
                "{collection}.",
                collection=trust.source,
            ),
        )
    return Refusal(RefusalKind.TRUST, verdict.describe())
