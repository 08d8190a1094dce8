"""What several sticks together offer: of each ref the newest commit whose signature is good.

Sticks need not agree with each other. A commit that cannot be trusted does not stand in the way of
another stick's good one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.client.receiving.refusal import Refusal, RefusalKind
from app.client.receiving.trusting import CollectionTrust
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.formats.gvariant import FormatError
from app.formats.keyfile import KeyfileError
from app.message import Message
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.stick.store.contents import CarriedRef
from app.stick.store.location import find_sticks
from app.stick.store.stick_state import StickState, load_stick
from app.stick.trust.commits import SignedCommit, binding_problem, judge_commits, open_keyring
from app.trust.verdict import Judgement, Verdict

Key = tuple[str, str]
"""Collection and ref."""

APPSTREAM = "appstream2/"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A commit that a ref has on some of the sticks. Nothing is trusted yet.

    Attributes:
        data: its bytes, which are what its name says; ``detached``: the signatures beside it.
        sticks: the numbers of those that have it.
        partial: they all say that they have only part of it, as of translations.
    """

    collection: str
    name: str
    checksum: str
    data: bytes
    detached: bytes | None
    commit: Commit
    sticks: tuple[int, ...]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be installed from the sticks, and what cannot.

    Attributes:
        best: by collection and ref.
        refused: of refs of which no commit can be trusted, why not.
        carried: what the best say about themselves.
    """

    best: Mapping[Key, Candidate]
    refused: Mapping[Key, Refusal]
    carried: Mapping[Key, CarriedRef]

    @property
    def refs(self) -> dict[str, dict[str, str]]:
        """Collection → ref → commit."""
        refs: dict[str, dict[str, str]] = {}
        for (collection, name), candidate in self.best.items():
            refs.setdefault(collection, {})[name] = candidate.checksum
        return refs


def open_sticks(roots: Sequence[Path]) -> tuple[StickState, ...]:
    """All sticks below these mount points or directories. Raises RepositoryInvalidError,
    DriveError."""
    return tuple(load_stick(location) for root in roots for location in find_sticks(root))


def repository_path(stick: StickState) -> Path:
    """Where its repository is opened."""
    root = stick.location.repository
    return (root.base / root.prefix).absolute()


def candidates(sticks: Sequence[StickState]) -> dict[Key, tuple[Candidate, ...]]:
    """By ref, the newest first. What cannot be read, or is not what its name says, is left out."""
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
                before = read.get(key)
                numbers = (*before.sticks, number) if before is not None else (number,)
                partial = checksum in stick.partial and (before is None or before.partial)
                read[key] = Candidate(
                    collection,
                    name,
                    checksum,
                    candidate.data,
                    candidate.detached,
                    candidate.commit,
                    numbers,
                    partial,
                )
    by_ref: dict[Key, list[Candidate]] = {}
    for (place, _, _), candidate in read.items():
        by_ref.setdefault(place, []).append(candidate)
    return {
        place: tuple(sorted(all_of, key=lambda each: -each.commit.timestamp))
        for place, all_of in by_ref.items()
    }


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


def offered(
    all_candidates: Mapping[Key, Sequence[Candidate]], trusts: Mapping[str, CollectionTrust]
) -> Offered:
    """The best of each ref."""
    best: dict[Key, Candidate] = {}
    refused: dict[Key, Refusal] = {}
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
                best.setdefault(place, candidate)
            else:
                refused.setdefault(place, problem)
    carried = {}
    for place, candidate in best.items():
        ref = Ref.parse_or_none(candidate.name)
        if ref is not None:
            carried[place] = CarriedRef(
                candidate.collection, ref, candidate.commit, _metadata(candidate.commit)
            )
    left = {place: why for place, why in refused.items() if place not in best}
    return Offered(best, left, carried)


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
    if keyring is None:
        for candidate in given:
            yield candidate, _unknown(candidate, trust)
        return
    with keyring:
        verdicts = judge_commits(keyring, signed)
    for candidate, verdict in zip(given, verdicts, strict=True):
        if not verdict.good:
            yield candidate, _bad(candidate, verdict, trust)
            continue
        problem = binding_problem(candidate.commit, candidate.collection, candidate.name)
        yield candidate, Refusal(RefusalKind.TRUST, problem[1]) if problem is not None else None


def _unknown(candidate: Candidate, trust: CollectionTrust) -> Refusal:
    if trust.unknown:
        return Refusal(
            RefusalKind.KEY,
            Message(
                "Only the drive knows the key of {collection}.", collection=candidate.collection
            ),
        )
    return Refusal(
        RefusalKind.TRUST,
        Message(
            "Neither this computer nor the drive has a key of {collection}.",
            collection=candidate.collection,
        ),
    )


def _bad(candidate: Candidate, verdict: Judgement, trust: CollectionTrust) -> Refusal:
    if verdict.verdict is Verdict.UNKNOWN_KEY and trust.known:
        return Refusal(
            RefusalKind.CONTRADICTION,
            Message(
                "It is signed by another key than the one that this computer knows for "
                "{collection}.",
                collection=candidate.collection,
            ),
        )
    return Refusal(RefusalKind.TRUST, verdict.describe())
