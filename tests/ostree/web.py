"""A web server that misbehaves on request, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Exchange:
    """One request, and the socket to answer on."""

    web: Web
    method: str
    path: str
    headers: dict[str, str]
    socket: socket.socket

    @property
    def body(self) -> bytes:
        """What a good server would send."""
        return (self.web.root / self.path.lstrip("/")).read_bytes()

    @property
    def offset(self) -> int:
        """Where the client wants to go on."""
        return int(self.headers.get("range", "bytes=0-").removeprefix("bytes=").split("-")[0])

    def send(
        self, status: str, body: bytes = b"", *headers: str, length: int | None = None
    ) -> None:
        """A whole answer; ``length`` is what Content-Length says."""
        said = len(body) if length is None else length
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {said}", *headers, "", ""]
        content = b"" if self.method == "HEAD" else body
        self.socket.sendall("\r\n".join(lines).encode() + content)

    def good(self) -> None:
        if "://" in self.path:
            self.path = "/" + self.path.split("/", 3)[3]
        try:
            body = self.body
        except OSError:
            self.send("404 Not Found", b"no such file")
            return
        offset = self.offset
        if offset >= len(body) > 0:
            self.send("416 Range Not Satisfiable", b"no", f"Content-Range: bytes */{len(body)}")
        elif offset:
            where = f"Content-Range: bytes {offset}-{len(body) - 1}/{len(body)}"
            self.send("206 Partial Content", body[offset:], where)
        else:
            self.send("200 OK", body)


class Hangup(Exception):
    """Close the connection."""


Rule = Callable[[Exchange], None]


class Web:
    """Serves ``root``, at a port of its own unless one is given.

    Attributes:
        rules: path → what to do with its requests, one after the other, then well.
        always: path → what to do with all of them.
        everything: what to do where no rule is; None means well.
        asked: every request.
    """

    def __init__(self, root: Path, port: int = 0) -> None:
        self.root = root
        self.rules: dict[str, list[Rule]] = defaultdict(list)
        self.always: dict[str, Rule] = {}
        self.everything: Rule | None = None
        self.asked: list[Exchange] = []
        self.connections = 0
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._start(self._accept)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                if self.closing.is_set():
                    peer.close()
                    return
                self._sockets.add(peer)
                self.connections += 1
            self._start(self._talk, peer)

    def _talk(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError, Hangup), peer.makefile("rb") as reader:
            while line := reader.readline():
                method, path, _ = line.decode().split(" ", 2)
                headers = {}
                while header := reader.readline().decode().strip():
                    name, _, value = header.partition(":")
                    headers[name.lower()] = value.strip()
                exchange = Exchange(self, method, path, headers, peer)
                with self._lock:
                    self.asked.append(exchange)
                    waiting = self.rules.get(path)
                    rule = waiting.pop(0) if waiting else self.always.get(path, self.everything)
                (rule or Exchange.good)(exchange)
        with self._lock:
            self._sockets.discard(peer)
        peer.close()

    def paths(self) -> list[str]:
        """Of all whose content was asked for."""
        with self._lock:
            return [exchange.path for exchange in self.asked if exchange.method != "HEAD"]

    def close(self) -> None:
        if self.closing.is_set():
            return
        self.closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for peer in self._sockets:
                with contextlib.suppress(OSError):
                    peer.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


def status(text: str, *headers: str) -> Rule:
    return lambda exchange: exchange.send(text, b"sorry", *headers)


def replace(change: Callable[[bytes], bytes]) -> Rule:
    """Another body, in a well-formed answer."""
    return lambda exchange: exchange.send("200 OK", change(exchange.body))


def cut(count: int) -> Rule:
    """Break off after ``count`` bytes of what was asked for."""

    def rule(exchange: Exchange) -> None:
        body, offset = exchange.body, exchange.offset
        rest = body[offset:]
        if offset:
            where = f"Content-Range: bytes {offset}-{len(body) - 1}/{len(body)}"
            exchange.send("206 Partial Content", rest[:count], where, length=len(rest))
        else:
            exchange.send("200 OK", rest[:count], length=len(rest))
        raise Hangup

    return rule


def hang_up(_: Exchange) -> None:
    raise Hangup


def stall(count: int) -> Rule:
    """Send ``count`` bytes and then nothing."""

    def rule(exchange: Exchange) -> None:
        body = exchange.body
        exchange.send("200 OK", body[:count], length=len(body))
        exchange.web.closing.wait()
        raise Hangup

    return rule


def endless(start: bytes) -> Rule:
    """A body without end, of which ``start`` is the beginning."""

    def rule(exchange: Exchange) -> None:
        exchange.socket.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + start)
        while True:
            exchange.socket.sendall(bytes(65536))

    return rule
