"""What a drive calls the remotes that have no collection ID: FORMAT.md of `app.stick.store`."""

from __future__ import annotations

from itertools import count

from app.flatpak.remotes.addresses import same_place
from app.flatpak.upstream.upstream import Upstream
from app.ostree.names import origin_remote, remote_origin
from app.stick.planning.target_state import TargetState

_NEVER = (".new", ".old")
"""Ends of names that copies have for a moment."""


class OriginNames:
    """The origins of one drive, as it is and as plans make it."""

    def __init__(self, drive: TargetState) -> None:
        self._addresses: dict[str, frozenset[str]] = dict(drive.origins)
        self._copied = drive.copied
        names = filter(None, map(origin_remote, self._addresses))
        self._taken = {name.casefold() for name in (*names, *drive.other_remotes)}

    def origin(self, upstream: Upstream) -> str:
        """That of what a remote offers: the same address is the same origin, whatever it is called
        here, and also once it has a collection ID or has moved, as the list on the drive says that
        its key has signed."""
        own, address = upstream.origin, upstream.remote.address
        for origin, addresses in self._addresses.items():
            if any(same_place(address, known) for known in addresses):
                return origin
        for origin in self._addresses:
            copied = self._copied.get(origin)
            if copied is None or not upstream.keyring.keys:
                continue
            if same_place(copied.moved_to, address) and copied.is_of(origin, upstream.keyring):
                return origin
        name = origin_remote(own)
        if name is None:
            return own
        origin = remote_origin(self._free(name))
        self._taken.add((origin_remote(origin) or "").casefold())
        self._addresses[origin] = frozenset({address})
        return origin

    def _free(self, name: str) -> str:
        """``name``, or one like it that nothing on the drive has."""
        for number in count(1):
            tried = name if number == 1 else f"{name}-{number}"
            if tried.casefold() not in self._taken and not tried.endswith(_NEVER):
                return tried
        raise AssertionError  # never: it counts on
