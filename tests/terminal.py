"""Satchel's command as somebody at a terminal sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.satchel import command, environment
from tests.waiting import GUARD


class Terminal:
    """A command on a terminal of 80 columns, and the person before it."""

    def __init__(
        self,
        home: Path,
        *arguments: str | Path,
        env: Mapping[str, str] | None = None,
        under: Sequence[str] = (),
        program: Sequence[str | Path] = (),
    ) -> None:
        """``under``: what comes before the command; ``program``: another than Satchel's."""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *under, *(program or command(*arguments))],
            env={**environment(home), "TERM": "xterm", **(env or {})}, cwd=home,
            stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def until(self, text: str) -> None:
        """Read until ``text`` or the end."""
        while text not in self.seen:
            ready, _, _ = select.select([self._master], [], [], 60)
            assert ready, self.seen
            try:
                data = os.read(self._master, 65536)
            except OSError:
                data = b""
            if not data:
                return
            self.seen += data.decode()

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def end(self) -> int:
        self.until("\0never")
        return self.process.wait(GUARD)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)
