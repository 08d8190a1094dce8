"""Keeps one computer from taking the connections that all others need.

The web server counts only requests that have come whole. Who never ends one, never begins one, or
stops in the middle of shaking hands for TLS holds a connection all the same, and thousands of them
leave no room for others until they have timed out. So the connections are counted where all of them
are known, in the kernel; whoever has too many is not let in for more. Why: decision D321.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from queue import SimpleQueue

from msgspec import Struct

from app.closing import Closing
from app.message import NOTHING, Message
from app.progress import Notice
from app.serve.connections import MOST_REFUSED, connected, refuse
from app.severity import Severity

PER_COMPUTER = 512
"""Connections: thirty computers may stand behind one address, and each opens eight."""

_LET_IN = PER_COMPUTER // 2
"""So few it has to have before it is let in again."""

_LOOK_SECONDS = 0.2
_MOST_TOLD = 1000


class Crowd(Struct, frozen=True):
    """A computer has more connections than it may; ``connections``: when that was noticed."""

    computer: str
    connections: int

    @property
    def notice(self) -> Notice:
        message = Message(
            "{computer} holds {count} connections open: it gets no more of them until it has ended "
            "some, so that there is room for the others.",
            computer=self.computer,
            count=self.connections,
        )
        return Notice(Severity.WARNING, message, NOTHING)


class Crowding(Closing):
    """Looks in a thread of its own, so that nothing that takes long here lets anybody in."""

    def __init__(self, listeners: Sequence[socket.socket]) -> None:
        """``listeners``: stay open until this is closed."""
        self._listeners = listeners
        self._refused: dict[socket.socket, tuple[bytes, ...]] = dict.fromkeys(listeners, ())
        self._crowds: SimpleQueue[Crowd] = SimpleQueue()
        self._told: set[str] = set()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="satchel-crowding", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def crowds(self) -> Iterator[Crowd]:
        """What is new since the last time; each computer is told of once."""
        while not self._crowds.empty():
            yield self._crowds.get()

    def _run(self) -> None:
        while not self._closing.wait(_LOOK_SECONDS):
            for listener in self._listeners:
                # Where the kernel does not tell, there is only what the web server counts.
                with contextlib.suppress(OSError):
                    self._look(listener)

    def _look(self, listener: socket.socket) -> None:
        before = self._refused[listener]
        counts = connected(listener.family, listener.getsockname()[1])
        crowds = [(address, count) for address, count in counts.items() if count > PER_COMPUTER]
        for address, count in crowds:
            self._tell(listener, address, count)
        kept = [each for each in before if _LET_IN < counts[each] <= PER_COMPUTER]
        now = [address for address, _ in sorted(crowds, key=lambda crowd: -crowd[1])]
        refused = tuple(sorted((now + kept)[:MOST_REFUSED]))
        if refused != before:
            refuse(listener, refused)
            self._refused[listener] = refused

    def _tell(self, listener: socket.socket, address: bytes, count: int) -> None:
        computer = socket.inet_ntop(listener.family, address)
        if computer not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(computer)
            self._crowds.put(Crowd(computer, count))
