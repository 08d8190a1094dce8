"""What uses a drive, so that it is busy.

As root this sees every process; others see their own, and are told so. The links in ``/proc`` are
read but never followed: a hanging network file system somewhere must not hang this.
Form: proc(5).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
from msgspec import Struct

from app.drive.mounts import mounts
from app.errors import DriveError
from app.message import Message, sentences

_SHOWN = 3
_OURS = frozenset({"satchel", "app.cli.main"})
"""As what Satchel is started: by its name, or as a module of Python."""

_SYS_BLOCK = Path("/sys/block")


class Usage(Struct, frozen=True):
    """A process and why it keeps the drive busy.

    Attributes:
        name: of its program; the process may have chosen it freely.
        pid: its number; 0 for what is not a process (a mount, a loop device).
        what: "has FILE open", "works in DIRECTORY", …
    """

    name: str
    pid: int
    what: Message


class BusyError(DriveError):
    """The drive cannot be unmounted: something uses it."""


def busy_error(what: str, points: tuple[Path, ...]) -> BusyError:
    """The error that names who holds any of the mount points."""
    in_use = [usage for point in points for usage in usages(point)]
    if not in_use:
        hint = Message("Close what uses files on it, then try again.")
        if os.geteuid() != 0:
            hint = sentences(hint, Message("Another user's processes are seen by root only."))
        return BusyError(Message("{device} is in use.", device=what), hint)
    named = [_named(usage) for usage in in_use[:_SHOWN]]
    if len(in_use) > _SHOWN:
        named.append(Message("and {count} more", count=len(in_use) - _SHOWN))
    hint = Message("Close it, or wait until it is done, then try again.")
    if any(_hands_out(usage.pid) for usage in in_use):
        hint = Message("satchel serve hands out what is on it: end that first, with Ctrl-C.")
    return BusyError(Message("{device} is in use: {holders}.", device=what, holders=named), hint)


def _hands_out(pid: int) -> bool:
    """Whether it is ``satchel serve``, or looks like it."""
    if not pid:
        return False
    try:
        words = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return "serve" in words and any(os.path.basename(word) in _OURS for word in words[:3])


def _named(usage: Usage) -> Message:
    if not usage.pid:
        return Message("{program} {usage}", program=usage.name, usage=usage.what)
    return Message(
        "{program} (process {pid}) {usage}",
        program=usage.name,
        pid=str(usage.pid),
        usage=usage.what,
    )


def usages(mount_point: Path) -> tuple[Usage, ...]:
    """What uses files at or below a mount point, one reason a process."""
    below = _Below(os.path.realpath(mount_point))
    processes = [_process(pid, below) for pid in psutil.pids()]
    in_use = {usage.pid: usage for usage in processes if usage is not None}
    return (
        *sorted(
            # Those that a process has started go with it.
            (usage for pid, usage in in_use.items() if _parent(pid) not in in_use),
            key=lambda usage: (usage.name, usage.pid),
        ),
        *_nested(below),
    )


def _parent(pid: int) -> int:
    try:
        return psutil.Process(pid).ppid()
    except psutil.Error:
        return 0


class _Below:
    def __init__(self, root: str) -> None:
        self.root = root
        self._prefix = root.rstrip("/") + "/"

    def __contains__(self, path: str) -> bool:
        return path == self.root or path.startswith(self._prefix)


def _process(pid: int, below: _Below) -> Usage | None:
    what = next(_reasons(pid, below), None)
    if what is None:
        return None
    try:
        name = psutil.Process(pid).name()
    except psutil.Error:
        return None
    return Usage(name, pid, what)


def _reasons(pid: int, below: _Below) -> Iterator[Message]:
    base = f"/proc/{pid}"
    # The process may end at any moment, and those of others may not be looked at.
    with contextlib.suppress(OSError):
        for number in os.listdir(f"{base}/fd"):
            path = _link(f"{base}/fd/{number}")
            if path in below:
                yield Message("has {path} open", path=path)
    path = _link(f"{base}/cwd")
    if path in below:
        yield Message("works in {path}", path=path)
    for name in ("exe", "root"):
        path = _link(f"{base}/{name}")
        if path in below:
            yield Message("runs from {path}", path=path)
    with contextlib.suppress(OSError), open(f"{base}/maps", errors="surrogateescape") as maps:
        for line in maps:
            _, slash, rest = line.rstrip("\n").partition("/")
            if slash and f"/{rest}" in below:
                yield Message("uses {path}", path=f"/{rest}")


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _nested(below: _Below) -> Iterator[Usage]:
    for mount in mounts():
        point = str(mount.point)
        if point != below.root and point in below:
            yield Usage(
                mount.source or mount.file_system,
                0,
                Message("is mounted on {mount_point}", mount_point=point),
            )
    for file in _SYS_BLOCK.glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):
            path = file.read_text(errors="surrogateescape").rstrip("\n")
            if path in below:
                yield Usage(
                    f"/dev/{file.parts[3]}", 0, Message("is a drive made of {path}", path=path)
                )
