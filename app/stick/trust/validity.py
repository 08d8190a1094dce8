"""Until when a stick can be installed: when the first key, subkey or signature on it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.upstream import Upstream
from app.message import Day, Message
from app.ostree.objects import Kind, ObjectName
from app.ostree.repository import Repository
from app.progress import Notice
from app.severity import Severity
from app.stick.trust.commits import SignedCommit, judge_commits
from app.trust.verdict import Judgement, Verdict


def first_end(moments: Iterable[int | None]) -> int | None:
    """The first of them; None if none of them ends."""
    return min((one for one in moments if one is not None), default=None)


def ends(verdict: Judgement) -> int | None:
    """When a signature ends, or has ended with its key; None if never, or if it proves nothing."""
    if verdict.good:
        return verdict.until
    return verdict.key_expires if verdict.verdict is Verdict.EXPIRED_KEY else None


def upstream_lasts(
    upstream: Upstream,
    commits: Mapping[str, bytes],
    detached: Mapping[str, bytes | None],
    kept: Sequence[str],
    repository: Repository | None,
) -> int | None:
    """When the first of what a plan carries of a collection ends, seconds since 1970.

    ``commits`` and ``detached``: what is fetched, by checksum. ``kept``: what is on the stick.
    """
    collection = upstream.snapshot.collection
    signed = [
        SignedCommit(collection, "", checksum, data, detached.get(checksum))
        for checksum, data in commits.items()
    ]
    if repository is not None:
        signed += repository_commits(repository, collection, kept)
    if not upstream.remote.keys:
        return None
    verdicts = judge_commits(upstream.keyring, signed)
    return first_end([upstream.snapshot.signature.until, *map(ends, verdicts)])


def until_notice(remote: Remote, until: int | None) -> Notice | None:
    """What a person should know about the end of what they carry."""
    if until is None:
        return None
    return Notice(
        Severity.INFO,
        Message(
            "What comes from {remote} is good until {until}, when the first key or signature ends.",
            remote=remote.label,
            until=Day(until),
        ),
        Message("Make the drive anew by then."),
    )


def repository_commits(
    repository: Repository, collection: str, checksums: Iterable[str]
) -> list[SignedCommit]:
    """Commits on a stick, as far as they can be read."""
    found = []
    for checksum in checksums:
        try:
            data = repository.read_object(ObjectName(checksum, Kind.COMMIT))
            found.append(
                SignedCommit(collection, "", checksum, data, repository.read_detached(checksum))
            )
        except OSError:
            continue
    return found
