"""Who is connected to a port of this computer, and who may not connect any more: by the kernel.

Format: sock_diag(7), linux/inet_diag.h; linux/filter.h for classic BPF, which anybody may attach to
a socket of theirs.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import socket
import struct
from collections import Counter
from collections.abc import Iterable, Iterator

_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_REQUEST_DUMP = 0x301
_DONE, _ERROR = 3, 2
_HEADER = struct.Struct("=IHHII")
_QUERY = struct.Struct("=BBBxI")
_OPEN_STATES = 1 << 1 | 1 << 8
"""Established, and those that the other side has closed."""

_SOCKET_ID = 48
_PEER = 16 + 4 + 4 + 16
"""Where in a message the address of the other side begins."""

_LENGTHS = {socket.AF_INET: 4, socket.AF_INET6: 16}
_MOST_READ = 1 << 18
_SECONDS = 5.0

_ATTACH_FILTER, _DETACH_FILTER = 26, 27
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NETWORK_HEADER = 0xFFF00000
_SOURCES = {socket.AF_INET: 12, socket.AF_INET6: 8}
"""Where in the header the address of the sender begins."""

_ALL = 0xFFFFFFFF
_INSTRUCTION = struct.Struct("=HBBI")
_PROGRAM = struct.Struct("HP")

MOST_REFUSED = 32
"""Addresses at a time: what the kernel lets everybody attach is small."""


def connected(family: int, port: int) -> Counter[bytes]:
    """Addresses, as bytes, with how many connections each holds to a port of this computer.

    Raises OSError where the kernel does not tell.
    """
    length = _LENGTHS[socket.AddressFamily(family)]
    found: Counter[bytes] = Counter()
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(_SECONDS)
        kernel.sendall(_query(family, port))
        for message in _messages(kernel):
            found[message[_PEER : _PEER + length]] += 1
    return found


def _query(family: int, port: int) -> bytes:
    query = _QUERY.pack(family, socket.IPPROTO_TCP, 0, _OPEN_STATES)
    query += port.to_bytes(2, "big").ljust(_SOCKET_ID, b"\0")
    head = _HEADER.pack(_HEADER.size + len(query), _SOCK_DIAG_BY_FAMILY, _REQUEST_DUMP, 1, 0)
    return head + query


def _messages(kernel: socket.socket) -> Iterator[bytes]:
    while True:
        data = kernel.recv(_MOST_READ)
        start = 0
        while start + _HEADER.size <= len(data):
            size, kind, *_ = _HEADER.unpack_from(data, start)
            if kind == _DONE:
                return
            if kind == _ERROR or size < _HEADER.size:
                raise OSError(errno.EPROTO, os.strerror(errno.EPROTO))
            yield data[start : start + size]
            start += size + 3 & ~3


def refuse(listener: socket.socket, addresses: Iterable[bytes]) -> None:
    """Whoever has one of these addresses does not get through to a socket any more, and nobody else
    is refused; connections that there are stay. Raises OSError."""
    program = list(_program(listener.family, addresses))
    if len(program) == 1:
        # There may be none.
        with contextlib.suppress(FileNotFoundError):
            listener.setsockopt(socket.SOL_SOCKET, _DETACH_FILTER, 0)
        return
    code = ctypes.create_string_buffer(b"".join(program))
    listener.setsockopt(
        socket.SOL_SOCKET, _ATTACH_FILTER, _PROGRAM.pack(len(program), ctypes.addressof(code))
    )


def _program(family: int, addresses: Iterable[bytes]) -> Iterator[bytes]:
    """Looks at the sender of each packet: lets nothing of it through, or all."""
    start = _NETWORK_HEADER + _SOURCES[socket.AddressFamily(family)]
    for address in addresses:
        words = [word for (word,) in struct.iter_unpack("!I", address)]
        for step, word in enumerate(words):
            yield _INSTRUCTION.pack(_LOAD, 0, 0, start + 4 * step)
            # Past the rest of this address, and what is done with it.
            rest = 2 * (len(words) - step - 1) + 1
            yield _INSTRUCTION.pack(_EQUAL, 0, rest, word)
        yield _INSTRUCTION.pack(_RETURN, 0, 0, 0)
    yield _INSTRUCTION.pack(_RETURN, 0, 0, _ALL)
