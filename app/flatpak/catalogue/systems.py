"""The operating systems that remotes offer, for people to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.ostree.names import is_collection_id


class SystemOffer(Struct, frozen=True):
    """``name``: as its publisher has it, such as ``os/eos/amd64/eos6``."""

    remote: Remote
    name: str


class SystemOffers(Struct, frozen=True):
    """``failures``: remotes that could not be asked, and why."""

    offers: tuple[SystemOffer, ...]
    failures: tuple[tuple[Remote, SatchelError], ...] = ()


def find_systems(remotes: Sequence[Remote], opener: UpstreamOpener) -> SystemOffers:
    """Of the remotes that have a collection ID, by which updaters look; raises InterruptedByUser.

    Of those that are searched for apps only the ones without an index are asked: publishers of
    flatpaks have one, and the list beside it, which is all that names systems, is large.
    """
    offers: list[SystemOffer] = []
    failures: list[tuple[Remote, SatchelError]] = []
    for remote in remotes:
        opener.cancel.check()
        try:
            upstream = opener.open(remote)
            try:
                if is_collection_id(upstream.origin) and not (remote.listed and upstream.index):
                    offers += [SystemOffer(remote, name) for name in upstream.systems()]
            finally:
                upstream.close()
        except InterruptedByUser:
            raise
        except SatchelError as error:
            failures.append((remote, error))
    return SystemOffers(tuple(offers), tuple(failures))
