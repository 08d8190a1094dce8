"""Is a commit signed by the right key, and is it for the collection and ref it stands for?

The job asks before it follows a commit; the check asks of every commit on the stick.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from app.errors import TrustError
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.bindings import is_for_ref, is_of_origin
from app.ostree.objects import Commit, detached_signatures
from app.ostree.repository import Repository
from app.trust.keyring import BadKeyError, Keyring
from app.trust.verdict import Judgement, Verdict, advice


class CommitNotTrustedError(TrustError):
    """A commit from upstream fails one of the tests."""


class SignedCommit(Struct, frozen=True):
    """A commit's bytes and its detached metadata's, and what it should stand for."""

    collection: str
    ref: str
    checksum: str
    data: bytes
    detached: bytes | None


def open_keyring(keys: Sequence[bytes]) -> Keyring | None:
    """Of all keys that gpg takes; None if there is none."""
    if not keys:
        return None
    keyring = _opened(keys)
    if keyring is None and len(keys) > 1:
        # One damaged key must not take the others with it.
        keyring = _opened([key for key in keys if _is_key(key)])
    return keyring


def _opened(keys: Sequence[bytes]) -> Keyring | None:
    try:
        keyring = Keyring(keys)
        if keyring.keys:
            return keyring
        keyring.close()
    except BadKeyError:
        pass
    return None


def _is_key(key: bytes) -> bool:
    keyring = _opened([key])
    if keyring is not None:
        keyring.close()
    return keyring is not None


def lacks_signatures(detached: bytes | None) -> bool:
    """What is there and cannot be read is no lack: it is judged."""
    try:
        return not detached_signatures(detached)
    except FormatError:
        return False


def is_signed(repository: Repository, checksum: str) -> bool:
    """Whether a commit has a signature beside it, whosever, or something that cannot be read."""
    try:
        return not lacks_signatures(repository.read_detached(checksum))
    except OSError:
        return True


def judge_commits(keyring: Keyring | None, commits: Iterable[SignedCommit]) -> list[Judgement]:
    """The verdict on each commit's signatures; without a keyring all are unsigned."""
    given = list(commits)
    if keyring is None:
        return [Judgement(Verdict.UNSIGNED) for _ in given]
    pairs = []
    damaged = set()
    for index, commit in enumerate(given):
        try:
            signatures = detached_signatures(commit.detached)
        except FormatError:
            damaged.add(index)
            signatures = ()
        pairs.append((commit.data, signatures))
    verdicts = keyring.verify_many(pairs)
    return [
        Judgement(Verdict.BAD) if index in damaged else verdict
        for index, verdict in enumerate(verdicts)
    ]


def judge_signed(keyring: Keyring | None, data: bytes, signature: bytes | None) -> Judgement:
    """The verdict on a summary or an index by the file beside it."""
    try:
        signatures = detached_signatures(signature)
    except FormatError:
        return Judgement(Verdict.BAD)
    if not signatures:
        return Judgement(Verdict.UNSIGNED)
    if keyring is None:
        return Judgement(Verdict.UNKNOWN_KEY)
    return keyring.verify(data, signatures)


def binding_problem(commit: Commit, collection: str, ref: str) -> tuple[str, Message] | None:
    """(rule code, sentence) if the commit is not for this collection and ref; None if it is."""
    if not is_of_origin(commit, collection):
        claims = commit.collection_binding or Message("no collection")
        return "commit-wrong-collection", Message(
            "The commit of {ref} belongs to {claims}.", ref=ref, claims=claims
        )
    if not is_for_ref(commit, collection, ref):
        claims = ", ".join(commit.ref_bindings) or Message("no ref")
        return "commit-wrong-ref", Message(
            "The commit of {ref} is for {claims}.", ref=ref, claims=claims
        )
    return None


def require_trust(
    keyring: Keyring | None,
    commits: Iterable[SignedCommit],
    metadata: Mapping[str, str],
    *,
    allow_unsigned: bool,
    told: str | None = None,
) -> None:
    """Raise `CommitNotTrustedError` for the first commit that must not be followed.

    ``metadata`` is what upstream's signed summary says about a ref; the commit must say the same.
    ``told``: what people call its origin.
    """
    given = list(commits)
    for commit, verdict in zip(given, judge_commits(keyring, given), strict=True):
        unsigned_is_fine = allow_unsigned and verdict.verdict is Verdict.UNSIGNED
        if not verdict.good and not unsigned_is_fine:
            raise CommitNotTrustedError(
                Message(
                    "{ref} from {collection} cannot be trusted: {verdict}",
                    ref=commit.ref,
                    collection=commit.collection if told is None else told,
                    verdict=verdict.describe(),
                ),
                advice(verdict),
            )
        parsed = Commit.parse(commit.data)
        problem = binding_problem(parsed, commit.collection, commit.ref)
        if problem is not None:
            raise CommitNotTrustedError(
                Message("{problem} It was refused.", problem=problem[1]),
                Message("Tell the people who run the repository."),
            )
        said = metadata.get(commit.ref)
        if said and parsed.app_metadata is not None and said != parsed.app_metadata:
            raise CommitNotTrustedError(
                Message(
                    "Upstream's summary and the commit of {ref} contradict each other.",
                    ref=commit.ref,
                ),
                Message("Upstream may be publishing right now: try again in a few minutes."),
            )
