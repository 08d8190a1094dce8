"""UDisks2: its objects, and its refusals in words.

Names and types: https://storaged.org/doc/udisks2-api/latest/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.drive.system_bus import CallError, SystemBus
from app.errors import DriveError
from app.fs.files import AccessDeniedError
from app.message import Message
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity

Objects = dict[str, dict[str, dict[str, Any]]]
"""path → interface → property → value"""

_UDISKS = "org.freedesktop.UDisks2"
MANAGER = f"{_UDISKS}.Manager"
BLOCK = f"{_UDISKS}.Block"
DRIVE = f"{_UDISKS}.Drive"
ENCRYPTED = f"{_UDISKS}.Encrypted"
FILE_SYSTEM = f"{_UDISKS}.Filesystem"
PARTITION = f"{_UDISKS}.Partition"
PARTITION_TABLE = f"{_UDISKS}.PartitionTable"
_MANAGER_PATH = "/org/freedesktop/UDisks2/Manager"
_ERROR = f"{_UDISKS}.Error."
_ACCESS_DENIED = "org.freedesktop.DBus.Error.AccessDenied"
_GONE = frozenset(
    f"org.freedesktop.DBus.Error.{name}"
    for name in ("UnknownObject", "UnknownInterface", "UnknownMethod")
)
NOT_MOUNTED = f"{_ERROR}NotMounted"
ALREADY_MOUNTED = f"{_ERROR}AlreadyMounted"
DEVICE_BUSY = f"{_ERROR}DeviceBusy"


class NotAllowedError(AccessDeniedError):
    """polkit, or UDisks2 by itself, does not let this user do that."""


class GoneError(DriveError):
    """UDisks2 does not know the drive (any more)."""


class FailedError(DriveError):
    """UDisks2 tried, and it went wrong.

    Attributes:
        name: the D-Bus error; ``untrusted_text``: its words, from tools and drives.
    """

    def __init__(self, name: str, untrusted_text: str, doing: Message) -> None:
        super().__init__(
            Message(
                "It went wrong while {doing}: {words}.",
                doing=doing,
                words=untrusted_text or name,
            ),
            Message("Try again; if it stays so, the drive or its file system may be damaged."),
        )
        self.name = name
        self.untrusted_text = untrusted_text


class Disks(Struct, frozen=True):
    """UDisks2 at the end of a connection. Every question is asked anew: nothing is remembered."""

    bus: SystemBus

    def objects(self) -> Objects:
        """All that it knows now."""
        return self.bus.managed_objects()

    def block_path(self, number: int, device: str) -> str:
        """The object of a block device by its number. Raises GoneError."""
        for path, interfaces in self.objects().items():
            if interfaces.get(BLOCK, {}).get("DeviceNumber") == number:
                return path
        raise GoneError(
            Message(
                "{device} has gone, or the drive service does not know it (yet).", device=device
            ),
            Message("Plug the drive in again, wait a moment, and try again."),
        )

    def version(self) -> tuple[int, ...]:
        """(2, 9, 4)"""
        text = str(self.bus.properties(_MANAGER_PATH, MANAGER).get("Version", ""))
        return tuple(int(part) for part in re.findall(r"\d+", text))

    def missing_tool(self, file_system: str) -> str:
        """The program that UDisks2 lacks for making a file system; empty if it can."""
        able, tool = self.call(
            _MANAGER_PATH,
            MANAGER,
            "CanFormat",
            "s",
            (file_system,),
            doing=Message("asking for tools"),
        )[0]
        return "" if able else str(tool or f"mkfs.{file_system}")

    def call(
        self,
        path: str,
        interface: str,
        method: str,
        signature: str = "a{sv}",
        arguments: Sequence[Any] = ({},),
        *,
        doing: Message,
    ) -> tuple[Any, ...]:
        """Call a method that may take as long as the drive does; ``doing`` completes "while …".

        Raises NotAllowedError, GoneError, FailedError, and what `SystemBus.call` raises.
        """
        try:
            return self.bus.call(path, interface, method, signature, arguments, timeout=None)
        except CallError as error:
            raise _explained(error, doing) from error


def _explained(error: CallError, doing: Message) -> DriveError:
    if error.name == _ACCESS_DENIED or error.name.startswith(f"{_ERROR}NotAuthorized"):
        return NotAllowedError(
            Message("This user is not allowed to do that ({doing}).", doing=doing),
            Remedy.LOG_IN_HERE,
        )
    if error.name == f"{_ERROR}MountedByOtherUser":
        return NotAllowedError(
            Message("Another user has mounted the drive; it is theirs ({doing}).", doing=doing),
            Remedy.ASK_TO_EJECT,
        )
    if error.name in _GONE:
        return GoneError(
            Message("The drive has gone while {doing}.", doing=doing),
            Message("Plug it in again and try again."),
        )
    return FailedError(error.name, error.text, doing)


@contextmanager
def open_disks() -> Iterator[Disks]:
    """UDisks2, for the time of the block. Raises NoBusError."""
    with SystemBus() as bus:
        yield Disks(bus)


def missing_service() -> Notice | None:
    """What this computer lacks for mounting, ejecting and formatting drives, for people."""
    try:
        with open_disks() as disks:
            disks.version()
    except DriveError as error:
        return Notice(Severity.WARNING, error.message, error.hint)
    return None


def mount_points(interfaces: dict[str, dict[str, Any]]) -> tuple[Path, ...]:
    """Where a block object is mounted (``aay``, each ended by NUL)."""
    points = interfaces.get(FILE_SYSTEM, {}).get("MountPoints", ())
    return tuple(Path(text(point)) for point in points)


def text(value: bytes) -> str:
    """A path as UDisks2 sends it: bytes that end with NUL."""
    return bytes(value).rstrip(b"\0").decode(errors="surrogateescape")
