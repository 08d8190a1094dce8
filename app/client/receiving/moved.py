"""Sources without a collection ID that have moved since this computer got them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.credentials import public_address
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.ostree.names import origin_remote
from app.replacing import replace
from app.stick.store.stick_state import StickState


def followed(remotes: Sequence[Remote], sticks: Sequence[StickState]) -> tuple[Remote, ...]:
    """``remotes``, with those where a source was before, by the record of a stick, as if they were
    where it is now; they come last.

    Where a source is a stick says in any case; what comes from it counts by the remote's own keys
    alone, so one without any stays where it is.
    """
    moves = list(_moves(sticks))
    here: list[Remote] = []
    moved: list[Remote] = []
    for remote in remotes:
        now = _now(remote, moves) if remote.gpg_verify and remote.keys else None
        if now is None:
            here.append(remote)
        else:
            moved.append(replace(remote, url=now))
    return (*here, *moved)


def _moves(sticks: Sequence[StickState]) -> Iterator[tuple[str, str]]:
    """Where sources were, and where they are."""
    for stick in sticks:
        recorded = stick.record.collections if stick.record is not None else {}
        for origin, copy in stick.copies.items():
            if origin in recorded and origin_remote(origin) is not None and copy.repo_file:
                now = public_address(copy.repo_file.url)
                yield from ((former, now) for former in recorded[origin].formerly)


def _now(remote: Remote, moves: Sequence[tuple[str, str]]) -> str | None:
    if any(same_place(remote.address, now) for _, now in moves):
        return None
    return next((now for former, now in moves if same_place(remote.address, former)), None)
