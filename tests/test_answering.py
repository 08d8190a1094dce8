"""Servers of a process's own: they answer, and end at once."""

from __future__ import annotations

import builtins
import socket
import socketserver
import threading
from pathlib import Path

import pytest

from app.answering import Answering
from tests.waiting import GUARD


class Echo(socketserver.StreamRequestHandler):
    """Says what it is told, or raises what has that name."""

    def handle(self) -> None:
        line = self.rfile.readline()
        error = getattr(builtins, line.decode().strip(), None)
        if error is not None:
            raise error
        self.wfile.write(line)


class OnPort(Answering, socketserver.TCPServer):
    pass


class OnPath(Answering, socketserver.UnixStreamServer):
    pass


@pytest.fixture(params=["port", "path"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Answering:
    if request.param == "port":
        return OnPort(("127.0.0.1", 0), Echo)
    return OnPath(str(tmp_path / "socket"), Echo)


def connection(server: Answering) -> socket.socket:
    connected = socket.socket(server.socket.family)
    connected.settimeout(GUARD)
    connected.connect(server.server_address)
    return connected


def test_it_ends_though_nobody_asks(server: Answering) -> None:
    """It is not waited for until it looks up by itself, which it does once an hour."""
    server.begin("test-answering")
    ending = threading.Thread(target=server.end, daemon=True)
    ending.start()
    ending.join(GUARD)

    assert not ending.is_alive()
    assert "test-answering" not in [each.name for each in threading.enumerate()]
    assert server.socket.fileno() == -1


def test_who_waits_long_holds_up_neither_another_nor_the_end(server: Answering) -> None:
    server.begin("test-answering")
    with connection(server) as waiting, connection(server) as quick:
        quick.sendall(b"hello\n")
        assert quick.recv(10) == b"hello\n"

        server.end()

        waiting.sendall(b"still\n")
        assert waiting.recv(10) == b"still\n"


@pytest.mark.parametrize("error", [BrokenPipeError, ConnectionResetError])
def test_nothing_is_said_of_who_leaves(
    server: Answering, capsys: pytest.CaptureFixture[str], error: type[Exception]
) -> None:
    assert said_of(error, server, capsys) == ""


def test_another_failure_is_said(server: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    assert "ValueError" in said_of(ValueError, server, capsys)


def said_of(error: type[Exception], server: Answering, capsys: pytest.CaptureFixture[str]) -> str:
    """When somebody's answer ends with it."""
    server.begin("test-answering")
    with connection(server) as somebody:
        somebody.sendall(f"{error.__name__}\n".encode())
        assert somebody.recv(10) == b""
    server.end()
    said = capsys.readouterr()
    return said.out + said.err
