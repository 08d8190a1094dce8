"""What the verbs for drives share: which drives there are, and who may be touched."""

from __future__ import annotations

from app.cli.invocation import Invocation
from app.drive.discovery.discover import list_drives
from app.drive.drive import Drive
from app.errors import DriveError
from app.message import Message
from app.remedy import Remedy


class SystemDriveError(DriveError):
    """This computer runs from that drive."""


def drives(invocation: Invocation) -> tuple[Drive, ...]:
    """All drives, those of the computer among them: naming one gets an answer that fits."""
    return list_drives(all_drives=True, loops_are_removable=invocation.loops_are_removable)


def check_not_system(drive: Drive) -> None:
    if drive.system:
        raise SystemDriveError(
            Message(
                "{drive} is one of this computer's own drives: {system}.",
                drive=drive.name,
                system=drive.system,
            ),
            Remedy.OTHER_DRIVES
            if not drive.removable
            else Message("Satchel leaves such drives alone; unmount it by hand first."),
        )
