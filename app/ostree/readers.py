"""Who reads from a repository without its lock: whoever installs or pulls from it takes none.

flatpak maps the list of refs by which it decides, then opens the repository, and lets go of both
when its transaction is over, however long somebody thinks about its question
(``flatpak_remote_state_add_sideload_repo``, flatpak-dir.c). libostree has a repository open while
it pulls from it (``ostree_repo_open``). Why: decision D334.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal

from msgspec import Struct

from app.closing import Closing
from app.fs.files import file_system_kind
from app.fs.root import Root
from app.message import Message

_OBJECTS = "objects"
_SUMMARY = "summary"
_DISTANT = frozenset({0x6969, 0xFE534D42, 0xFF534D42})
"""NFS, and SMB by two names: statfs(2). Without leave of the server these refuse every lease
(``nfs4_add_lease``, ``cifs_setlease``)."""


class Reader(Struct, frozen=True):
    """A process that reads from a repository.

    Attributes:
        name: of its program; empty if nothing is known but that there is one.
        pid: its number, or 0.
    """

    name: str = ""
    pid: int = 0

    @property
    def message(self) -> Message:
        """That it does, for a person."""
        if not self.pid:
            return Message("another program is installing from the drive")
        return Message(
            "{program} (process {pid}) is installing from the drive",
            program=self.name,
            pid=str(self.pid),
        )


class FormerLists(Closing):
    """The lists of refs that are replaced, open, so that it can be asked who else has them so."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._files: list[int] = []

    def keep(self) -> None:
        """The list that there is now is about to be replaced."""
        with contextlib.suppress(OSError):
            self._files.append(self._root.open_regular(_SUMMARY))

    def close(self) -> None:
        while self._files:
            os.close(self._files.pop())

    def reader(self) -> Reader | None:
        """One that goes by any of them, or has the repository open now; None if nobody is seen who
        does."""
        return find_reader(self._root) or (Reader() if any(map(_is_shared, self._files)) else None)


def _is_shared(descriptor: int) -> bool:
    """Whether anybody else has the file open or mapped, whoever that is and whatever they call it:
    a file's only reader is given a lease on it (fcntl(2))."""
    if file_system_kind(descriptor) in _DISTANT:
        return False
    try:
        # Should somebody open it just then, the signal for that must not end this process.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        # There are no leases on this file system, or on a file of somebody else.
        return False
    return False


def find_reader(root: Root) -> Reader | None:
    """A process that has the repository's objects or its list open, of those that this one may look
    at: root sees all, others their own. Not this one, nor its workers."""
    try:
        directory = root.open_directory(_OBJECTS)
    except OSError:
        return None
    try:
        # As the kernel calls it, whatever links or bind mounts lead there from here.
        objects = _link(f"/proc/self/fd/{directory}")
    finally:
        os.close(directory)
    summary = os.path.join(os.path.dirname(objects), _SUMMARY)
    with contextlib.suppress(OSError):
        for name in filter(str.isdecimal, os.listdir("/proc") if objects else ()):
            if _has_open(name, objects, summary) and not _is_own(name):
                return Reader(_name(name), int(name))
    return None


def _has_open(pid: str, objects: str, summary: str) -> bool:
    directory = f"/proc/{pid}/fd"
    places = objects, summary, f"{summary} (deleted)"
    # It may end at any moment, and those of others may not be looked at. Links are read, never
    # followed: a network file system somewhere may hang.
    with contextlib.suppress(OSError):
        for number in os.listdir(directory):
            with contextlib.suppress(OSError):
                opened = os.readlink(f"{directory}/{number}")
                if opened in places or opened.startswith(f"{objects}/"):
                    return True
    return False


def _is_own(pid: str) -> bool:
    """Whether it is this process, or one of its workers; those have the same program, and are its
    children or, of one of many drives, a child's."""
    own = str(os.getpid())
    if pid == own:
        return True
    if _link(f"/proc/{pid}/exe") != _link("/proc/self/exe"):
        return False
    parent = _parent(pid)
    return own in (parent, _parent(parent))


def _parent(pid: str) -> str:
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()[1].decode()
    return ""


def _name(pid: str) -> str:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/comm", errors="replace") as file:
        return file.read().strip()
    return ""


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""
