"""The end of a job: the drive may be pulled out."""

from __future__ import annotations

from app.drive.drive import Drive
from app.drive.udisks.ejecting import Removal, eject
from app.errors import DriveError
from app.message import Message


class NotEjectedError(DriveError):
    """The stick is done; the drive is still in use."""


def eject_made(drive: Drive) -> Removal:
    """Make the drive safe to pull out. Raises `NotEjectedError`."""
    try:
        return eject(drive).removal
    except DriveError as error:
        raise NotEjectedError(
            Message(
                "Everything was written, but the drive could not be ejected: {message}",
                message=error.message,
            ),
            error.hint,
        ) from error
