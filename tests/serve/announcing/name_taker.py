"""Says of every name of a service that somebody wants that it has it: ADDRESS.

Prints an empty line when it has begun; goes on until it is killed. Format: RFC 6762, RFC 1035.
"""

from __future__ import annotations

import socket
import struct
import sys

_GROUP, _PORT = "224.0.0.251", 5353
_HEADER = struct.Struct("!6H")
_ANSWER = 0x8400
_SRV, _FLUSH_IN = 33, 0x8001
_TYPE = b"\x0c_ostree_repo"
_POINTER = 0xC0


def main() -> None:
    address = socket.inet_aton(sys.argv[1])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        peer.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, address)
        peer.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        peer.bind(("", _PORT))
        member = socket.inet_aton(_GROUP) + address
        peer.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        print(flush=True)
        while True:
            data, (sender, _) = peer.recvfrom(9000)
            if sender != sys.argv[1]:
                for name in _wanted(data):
                    peer.sendto(_mine(name), (_GROUP, _PORT))


def _wanted(data: bytes) -> list[bytes]:
    """Names of services in the questions of a probe."""
    if len(data) < _HEADER.size:
        return []
    _, flags, questions, _, proposed, _ = _HEADER.unpack_from(data)
    if flags & 0x8000 or not proposed:
        return []
    names, place = [], _HEADER.size
    for _ in range(questions):
        name, place = _name(data, place)
        place += 4
        if _TYPE in name and not name.startswith(_TYPE):
            names.append(name)
    return names


def _name(data: bytes, place: int) -> tuple[bytes, int]:
    """Without pointers in it, and where it ends."""
    name = b""
    while length := data[place]:
        if length & _POINTER:
            there = (length & ~_POINTER) << 8 | data[place + 1]
            return name + _name(data, there)[0], place + 2
        name += data[place : place + 1 + length]
        place += 1 + length
    return name + b"\0", place + 1


def _mine(name: bytes) -> bytes:
    """That it is a service of a host of mine."""
    rest = struct.pack("!3H", 0xFFFF, 0xFFFF, 9) + b"\x04zzzz\x05local\0"
    record = name + struct.pack("!2HIH", _SRV, _FLUSH_IN, 120, len(rest)) + rest
    return _HEADER.pack(0, _ANSWER, 0, 1, 0, 0) + record


if __name__ == "__main__":
    main()
