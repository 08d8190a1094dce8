"""Is what is mounted at a place still what it was? A path alone does not tell.

A drive may be pulled out, and another one mounted at the same place; both often get the same device
number. While a directory of a file system is held open, its mount stays the one it is, so that
comparing with it tells for sure. Why: decision D50.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from app.closing import Closing
from app.drive.medium import block_device
from app.errors import DriveError
from app.fs.files import DriveLostError, drive_errors, drop_cache, sync_descriptor
from app.fs.nodes import Aside
from app.fs.root import Root
from app.message import NOTHING, Message, sentences
from app.progress import Cancel
from app.remedy import Remedy
from app.replacing import replace

_SYS_BLOCK = Path("/sys/dev/block")
_BY_UUID = Path("/dev/disk/by-uuid")
_UDEV_QUEUE = Path("/run/udev/queue")
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# What a drive says, or the kernel for it, that is not there any more.
_LOST = frozenset({errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE})
_EVERY = 1.0
"""Seconds."""
_HINT = Remedy.PLUG_IT_IN
_NOTHING_WRITTEN = Message("Nothing was written.")


class DriveGoneError(DriveLostError):
    """The drive was pulled out, or something else is in its place."""


class FileSystemIdentity(Struct, frozen=True):
    """What tells the file system at a place from others.

    Attributes:
        device, inode: of the directory.
        file_system: the kernel's own ID of the file system.
        uuid: as udev knows it; empty if it does not.
        sequence: counts every drive that ever appeared (Linux >= 5.15), so that the same one
            plugged in again has another; empty before, and for what is no drive.
    """

    device: int
    inode: int
    file_system: int
    uuid: str
    sequence: str

    def is_still(self, now: FileSystemIdentity) -> bool:
        """Whether ``now`` is the same. udev may not know a UUID yet, or no more."""
        known = bool(self.uuid and now.uuid)
        return replace(self, uuid="") == replace(now, uuid="") and (
            not known or self.uuid == now.uuid
        )


def read_file_system(root: Path) -> FileSystemIdentity:
    """What is at ``root`` now. Raises DriveError."""
    with drive_errors(Message("looking at the drive")):
        # Opening is what makes an automounter mount.
        descriptor = os.open(root, _DIRECTORY)
        try:
            status = os.fstat(descriptor)
            file_system = os.fstatvfs(descriptor).f_fsid
            number = block_device(root)
        finally:
            os.close(descriptor)
    return FileSystemIdentity(
        device=status.st_dev,
        inode=status.st_ino,
        file_system=file_system,
        uuid=_uuid(number),
        sequence=_sequence(number),
    )


class AsNamed:
    """What is at some places at the moment when somebody names them.

    A drive that is pulled out before it is looked at leaves a directory of this computer's own
    there, perhaps; nobody meant that.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        self._then: dict[Path, FileSystemIdentity] = {}
        for root in roots:
            with contextlib.suppress(DriveError):
                self._then[root] = read_file_system(root)

    def check(self, root: Path, now: FileSystemIdentity) -> None:
        """Raise `DriveGoneError` unless it is the same that is there ``now``."""
        then = self._then.get(root)
        if then is not None and not then.is_still(now):
            raise _gone(root, _NOTHING_WRITTEN)


class DriveGuard(Closing):
    """Holds on to what is at ``root``, and notices when something else is there.

    A context manager. While it is held the file system cannot be unmounted, but for good.
    """

    def __init__(self, root: Path, expected: FileSystemIdentity | None = None) -> None:
        """Raises `DriveGoneError` unless it is what was ``expected``."""
        self._root = root
        with drive_errors(Message("looking at the drive")):
            self._held = os.open(root, _DIRECTORY)
        try:
            identity = read_file_system(root)
            self._number = block_device(root)
            self._sequence = identity.sequence
            if expected is not None and not expected.is_still(identity):
                raise self._gone(_NOTHING_WRITTEN)
        except BaseException:
            os.close(self._held)
            raise

    def close(self) -> None:
        os.close(self._held)

    def held(self, aside: Aside | None = None) -> Root:
        """The directory that is held, whatever is mounted where it was; ``aside`` as in `Root`.

        Also for processes of the same user, as long as this one holds it.
        """
        return Root(Path(f"/proc/{os.getpid()}/fd/{self._held}"), known_as=self._root, aside=aside)

    def check(self, so_far: Message = NOTHING) -> None:
        """Raise `DriveGoneError` if it is not the same any more.

        ``so_far`` is a sentence about the state in which the drive was left.
        """
        try:
            now = os.open(self._root, _DIRECTORY)
        except OSError as error:
            raise self._gone(so_far) from error
        try:
            same = _mount(now) == _mount(self._held) and os.path.sameopenfile(now, self._held)
        finally:
            os.close(now)
        if not same or _sequence(self._number) != self._sequence:
            raise self._gone(so_far)

    def probe(self, repository: Root, so_far: Message = NOTHING) -> None:
        """As `check`; also when not even the config, read before, can be read any more."""
        self.check(so_far)
        try:
            descriptor = repository.open_regular("config")
            try:
                drop_cache(descriptor)
                os.read(descriptor, 1)
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno in _LOST:
                raise self._gone(so_far) from error

    def flush(self) -> None:
        """Write everything to the medium that is held, whatever is at the place now."""
        sync_descriptor(self._held)

    def _gone(self, so_far: Message) -> DriveGoneError:
        return _gone(self._root, so_far)


class Watch:
    """A `Cancel` that also looks, about once a second, whether the drive is still there.

    Memory takes what is written long after a drive was pulled out: only the flush would fail.
    """

    def __init__(self, cancel: Cancel, guard: DriveGuard, so_far: Callable[[], Message]) -> None:
        """``so_far``: as for `DriveGuard.check`, at that moment."""
        self._cancel = cancel
        self._guard = guard
        self._so_far = so_far
        self._next = 0.0

    def check(self) -> None:
        """Raises what ``cancel`` raises, and `DriveGoneError`."""
        self._cancel.check()
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _EVERY
            self._guard.check(self._so_far())

    @property
    def paused(self) -> bool:
        return self._cancel.paused


def _gone(root: Path, so_far: Message) -> DriveGoneError:
    message = Message("What is at {root} was unplugged or exchanged.", root=root)
    return DriveGoneError(sentences(message, so_far), _HINT)


def _mount(descriptor: int) -> str:
    """The number of the mount that an open file belongs to (proc(5), fdinfo); empty if unknown."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/self/fdinfo/{descriptor}").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "mnt_id":
                return value.strip()
    return ""


def _uuid(number: int) -> str:
    if _UDEV_QUEUE.exists():
        # udev is at work; until it is done a link may be that of a drive that was here before.
        return ""
    with contextlib.suppress(OSError), os.scandir(_BY_UUID) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.stat().st_rdev == number:
                    return entry.name
    return ""


def _sequence(number: int) -> str:
    """Of the disk, or of the disk that a partition is on."""
    with contextlib.suppress(OSError):
        block = (_SYS_BLOCK / f"{os.major(number)}:{os.minor(number)}").resolve(strict=True)
        for place in (block, block.parent):
            with contextlib.suppress(OSError):
                return (place / "diskseq").read_text().strip()
    return ""
