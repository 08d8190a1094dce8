"""Connections that are as slow as can be, from one computer; holds them until it is killed.

ADDRESS PORT PATH HALF SLOW: so many whose request never ends, and so many that read what is at
PATH a byte a second. Prints an empty line when all are open.
"""

from __future__ import annotations

import select
import socket
import sys
import time


def main() -> None:
    address, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    half, slow = map(int, sys.argv[4:])
    head = f"GET {path} HTTP/1.1\r\nHost: {address}\r\n".encode()
    held = [_connect(address, port, head) for _ in range(half)]
    readers = [_connect(address, port, head + b"\r\n") for _ in range(slow)]
    for reader in readers:
        select.select([reader], [], [])
    print(flush=True)
    while held or readers:
        time.sleep(1)
        for reader in readers:
            reader.recv(1)


def _connect(address: str, port: int, request: bytes) -> socket.socket:
    connection = socket.socket()
    # What does not fit here waits at the server.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.connect((address, port))
    connection.sendall(request)
    return connection


if __name__ == "__main__":
    main()
