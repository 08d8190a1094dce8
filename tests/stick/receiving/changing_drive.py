"""A drive that answers otherwise the second time: a FUSE file system, run by the system's Python.

As a program: ``changing_drive.py SOURCE MOUNT PATH OTHER`` shows SOURCE at MOUNT. Whoever opens
PATH for the first time reads what is there, everybody later what OTHER holds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PYTHON = "/usr/bin/python3"
"""The one that Debian's python3-fusepy is for."""


@contextmanager
def changing_drive(source: Path, mount: Path, path: Path, other: bytes) -> Iterator[Path]:
    """``mount``, where ``source`` is seen; ``path`` is below ``source``."""
    mount.mkdir()
    file = mount.with_name(f"{mount.name}-other")
    file.write_bytes(other)
    arguments = [source, mount, path.relative_to(source), file]
    with subprocess.Popen(
        [_PYTHON, __file__, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield mount
        finally:
            subprocess.run(["fusermount3", "-u", "-z", mount], check=True)
            process.wait()


def _serve(source: str, mount: str, path: str, other: str) -> None:
    import fusepy  # type: ignore[import-not-found]

    class Drive(fusepy.Operations):  # type: ignore[misc]
        """Passes on what is below ``source``."""

        opened = False

        def _real(self, name: str) -> str:
            return os.path.join(source, name.lstrip("/"))

        def init(self, _path: str) -> None:
            print("ready", flush=True)

        def getattr(self, name: str, _handle: Any = None) -> dict[str, Any]:
            try:
                status = os.lstat(self._real(name))
            except OSError as error:
                raise fusepy.FuseOSError(error.errno) from error
            keys = ("st_mode", "st_size", "st_uid", "st_gid", "st_mtime", "st_ino", "st_nlink")
            return {key: getattr(status, key) for key in keys}

        def readdir(self, name: str, _handle: int) -> list[str]:
            return [".", "..", *os.listdir(self._real(name))]

        def readlink(self, name: str) -> str:
            return os.readlink(self._real(name))

        def open(self, name: str, flags: int) -> int:
            real = self._real(name)
            if name.lstrip("/") == path:
                real = other if self.opened else real
                self.opened = True
            return os.open(real, flags)

        def read(self, _name: str, size: int, offset: int, handle: int) -> bytes:
            return os.pread(handle, size, offset)

        def release(self, _name: str, handle: int) -> None:
            os.close(handle)

    fusepy.FUSE(
        Drive(), mount, foreground=True, nothreads=True, direct_io=True, attr_timeout=0, ro=True
    )


if __name__ == "__main__":
    _serve(*sys.argv[1:])
