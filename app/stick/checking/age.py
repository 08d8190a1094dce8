"""Are the commits on a stick as old as the copied upstream summary says?"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from app.flatpak.eol_rebase import REPLACED_KEY
from app.flatpak.refs import arch_of
from app.message import Message
from app.ostree.names import METADATA_REF
from app.ostree.objects import Commit
from app.stick.findings import Code, Finding, finding
from app.stick.store.record import RefRecord, StickRecord
from app.stick.store.upstream_copy import RefState, UpstreamCopy
from app.stick.trust.commits import SignedCommit

_RENAMED = Message(
    "Its source has renamed it since. It stays as long as apps on the drive look for its old name."
)


def check_age(
    commits: Iterable[SignedCommit],
    copy: UpstreamCopy,
    record: StickRecord | None,
    doubtful: Container[str],
) -> Iterator[Finding]:
    """``commits``: those of one origin; ``doubtful``: refs of which worse is said."""
    for each in commits:
        if each.ref == METADATA_REF:
            continue
        commit = Commit.parse(each.data)
        state = copy.state(each.ref, each.checksum, commit.timestamp)
        if state is RefState.UPSTREAM_NEWER:
            entry = record.ref(each.collection, each.ref) if record is not None else None
            yield _behind(each, commit, copy, entry, doubtful=each.ref in doubtful)
        elif state is RefState.UPSTREAM_OLDER:
            message = Message(
                "The copied upstream summary is older than {name} on the drive.", name=each.ref
            )
            yield finding(Code.UPSTREAM_OLDER, each.ref, message)


def _behind(
    signed: SignedCommit,
    commit: Commit,
    copy: UpstreamCopy,
    entry: RefRecord | None,
    *,
    doubtful: bool,
) -> Finding:
    """About a commit that is older than what the copied summary names: left at its version on
    purpose, as the record tells then, or put in place of a newer one."""
    name = signed.ref
    there = copy.lookup(name, arch_of(name))
    older = there is not None and there.timestamp is not None and there.timestamp > commit.timestamp
    on_purpose = entry is not None and entry.commit == signed.checksum
    if on_purpose or not older or doubtful:
        message = Message("The copied upstream summary names a newer {name}.", name=name)
        # Then no update brings it. Why: decision D348.
        was_named_so = commit.metadata.get(REPLACED_KEY, "s") is None
        renamed = there is not None and bool(there.eol_rebase) and was_named_so
        return finding(Code.UPSTREAM_NEWER, name, message, hint=_RENAMED if renamed else None)
    newer = entry is not None and there is not None and entry.commit == there.commit
    message = Message("{name} is older than what came with the copied upstream summary.", name=name)
    if newer:
        message = Message("{name} is older than what Satchel put on the drive.", name=name)
    return finding(Code.ROLLED_BACK, name, message, worse=newer)
