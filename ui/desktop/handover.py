"""The window's end of `app.handover`."""

from __future__ import annotations

import socket
from contextlib import ExitStack, suppress
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from app.formats.schema import SchemaError
from app.handover import MAX_SIZE, TAKEN, Request, listener, peer_is_same

_MOST_WAITING = 8


class HandoverServer(QObject):
    """Signals: requested(object): another start was asked to do this `Request`.

    Attributes:
        listening: requests arrive here; else another window has them, or none can be handed over.
    """

    requested = Signal(object)

    def __init__(self, runtime: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = ExitStack()
        self._waiting: list[tuple[socket.socket, QSocketNotifier]] = []
        self._listener = self._open.enter_context(listener(runtime))
        self.listening = self._listener is not None
        self._notifier: QSocketNotifier | None = None
        if self._listener is not None:
            self._notifier = self._watch(self._listener)
            self._notifier.activated.connect(self._accept)

    def close(self) -> None:
        if self._notifier is not None:
            self._notifier.setEnabled(False)
        while self._waiting:
            self._forget(0)
        self._open.close()
        self.listening = False

    def _watch(self, ours: socket.socket) -> QSocketNotifier:
        return QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, self)

    def _accept(self) -> None:
        assert self._listener is not None
        with suppress(OSError):
            connection, _ = self._listener.accept()
            connection.setblocking(False)
            notifier = self._watch(connection)
            notifier.activated.connect(self._receive)
            self._waiting.append((connection, notifier))
            if len(self._waiting) > _MOST_WAITING:
                # Somebody connects and says nothing.
                self._forget(0)

    def _receive(self) -> None:
        notifier = self.sender()
        for number, (connection, own) in enumerate(self._waiting):
            if own is notifier:
                request = _read(connection)
                self._forget(number)
                if request is not None:
                    self.requested.emit(request)
                return

    def _forget(self, number: int) -> None:
        connection, notifier = self._waiting.pop(number)
        notifier.setEnabled(False)
        notifier.deleteLater()
        connection.close()


def _read(connection: socket.socket) -> Request | None:
    """One request, answered; None for anything else."""
    try:
        if not peer_is_same(connection):
            return None
        request = Request.parse(connection.recv(MAX_SIZE + 1))
        connection.send(TAKEN)
    except (OSError, SchemaError):
        return None
    return request
