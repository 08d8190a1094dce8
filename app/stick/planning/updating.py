"""Bringing a drive up to date: whom to ask, and how much of what is new is there already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.credentials import public_address
from app.errors import InterruptedByUser, SatchelError, UpstreamError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.offer import Offer
from app.message import Message
from app.ostree.objects import Commit, DirTree
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.stick.findings import Code
from app.stick.planning.plan import Options
from app.stick.planning.present_objects import PresentObjects
from app.stick.planning.selection import Remotes
from app.stick.planning.target_state import TargetState
from app.stick.store.record import StickRecord

MOST_TREES = 5_000
"""Directories that are looked at before the download; of more a guess is good enough."""


def as_made(options: Options, record: StickRecord | None) -> Options:
    """``options`` with what was said when the stick was made."""
    if record is None:
        return options
    without_runtimes = any(
        entry.code == Code.RUNTIME_MISSING and not entry.chosen for entry in record.left_out
    )
    return replace(
        options,
        gpus=tuple(dict.fromkeys((*record.gpus, *options.gpus))),
        runtimes=options.runtimes and not without_runtimes,
    )


def publishers(
    drive: TargetState, remotes: Remotes[Offer]
) -> tuple[dict[str, Offer], list[Notice]]:
    """Collection → who publishes it now, and what is to be said about those of which none can be
    asked. Raises the error of the first if there is nobody at all, and InterruptedByUser.
    """
    opened: dict[str, Offer] = {}
    notices: list[Notice] = []
    errors: list[SatchelError] = []
    for collection in sorted(drive.refs):
        try:
            opened[collection] = _publisher(collection, drive.record, remotes)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            errors.append(error)
            text = Message(
                "What is from {collection} stays as it is: {error}",
                collection=collection,
                error=error.message,
            )
            notices.append(Notice(Severity.WARNING, text, error.hint))
    if errors and not opened:
        raise errors[0]
    return opened, notices


def _publisher(collection: str, record: StickRecord | None, remotes: Remotes[Offer]) -> Offer:
    made_from = record.collections.get(collection) if record is not None else None
    url = made_from.url if made_from is not None else ""

    def likelihood(remote: Remote) -> tuple[bool, bool, bool]:
        told = remote.collection_id == collection
        return remote is not remotes.main, public_address(remote.url) != url, not told

    # Few .flatpakrepo files say which collection theirs is.
    possible = [
        remote
        for remote in remotes.known
        if remote.collection_id in (None, collection) and (remote.listed or remote is remotes.main)
    ]
    failed: SatchelError | None = None
    for remote in sorted(possible, key=likelihood):
        sure = not all(likelihood(remote))
        try:
            upstream = remotes.open(remote)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            failed = failed or (error if sure else None)
            continue
        if upstream.snapshot.collection == collection:
            return upstream
    if failed is not None:
        raise failed
    raise UpstreamError(
        Message("No known remote has {collection}.", collection=collection),
        Remedy.ADD_REMOTE_OF_DRIVE,
    )


def upcoming_trees(
    commits: Iterable[tuple[Offer, Iterable[Commit]]], present: PresentObjects
) -> dict[str, DirTree]:
    """Checksum → directory, of those that are new; not all of them where they are very many.

    Raises InterruptedByUser.
    """
    trees: dict[str, DirTree] = {}
    for upstream, some in commits:
        level = {commit.tree for commit in some}
        while level:
            new = sorted(tree for tree in level if tree not in trees and not present.has_tree(tree))
            if len(trees) + len(new) > MOST_TREES:
                return trees
            came = upstream.find_trees(new)
            trees.update(came)
            level = {below for tree in came.values() for _, below, _ in tree.directories}
    return trees
