"""Programs that make file systems: found, run, stopped, and what they complained of."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from subprocess import TimeoutExpired

from msgspec import Struct

from app.errors import DriveError
from app.message import Message
from app.processes import start, stop
from app.progress import Cancel
from app.text import Policy, clean

# Ordinary users have no sbin in their PATH.
_ALSO = "/usr/sbin:/sbin:/usr/local/sbin"
# What mke2fs and mksquashfs, and xorriso say of the disk; of the image they say other things.
_FULL = ("No space left on device", "exceeds free space")
_TICK = 0.1
_MOST_SAID = 4000


class ToolMissingError(DriveError):
    """What makes the image is not installed here."""


class ToolFailedError(DriveError):
    """It said no. ``said``: its words."""

    said: str = ""


class Tool(Struct, frozen=True):
    """A program. ``package``: what it comes in, as most distributions call it."""

    name: str
    package: str

    def find(self) -> str:
        """Where it is. Raises ToolMissingError."""
        there = shutil.which(self.name) or shutil.which(self.name, path=_ALSO)
        if there is None:
            raise ToolMissingError(
                Message(
                    "This computer has no {program}, which makes such images.", program=self.name
                ),
                Message("Install the package {packages}.", packages=self.package),
            )
        return there

    def run(self, arguments: Sequence[str], variables: Mapping[str, str], cancel: Cancel) -> None:
        """To its end, in English and with no other ``variables``: what the person has set must
        not change what comes out. Raises ToolMissingError, ToolFailedError, OSError where the disk
        is full, and what ``cancel`` raises; then it was stopped.
        """
        own = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath, **variables}
        with tempfile.TemporaryFile() as output:
            process = start([self.find(), *arguments], own, output.fileno())
            try:
                while True:
                    cancel.check()
                    with suppress(TimeoutExpired):
                        status = process.wait(_TICK)
                        break
            except BaseException:
                stop(process, 2)
                raise
            if status == 0:
                return
            output.seek(max(0, output.seek(0, os.SEEK_END) - _MOST_SAID))
            said = output.read().decode(errors="replace")
        if any(words in said for words in _FULL):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        lines = [clean(line, Policy.SENTENCE) for line in said.splitlines() if line.strip()]
        error = ToolFailedError(
            Message(
                "{program} could not make the image: {reason}.",
                program=self.name,
                reason=" ".join(lines[-2:]) or str(status),
            )
        )
        error.said = said
        raise error


MKE2FS = Tool("mke2fs", "e2fsprogs")
DEBUGFS = Tool("debugfs", "e2fsprogs")
MKSQUASHFS = Tool("mksquashfs", "squashfs-tools")
XORRISO = Tool("xorriso", "xorriso")
