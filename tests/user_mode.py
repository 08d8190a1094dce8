"""User-mode Linux: a kernel of one's own, for file systems and devices that this one lacks."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.waiting import GUARD

FAT_OPTIONS = (
    "rw,nosuid,nodev,uid=0,gid=0,fmask=0022,dmask=0022,codepage=437,iocharset=ascii,"
    "shortname=mixed,showexec,utf8,flush,errors=remount-ro"
)
"""As UDisks mounts it."""


def run_user_mode(init: Path, drives: Sequence[str], name: str) -> None:
    """Until ``init`` ends, which sees this computer's files; ``drives``: ``ubd0=IMAGE`` and so on;
    ``name``: nobody else's."""
    init.chmod(0o755)
    subprocess.run(
        [
            *("linux.uml", "mem=1500M", "root=none", "rootfstype=hostfs", "rootflags=/", "rw"),
            *(f"init={init}", *drives, f"umid={name}"),
            *("con=null", "con0=null,fd:1", "quiet", "loglevel=1"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=GUARD,
        check=False,
    )
