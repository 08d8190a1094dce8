"""A view over HTTP, for this computer's own flatpak alone.

flatpak keeps the lists only of remotes that are not files, and checks the contents of what comes
over HTTP: where there is no room for a private copy, it reads from the stick that way.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import MappingProxyType
from typing import BinaryIO
from urllib.parse import unquote

from app.answering import Answering
from app.fs.root import Root
from app.stick.store.view import View, object_name, open_object


class Loopback:
    """Serves a view on a port of its own while it is open. A context manager.

    Attributes:
        url: with a secret in its path, so that only who was told it gets an answer.
    """

    def __init__(self, view: View, repositories: Sequence[Root] = ()) -> None:
        secret = secrets.token_hex(16)

        class Handler(_Handler):
            prefix = f"/{secret}/"
            files = view.files
            roots = tuple(repositories)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/{secret}/"

    def __enter__(self) -> Loopback:
        self._server.begin("satchel-loopback")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.end()


class _Server(Answering, HTTPServer):
    """On a port."""


class _Handler(BaseHTTPRequestHandler):
    """Answers for the view's files and for objects, with kept connections."""

    protocol_version = "HTTP/1.1"
    prefix = "/"
    files: Mapping[str, bytes] = MappingProxyType({})
    roots: tuple[Root, ...] = ()

    def log_message(self, format: str, *args: object) -> None:
        """No log."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = unquote(self.path.partition("?")[0])
        # Addresses are joined with one slash too many by some versions.
        inner = path.removeprefix(self.prefix).lstrip("/") if path.startswith(self.prefix) else ""
        if inner in self.files:
            self._head(len(self.files[inner]))
            if body:
                self.wfile.write(self.files[inner])
            return
        name = object_name(inner)
        descriptor = open_object(self.roots, name) if name is not None else None
        if descriptor is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            self._head(size)
            if body:
                self._send(file, size)

    def _head(self, size: int) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def _send(self, file: BinaryIO, size: int) -> None:
        """As many bytes as were promised, or the connection ends."""
        left = size
        while left:
            data = file.read(min(left, 1 << 20))
            if not data:
                self.close_connection = True
                return
            self.wfile.write(data)
            left -= len(data)
