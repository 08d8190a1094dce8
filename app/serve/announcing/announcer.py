"""Announces repositories as long as it lives, whatever becomes of Avahi and the bus meanwhile.

When the process ends, however it does, the bus tells Avahi, which takes the announcement back.
"""

from __future__ import annotations

import os
import queue
import select
import threading
from collections.abc import Sequence

from app.closing import Closing
from app.drive.system_bus import (
    BusTimeoutError,
    CallError,
    NoBusError,
    NoServiceError,
    Signal,
    SystemBus,
)
from app.message import NOTHING, Message, verbatim
from app.serve.announcing.avahi import Avahi, Where
from app.serve.announcing.events import (
    NO_BUS,
    NOT_RUNNING,
    AnnounceEvent,
    NotAnnounced,
)
from app.serve.announcing.groups import Groups, Intended
from app.serve.announcing.repository import Announced

_AGAIN_SECONDS = 15.0
"""Between attempts where there is no bus, or where Avahi fails."""


class Announcer(Closing):
    """Announces in a thread of its own: whoever starts it does not wait for a bus.

    Closing it takes everything back.
    """

    def __init__(self, where: Where) -> None:
        self._where = where
        self._events: queue.SimpleQueue[AnnounceEvent] = queue.SimpleQueue()
        self._intended: Intended | None = None
        self._closing = False
        self._told: AnnounceEvent | None = None
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._thread = threading.Thread(target=self._work, name="announcer", daemon=True)
        self._thread.start()

    def announce(self, repositories: Sequence[Announced], left: Sequence[str] = ()) -> None:
        """From now on these, instead of those of before; returns at once.

        ``left``: titles of sources that nobody can look for.
        """
        self._intended = Intended(tuple(repositories), tuple(left))
        os.eventfd_write(self._wake, 1)

    def events(self) -> list[AnnounceEvent]:
        """What has happened since the last call."""
        events = []
        while not self._events.empty():
            events.append(self._events.get())
        return events

    def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        os.eventfd_write(self._wake, 1)
        self._thread.join()
        os.close(self._wake)

    def _work(self) -> None:
        while not self._closing:
            try:
                with SystemBus() as bus:
                    self._on_bus(bus)
            except NoBusError:
                self._tell(NO_BUS)
            except (NoServiceError, BusTimeoutError, CallError) as error:
                self._tell(_failed(error))
            self._wait(None, _AGAIN_SECONDS)

    def _on_bus(self, bus: SystemBus) -> None:
        """Until it is closed, or something fails."""
        groups = Groups(Avahi(bus), self._where, self._tell)
        signals: tuple[Signal, ...] = ()
        while not self._closing:
            try:
                for signal in signals:
                    groups.hear(signal)
                if self._intended is not None:
                    groups.bring_about(self._intended)
            except NoServiceError:
                groups.forget()
                self._tell(NOT_RUNNING)
            # What came while calls waited for their answers wakes nobody.
            signals = bus.pending()
            if not signals:
                self._wait(bus, groups.patience)
                signals = bus.pending()

    def _tell(self, event: AnnounceEvent) -> None:
        if event != self._told:
            self._told = event
            self._events.put(event)

    def _wait(self, bus: SystemBus | None, seconds: float | None) -> None:
        """For a signal, or for somebody who wants something else."""
        if self._closing:
            return
        wake = [self._wake] if bus is None else [self._wake, bus.fileno()]
        ready, _, _ = select.select(wake, [], [], seconds)
        if self._wake in ready:
            os.eventfd_read(self._wake)


def _failed(error: NoServiceError | BusTimeoutError | CallError) -> NotAnnounced:
    if isinstance(error, NoServiceError):
        return NOT_RUNNING
    if isinstance(error, BusTimeoutError):
        return NotAnnounced(Message("Avahi, which does that, does not answer."), NOTHING)
    return NotAnnounced(
        Message("Avahi, which does that, refuses ({reason}).", reason=verbatim(error.text)),
        NOTHING,
    )
