"""Small servers of this process's own, which answer on a thread while they are open."""

from __future__ import annotations

import socketserver
import sys
import threading
from socket import SHUT_RDWR
from socket import socket as Socket

_NEVER = 3600.0
"""Seconds after which one that nobody asks looks up; nothing depends on that."""


class Answering(socketserver.ThreadingMixIn, socketserver.BaseServer):
    """A server of `socketserver` or `http.server`, if it stands before that among the bases.

    There is a thread for each that asks: one that waits long holds up no other. It says nothing
    when a client leaves in the middle of an answer.
    """

    socket: Socket
    daemon_threads = True
    block_on_close = False

    def begin(self, name: str) -> None:
        """Answer from now on; ``name`` is the thread's."""
        self._answering = threading.Thread(
            target=self.serve_forever, args=(_NEVER,), name=name, daemon=True
        )
        self._answering.start()

    def end(self) -> None:
        """Answer no more, once it has begun. What is being answered goes on."""
        # Otherwise the thread looks up only when somebody asks.
        self.socket.shutdown(SHUT_RDWR)
        self.shutdown()
        self.server_close()
        self._answering.join()

    def handle_error(self, request: Socket | tuple[bytes, Socket], client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)
