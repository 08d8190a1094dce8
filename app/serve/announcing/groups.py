"""What is announced now, and brings it to what is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct

from app.drive.system_bus import CallError, Signal
from app.message import NOTHING, Message
from app.serve.announcing.avahi import (
    Avahi,
    GroupState,
    ServerState,
    Where,
    group_state,
    is_collision,
    is_there,
    server_state,
    service_name,
)
from app.serve.announcing.events import (
    NOT_RUNNING,
    NOTHING_WHOLE,
    NOTHING_WITH_COLLECTION,
    AnnounceEvent,
    Announcing,
    NotAnnounced,
)
from app.serve.announcing.repository import Announced

_MOST_RENAMES = 20
"""Whoever on the network takes every name shall not keep us busy."""

_AGAIN_SECONDS = 60.0
"""After which a name that the network does not take is tried again: who takes every one may go."""


class Intended(Struct, frozen=True):
    """What is to be announced; ``left``: titles of sources that cannot be."""

    repositories: tuple[Announced, ...]
    left: tuple[str, ...]


class _Group(Struct):
    """One announced collection.

    Attributes:
        path: the group's, on the bus.
        name: what it is called on the network.
        repository: what is announced.
        renames: how often its name was taken.
        failed: when it was given up, by `time.monotonic`.
    """

    path: str
    name: str
    repository: Announced
    state: GroupState = GroupState.UNCOMMITTED
    renames: int = 0
    failed: float = 0.0


class Groups:
    """Of one connection to the bus. Calls raise as `Avahi`'s."""

    def __init__(self, avahi: Avahi, where: Where, tell: Callable[[AnnounceEvent], None]) -> None:
        self._avahi = avahi
        self._where = where
        self._tell = tell
        self._groups: dict[str, _Group] = {}
        self._running: bool | None = None
        """Whether the daemon has a name on the network; None if it has to be asked."""

    def bring_about(self, intended: Intended) -> None:
        """Announce this, and nothing else."""
        if self._running is None:
            self._running = self._avahi.state() is ServerState.RUNNING
        if not self._running:
            return
        by_collection = {repository.collection: repository for repository in intended.repositories}
        for collection in self._groups.keys() - by_collection.keys():
            self._avahi.free(self._groups.pop(collection).path)
        for collection, repository in by_collection.items():
            group = self._groups.get(collection)
            if group is not None and group.state is GroupState.FAILURE and _is_due(group):
                self._avahi.free(group.path)
                group = None
            if group is None:
                self._begin(repository)
            elif group.repository != repository:
                group.repository = repository
                self._avahi.change(group.path, group.name, self._where, repository.records)
        self._tell_state(intended.left)

    @property
    def patience(self) -> float | None:
        """Seconds until something is to be tried again; None: nothing is."""
        failed = [each for each in self._groups.values() if each.state is GroupState.FAILURE]
        now = time.monotonic()
        ends = [max(0.0, each.failed + _AGAIN_SECONDS - now) for each in failed]
        return min(ends, default=None)

    def forget(self) -> None:
        """The daemon has gone, and all that it announced."""
        self._groups.clear()
        self._running = None

    def hear(self, signal: Signal) -> None:
        """Something that the daemon or the bus told; `bring_about` comes after it."""
        if (there := is_there(signal)) is not None:
            self.forget()
            if not there:
                # Asking would start what somebody has stopped.
                self._running = False
                self._tell(NOT_RUNNING)
        elif (server := server_state(signal)) is not None:
            self._running = server is ServerState.RUNNING
            # Without its host's name it announces nothing, and by another name it is another host.
            for group in self._groups.values():
                self._avahi.free(group.path)
            self._groups.clear()
        elif (state := group_state(signal)) is not None:
            for group in self._groups.values():
                # Of emptying a group its own answer is enough: it may have been given up meanwhile.
                if group.path == signal.path and state is not GroupState.UNCOMMITTED:
                    group.state = state
                    if state is GroupState.FAILURE:
                        group.failed = time.monotonic()
                    if state is GroupState.COLLISION:
                        self._avahi.reset(group.path)
                        self._rename(group)

    def _begin(self, repository: Announced) -> None:
        name = service_name(repository.collection, self._avahi.host_name())
        group = _Group(self._avahi.new_group(), name, repository)
        self._groups[repository.collection] = group
        self._publish(group)

    def _publish(self, group: _Group) -> None:
        try:
            self._avahi.publish(group.path, group.name, self._where, group.repository.records)
        except CallError as error:
            if not is_collision(error):
                raise
            self._rename(group)

    def _rename(self, group: _Group) -> None:
        group.renames += 1
        if group.renames > _MOST_RENAMES:
            group.state, group.failed = GroupState.FAILURE, time.monotonic()
            return
        group.name = self._avahi.other_name(group.name)
        group.state = GroupState.REGISTERING
        self._publish(group)

    def _tell_state(self, left: tuple[str, ...]) -> None:
        states = {group.state for group in self._groups.values()}
        if not states:
            self._tell(NOTHING_WITH_COLLECTION if left else NOTHING_WHOLE)
        elif GroupState.FAILURE in states:
            reason = Message("the network does not take its name.")
            self._tell(NotAnnounced(reason, NOTHING))
        elif states == {GroupState.ESTABLISHED}:
            names = ((collection, group.name) for collection, group in self._groups.items())
            self._tell(Announcing(tuple(sorted(names)), left))


def _is_due(group: _Group) -> bool:
    return time.monotonic() >= group.failed + _AGAIN_SECONDS
