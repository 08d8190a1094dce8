"""What a job asks before it writes anything: is every commit signed, and what it is said to be?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from contextlib import ExitStack

from msgspec import Struct, field

from app.errors import SatchelError
from app.flatpak.refs import Ref
from app.flatpak.upstream.client import fetch_detached
from app.message import Message
from app.ostree.names import METADATA_REF, origin_remote
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.fetch import Source
from app.ostree.pull.near_objects import NearObjects
from app.ostree.repository import Repository
from app.progress import Notice, Reporter
from app.replacing import replace
from app.severity import Severity
from app.stick.planning.notices import COMPUTERS_ASK, WITH_YOUR_SIGNATURE
from app.stick.planning.plan import CollectionPlan, Plan
from app.stick.store.location import Location
from app.stick.trust.commits import (
    CommitNotTrustedError,
    SignedCommit,
    judge_commits,
    lacks_signatures,
    open_keyring,
    require_trust,
)
from app.stick.writing.delivery import unsigned, without
from app.trust.keyring import Keyring


class VerifiedPlan(Struct, frozen=True):
    """A plan of which everything may be fetched.

    Attributes:
        plan: without what has no signature and may be gone without.
        detached: signatures by commit, as upstream has them now; None where it has none.
        keys: collection → fingerprints of the keys that judged it.
    """

    plan: Plan
    detached: Mapping[str, bytes | None] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def verify_plan(plan: Plan, sources: Mapping[str, Source], report: Reporter) -> VerifiedPlan:
    """Signatures and bindings of every commit; signatures of kept ones are fetched anew.

    ``sources`` by collection; ``report`` is told what is left out. Raises UpstreamError,
    TrustError.
    """
    verified = VerifiedPlan(plan)
    for origin in [collection.id for collection in plan.collections]:
        if (collection := verified.plan.collection(origin)) is not None:
            verified = _verify(verified, collection, sources[origin], report)
    return verified


def _verify(
    verified: VerifiedPlan, collection: CollectionPlan, source: Source, report: Reporter
) -> VerifiedPlan:
    """The same of a collection."""
    plan = verified.plan
    wanted = dict.fromkeys(commit for _, commit in _refs(collection))
    rest = [commit for commit in wanted if commit not in collection.detached]
    detached = {**collection.detached, **fetch_detached(source, rest)}
    detached |= _near_signatures(plan, collection, detached)
    unsigned_is_fine = plan.options.allow_unsigned or collection.remote.unsigned_accepted
    # Of it flatpak takes nothing unsigned, whatever people agree to. Why: decision D209.
    never = bool(collection.remote.keys) and origin_remote(collection.id) is not None
    agreed, unsigned_is_fine = unsigned_is_fine, unsigned_is_fine and not never
    if collection.remote.keys and not unsigned_is_fine:
        reduced = without(plan, unsigned(collection, detached))
        plan = reduced.plan
        for notice in reduced.notices:
            report(notice)
        left = plan.collection(collection.id)
        if left is None:
            return replace(verified, plan=plan)
        collection = left
        if plan.options.offline:
            _require_signatures(collection, detached)
        elif agreed:
            _require_use(collection, detached)
    with ExitStack() as stack:
        keyring = None
        if collection.remote.keys:
            keyring = stack.enter_context(Keyring(collection.remote.keys))
        require_trust(
            keyring,
            [
                SignedCommit(
                    collection.id, ref, commit, collection.commits[commit], detached[commit]
                )
                for ref, commit in _refs(collection)
                if commit in collection.commits
            ],
            {item.ref: item.metadata for item in collection.items if item.metadata},
            allow_unsigned=unsigned_is_fine,
            told=collection.told,
        )
        fingerprints = [key.fingerprint for key in (keyring.keys if keyring is not None else ())]
        good = _good_of_kept(plan.location, collection, detached, keyring)
    unvouched = _unvouched(plan, collection, detached) if keyring is not None else None
    if unvouched is not None:
        report(unvouched)
    return VerifiedPlan(
        plan,
        {**verified.detached, **good},
        {**verified.keys, collection.id: tuple(fingerprints)},
    )


def _unvouched(
    plan: Plan, collection: CollectionPlan, detached: Mapping[str, bytes | None]
) -> Notice | None:
    """Of what is new, not signed, and wanted all the same."""
    refs = (
        Ref.parse_or_none(ref)
        for ref, commit in _refs(collection)
        if commit in collection.commits and lacks_signatures(detached[commit])
    )
    names = tuple(dict.fromkeys(ref.id for ref in refs if ref is not None))
    if not names:
        return None
    return Notice(
        Severity.WARNING,
        Message(
            "Nobody vouches for {refs}: {remote} signs, and their signatures are missing.",
            refs=names,
            remote=collection.remote.label,
        ),
        # As of a source that signs nothing.
        WITH_YOUR_SIGNATURE if plan.options.online else COMPUTERS_ASK,
    )


def _require_signatures(collection: CollectionPlan, detached: Mapping[str, bytes | None]) -> None:
    """Raises `CommitNotTrustedError` for the first that nobody here has: whether its publisher has
    signed it is another matter."""
    for ref, commit in _refs(collection):
        if commit in collection.commits and detached[commit] is None:
            raise CommitNotTrustedError(
                Message(
                    "{ref} from {collection} cannot be trusted without a network: its signature is "
                    "not kept on this computer.",
                    ref=ref,
                    collection=collection.told,
                ),
                Message("Connect this computer to the network, or leave it out."),
            )


def _require_use(collection: CollectionPlan, detached: Mapping[str, bytes | None]) -> None:
    """Raises `CommitNotTrustedError` for the first that no computer could install."""
    for ref, commit in _refs(collection):
        if commit in collection.commits and lacks_signatures(detached[commit]):
            raise CommitNotTrustedError(
                Message(
                    "{ref} from {collection} is not signed.", ref=ref, collection=collection.told
                ),
                Message(
                    "Its source signs and has no collection ID: flatpak takes nothing of it "
                    "without a signature, whatever people agree to. Leave it out, or tell the "
                    "people who run the source."
                ),
            )


def _near_signatures(
    plan: Plan, collection: CollectionPlan, detached: Mapping[str, bytes | None]
) -> dict[str, bytes | None]:
    """Good ones that others beside have, of commits whose own are not good."""
    near = NearObjects(plan.near)
    keyring = open_keyring(collection.remote.keys) if near.places else None
    if keyring is None:
        return {}
    better: dict[str, bytes | None] = {}
    with keyring:
        signed = [
            SignedCommit(collection.id, ref, sum_, collection.commits[sum_], detached.get(sum_))
            for ref, sum_ in _refs(collection)
            if sum_ in collection.commits
        ]
        verdicts = judge_commits(keyring, signed)
        for commit, verdict in zip(signed, verdicts, strict=True):
            if verdict.good:
                continue
            for data in near.signatures(commit.checksum):
                if judge_commits(keyring, [replace(commit, detached=data)])[0].good:
                    better[commit.checksum] = data
                    break
    return better


def _refs(collection: CollectionPlan) -> list[tuple[str, str]]:
    """Refs and their commits."""
    refs = [(item.ref, item.commit) for item in collection.items]
    if collection.metadata_commit is not None:
        refs.append((METADATA_REF, collection.metadata_commit))
    return refs


def _good_of_kept(
    location: Location,
    collection: CollectionPlan,
    detached: Mapping[str, bytes | None],
    keyring: Keyring | None,
) -> dict[str, bytes | None]:
    """``detached`` without what upstream sends for commits that stay, unless it is good."""
    kept = {
        item.commit: item.ref
        for item in collection.items
        if item.commit not in collection.commits and detached.get(item.commit) is not None
    }
    signed = list(_stored(location, collection.id, kept, detached))
    verdicts = zip(signed, judge_commits(keyring, signed), strict=True)
    good = {commit.checksum for commit, verdict in verdicts if verdict.good}
    return {
        checksum: data
        for checksum, data in detached.items()
        if checksum not in kept or checksum in good
    }


def _stored(
    location: Location,
    collection: str,
    kept: Mapping[str, str],
    detached: Mapping[str, bytes | None],
) -> Iterable[SignedCommit]:
    """The commits on the stick with upstream's signatures; ``kept``: commit → ref."""
    for checksum, ref in kept.items():
        try:
            repository = Repository.open(location.repository)
            data = repository.read_object(ObjectName(checksum, ObjectKind.COMMIT))
        except (OSError, SatchelError):
            continue
        yield SignedCommit(collection, ref, checksum, data, detached[checksum])


def write_signatures(repository: Repository, signatures: Mapping[str, bytes | None]) -> None:
    """By commit. They are not named by their content: upstream's present ones replace what is
    there. A kept commit that upstream no longer has keeps its own. Raises OSError.
    """
    for checksum, data in signatures.items():
        if data is None:
            continue
        with contextlib.suppress(OSError):
            if repository.read_detached(checksum) == data:
                continue
        repository.write_object(ObjectName(checksum, ObjectKind.COMMITMETA), data)
