"""A second start hands over to the window that is open, instead of opening another.

The window listens at a socket in the person's runtime directory, below a directory that only they
can enter; both sides ask the kernel whose the other is. A request is one packet of JSON, an answer
one byte. Where no such directory can be had, every start opens a window of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from msgspec import Struct

from app.formats import schema

MAX_SIZE = 64 * 1024
TAKEN = b"\x06"

_DIRECTORY = "satchel"
_SOCKET = "window"
_LOCK = "window.lock"
_PRIVATE = 0o700
_OTHERS = 0o077
_WAIT_SECONDS = 5.0
_MOST_WORDS = 200
_LONGEST_WORD = 8192
_TOKEN = re.compile(r"[\w.:;/@+-]{0,512}", re.ASCII)
_CREDENTIALS = struct.Struct("3i")
"""Of ``SO_PEERCRED``: process, user, group."""


class Request(Struct, frozen=True):
    """What a start was asked to do.

    Attributes:
        words: absolute paths and addresses of what to open; may be none.
        token: by it the desktop lets the window come to the front; may be empty.
    """

    words: tuple[str, ...] = ()
    token: str = ""

    def dump(self) -> bytes:
        """As it is handed over."""
        return json.dumps({"words": self.words, "token": self.token}).encode()

    @classmethod
    def parse(cls, untrusted: bytes) -> Self:
        """Raises `SchemaError`."""
        if len(untrusted) > MAX_SIZE:
            raise schema.SchemaError
        return schema.structure(
            cls,
            words=schema.list_of(schema.text(_LONGEST_WORD, _is_word), _MOST_WORDS),
            token=schema.text(512, lambda text: _TOKEN.fullmatch(text) is not None),
        )(schema.parse_json(untrusted))


def hand_over(runtime: Path | None, request: Request) -> bool:
    """Whether a window of the same person took it. ``runtime``: their runtime directory."""
    data = request.dump()
    if len(data) > MAX_SIZE:
        return False
    with suppress(OSError), private_directory(runtime) as directory, _socket() as ours:
        ours.settimeout(_WAIT_SECONDS)
        ours.connect(_path(directory))
        if peer_is_same(ours):
            ours.send(data)
            return ours.recv(1) == TAKEN
    return False


@contextmanager
def listener(runtime: Path | None) -> Iterator[socket.socket | None]:
    """Requests arrive here while the block runs; None if another window listens already, or
    nowhere can be listened.
    """
    try:
        with private_directory(runtime) as directory:
            lock = os.open(
                _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600,
                dir_fd=directory,
            )  # fmt: skip
            ours = _listening(directory, lock)
    except OSError:
        yield None
        return
    try:
        with ours:
            yield ours
    finally:
        with suppress(OSError), private_directory(runtime) as directory:
            os.unlink(_SOCKET, dir_fd=directory)
        # What comes now finds nobody; not before, since it would remove the next one's socket.
        os.close(lock)


@contextmanager
def private_directory(runtime: Path | None) -> Iterator[int]:
    """A descriptor of the directory that the socket lies in.

    Raises OSError where it cannot be had, or others could get at it.
    """
    if runtime is None:
        raise FileNotFoundError("no runtime directory")
    path = runtime / _DIRECTORY
    with suppress(FileExistsError):
        path.mkdir(_PRIVATE)
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        status = os.fstat(directory)
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & _OTHERS:
            raise PermissionError(f"{path} is not private")
        yield directory
    finally:
        os.close(directory)


def peer_is_same(connection: socket.socket) -> bool:
    """Whether the same person is at the other end. Raises OSError."""
    size = _CREDENTIALS.size
    peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    _, user, _ = _CREDENTIALS.unpack(peer)
    return bool(user == os.geteuid())


def _listening(directory: int, lock: int) -> socket.socket:
    """Raises OSError if another listens there."""
    ours: socket.socket | None = None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever has left it there is gone: the lock was theirs.
        with suppress(FileNotFoundError):
            os.unlink(_SOCKET, dir_fd=directory)
        ours = _socket()
        ours.bind(_path(directory))
        ours.listen()
        ours.setblocking(False)
    except OSError:
        if ours is not None:
            ours.close()
        os.close(lock)
        raise
    return ours


def _socket() -> socket.socket:
    """Packets: a request arrives whole or not at all."""
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC)


def _path(directory: int) -> str:
    """Below the directory that was looked at, and shorter than an address may be."""
    return f"/proc/self/fd/{directory}/{_SOCKET}"


def _is_word(text: str) -> bool:
    return "\0" not in text and (text.startswith("/") or "://" in text)
