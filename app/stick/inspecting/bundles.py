"""The bundles on a stick, for looking at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.message import NOTHING, Message
from app.replacing import replace
from app.stick.store.bundles import StoredBundle, read_bundles
from app.stick.store.stick_state import StickState
from app.stick.trust.bundles import BundleTrust, judge_bundle
from app.text import Policy, clean
from app.trust.verdict import Verdict


class InspectedBundle(Struct, frozen=True):
    """An app or runtime that is there as a file.

    Attributes:
        file: its name in the folder for bundles.
        timestamp: of its commit, seconds since 1970; None if the file cannot be read.
        size, installed_size: bytes; the latter as claimed.
        signature: the verdict on it, by the keys of remotes that are known.
        source: the remote whose key signed it, as people call it, or as the drive does where only
            that has a title for it; empty if nobody vouches.
        trust: the same in a sentence.
        problem: why it cannot be used, in a sentence; may be empty.
    """

    file: str
    ref: str
    commit: str
    timestamp: int | None
    name: str
    version: str
    summary: str
    size: int
    installed_size: int
    origin: str
    runtime_repo: str
    signature: Verdict
    source: str
    trust: Message
    problem: Message = NOTHING

    @property
    def unvouched(self) -> bool:
        return not self.source


def inspect_bundles(stick: StickState, remotes: Sequence[Remote]) -> tuple[InspectedBundle, ...]:
    """Those that the record names, by ref; ``remotes`` have keys."""
    stored = read_bundles(stick.location, stick.record)
    titles = tuple(_titles(stick))
    return tuple(
        _inspected(each, remotes, titles) for each in sorted(stored, key=lambda one: one.path)
    )


def _titles(stick: StickState) -> Iterator[tuple[str, str]]:
    """Address and title of the sources on the drive, as that has them."""
    for copy in stick.copies.values():
        if copy.repo_file is not None and (title := clean(copy.repo_file.title, Policy.TITLE)):
            yield copy.repo_file.url, title


def _titled(
    trust: BundleTrust, remotes: Sequence[Remote], titles: Sequence[tuple[str, str]]
) -> BundleTrust:
    """With the drive's title for a source that has only a name here. It says what it likes, so the
    address stays beside it."""
    same_here = (remote for remote in remotes if same_place(remote.url, trust.address))
    if not trust.address or any(remote.title for remote in same_here):
        return trust
    same = (title for address, title in titles if same_place(address, trust.address))
    return replace(trust, source=next(same, trust.source))


def _inspected(
    stored: StoredBundle, remotes: Sequence[Remote], titles: Sequence[tuple[str, str]]
) -> InspectedBundle:
    record, bundle = stored.record, stored.bundle
    trust = _titled(judge_bundle(bundle, remotes), remotes, titles) if bundle is not None else None
    return InspectedBundle(
        file=record.file,
        ref=record.ref,
        commit=record.commit,
        timestamp=bundle.timestamp if bundle is not None else None,
        name=bundle.name if bundle is not None else record.name,
        version=bundle.version if bundle is not None else "",
        summary=bundle.summary if bundle is not None else "",
        size=record.size,
        installed_size=record.installed_size,
        origin=record.origin,
        runtime_repo=record.runtime_repo,
        signature=trust.judgement.verdict if trust is not None else Verdict.UNSIGNED,
        source=trust.source if trust is not None else "",
        trust=trust.describe() if trust is not None else NOTHING,
        problem=stored.problem or NOTHING,
    )
