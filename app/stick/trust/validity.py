"""Until when a stick can be installed: when the first key, subkey or signature on it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.offer import Offer
from app.message import Day, Message
from app.progress import Notice
from app.severity import Severity
from app.stick.trust.commits import SignedCommit, judge_commits
from app.trust.verdict import Judgement, Verdict


def first_end(moments: Iterable[int | None]) -> int | None:
    """The first of them; None if none of them ends."""
    return min((moment for moment in moments if moment is not None), default=None)


def ends(verdict: Judgement) -> int | None:
    """When a signature ends, or has ended with its key; None if never, or if it proves nothing."""
    if verdict.good:
        return verdict.until
    return verdict.key_expires if verdict.verdict is Verdict.EXPIRED_KEY else None


def upstream_lasts(
    upstream: Offer,
    commits: Mapping[str, bytes],
    detached: Mapping[str, bytes | None],
    kept: Sequence[SignedCommit],
) -> int | None:
    """When the first of what a plan carries of a collection ends, seconds since 1970.

    ``commits`` and ``detached``: what is fetched, by checksum. ``kept``: what is on the stick.
    """
    if not upstream.remote.keys:
        return None
    collection = upstream.snapshot.collection
    signed = [
        SignedCommit(collection, "", checksum, data, detached.get(checksum))
        for checksum, data in commits.items()
    ]
    verdicts = judge_commits(upstream.keyring, [*signed, *kept])
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
