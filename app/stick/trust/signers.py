"""Who signed what is on a stick, as far as this computer knows the keys."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence

from app.formats.gvariant import FormatError
from app.ostree.objects import ObjectKind, ObjectName, detached_signatures
from app.ostree.repository import Repository
from app.stick.store.upstream_copy import Signed
from app.stick.trust.commits import SignedCommit, judge_commits, judge_signed, open_keyring
from app.trust.gpg import GpgMissingError
from app.trust.keyring import Keyring
from app.trust.verdict import Judgement, Verdict


def judge_refs(
    repository: Repository,
    collection: str,
    names: Mapping[str, str],
    keys: Sequence[bytes],
    copies: Sequence[Signed] = (),
) -> tuple[dict[str, Judgement], tuple[Judgement, ...]]:
    """The verdict on each of a collection's refs (ref → commit) whose commit can be read, and on
    each of ``copies``, the copied lists.

    Without a key, or without gpg, signatures are by an unknown key.
    """
    lists: list[Judgement] = []
    commits = list(_commits(repository, collection, names))
    try:
        keyring = open_keyring(keys)
    except GpgMissingError:
        keyring = None
    if keyring is None:
        verdicts = [_without_key(commit) for commit in commits]
    else:
        with keyring:
            verdicts = _judged(keyring, commits)
            with contextlib.suppress(GpgMissingError):
                lists += [judge_signed(keyring, file.data, file.signature) for file in copies]
    by_ref = {commit.ref: verdict for commit, verdict in zip(commits, verdicts, strict=True)}
    return by_ref, tuple(lists)


def _judged(keyring: Keyring, commits: Sequence[SignedCommit]) -> list[Judgement]:
    try:
        return judge_commits(keyring, commits)
    except GpgMissingError:
        return [_without_key(commit) for commit in commits]


def _commits(
    repository: Repository, collection: str, names: Mapping[str, str]
) -> Iterable[SignedCommit]:
    for name, checksum in names.items():
        try:
            data = repository.read_object(ObjectName(checksum, ObjectKind.COMMIT))
            detached = repository.read_detached(checksum)
        except OSError:
            continue
        yield SignedCommit(collection, name, checksum, data, detached)


def _without_key(commit: SignedCommit) -> Judgement:
    try:
        signed = bool(detached_signatures(commit.detached))
    except FormatError:
        return Judgement(Verdict.BAD)
    return Judgement(Verdict.UNKNOWN_KEY if signed else Verdict.UNSIGNED)
