"""A remote of which no list is kept, where nobody is asked: what is near of it stands for the list.

What counts is what a list would prove as well: that a commit says that it is the collection's and
the ref's, and that the remote's keys have signed it. What only a list tells, whether there is
anything newer, nobody knows then. Remotes without a collection ID are nothing without a list:
computers find what it names, and nothing else. Why: decision D340.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from app.flatpak.refs import Ref
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.client import RemoteClient
from app.flatpak.upstream.errors import BadSummaryError
from app.flatpak.upstream.near import NearUpstream, as_version, versions
from app.flatpak.upstream.published_configuration import PublishedConfiguration
from app.flatpak.upstream.ref_table import UpstreamRef, with_end
from app.flatpak.upstream.signed_lists import SignedSummary
from app.flatpak.upstream.upstream import Snapshot, Upstream
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.config import ARCHIVE_MODES
from app.ostree.objects import Commit
from app.ostree.pull.kept_trees import KeptTrees
from app.ostree.pull.near_objects import NearObjects
from app.ostree.summary import NewRef, Summary, build_summary
from app.replacing import replace
from app.trust.keyring import Keyring
from app.trust.prolonged import fingerprints_in
from app.trust.verdict import Judgement, Verdict, advice


class Unlisted(Upstream):
    """As `Upstream`; its `Snapshot` is not `listed`, and there are no files of it."""

    __slots__ = ()

    def _as_near(self, entry: UpstreamRef) -> UpstreamRef:
        """The newest that is signed and whole; else what there is, of which the plan says why it
        cannot be carried."""
        collection = self.snapshot.collection
        signed = list(versions(entry.name, self.near, collection, self.keyring, unsigned=False))
        whole = [each for each in signed if self._commits.is_whole(each[0])]
        for checksum, commit in (*whole, *signed):
            return with_end(replace(as_version(entry, checksum, commit), instead_of=""), commit)
        return entry


def open_unlisted(
    remote: Remote, client: RemoteClient, near: NearUpstream, kept: KeptTrees
) -> Unlisted | None:
    """What ``near`` has of a remote, as `UpstreamOpener` gives it; the caller closes it. None where
    that is nothing, or could be taken from no drive. Raises BadKeyError, BadSummaryError.
    """
    collection = remote.collection_id
    if collection is None or not remote.keys:
        return None
    keyring = Keyring(remote.keys)
    refs = dict(_newest(near, collection, keyring))
    if not refs:
        keyring.close()
        return None
    try:
        _require_lasting_key(remote, keyring)
    except BadSummaryError:
        keyring.close()
        raise
    summary = build_summary(
        {collection: refs},
        main_collection=collection,
        mode=ARCHIVE_MODES[0],
        last_modified=max(ref.timestamp for ref in refs.values()),
    )
    # Of what counts each commit is judged by itself, before it does.
    judgement = Judgement(Verdict.GOOD, next(iter(fingerprints_in(remote.keys)), ""))
    return Unlisted(
        remote=remote,
        client=client,
        signed_list=SignedSummary(Summary(summary), b"", judgement),
        snapshot=Snapshot(collection, None, "", judgement),
        keyring=keyring,
        configuration=PublishedConfiguration(),
        handed_out=b"",
        allow_unsigned=False,
        kept=kept,
        near=near,
    )


def _require_lasting_key(remote: Remote, keyring: Keyring) -> None:
    """As a list would tell: that nothing of it is accepted any more. Raises BadSummaryError."""
    if keyring.keys and all(key.expired or key.revoked for key in keyring.keys):
        key = keyring.keys[0]
        judgement = Judgement(
            Verdict.REVOKED if key.revoked else Verdict.EXPIRED_KEY,
            key.fingerprint,
            user_id=key.user_id,
            key_expires=key.expires,
        )
        raise BadSummaryError(
            Message(
                "What is here of {remote} cannot be trusted: {judgement}",
                remote=remote.label,
                judgement=judgement.describe(),
            ),
            advice(judgement),
        )


def _newest(near: NearUpstream, collection: str, keyring: Keyring) -> Iterator[tuple[str, NewRef]]:
    """Of each ref of a collection the newest commit that is near.

    Apps and runtimes whoever has signed it, so that one that nobody has signed is named; what only
    comes along with them, as a drive's own ostree-metadata, is as good as not there then.
    """
    objects = NearObjects(near.places)
    for name, checksums in near.commits.items():
        signed = versions(name, near, collection, keyring, unsigned=False)
        if Ref.parse_or_none(name) is None and next(signed, None) is None:
            continue
        found = []
        for checksum in checksums:
            data = objects.commit(checksum)
            with suppress(FormatError):
                commit = Commit.parse(data) if data is not None else None
                if commit is not None and data is not None:
                    bound = name in commit.ref_bindings
                    if bound and commit.collection_binding == collection:
                        found.append(NewRef(checksum, len(data), commit.timestamp))
        if found:
            yield name, max(found, key=lambda ref: ref.timestamp)
