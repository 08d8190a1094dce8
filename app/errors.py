"""The one family of errors that reaches a person.

Every error carries what happened (``message``), what to do about it (``hint``) and the exit
status of the command. Modules subclass these next to the code that raises them; anything else that
escapes a verb is a bug.
"""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from typing import Any, ClassVar

from app.credentials import without_secrets
from app.message import NOTHING, Message
from app.remedy import Hint, Remedy, hint_message


class Cause(StrEnum):
    """What an error is about, in the few kinds that people are shown a sign of."""

    NETWORK = "network"
    """There is no connection to the internet."""
    SERVER = "server"
    """There is, and what is wanted does not come."""
    TRUST = "trust"
    DRIVE = "drive"
    FULL = "full"
    """The drive, or a file too large for its file system."""
    PULLED_OUT = "pulled-out"
    LOCKED = "locked"
    """A password or a permission is wanted."""
    DAMAGED = "damaged"
    REQUEST = "request"
    """What was asked for."""
    STOPPED = "stopped"
    SATCHEL = "satchel"
    """This program or this computer."""


class SatchelError(Exception):
    """Something a person has to know about.

    Attributes:
        cause: what it is about.
        message: one sentence that says what happened.
        hint: one sentence that says what to do; may be `NOTHING`.
        exit_code: exit status of the command.
    """

    cause: ClassVar[Cause] = Cause.SATCHEL
    exit_code: ClassVar[int] = 1

    def __init__(self, message: Message, hint: Hint = NOTHING) -> None:
        self.message = message
        self.hint = hint_message(hint)
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel between processes with everything a person has to know."""
        return _rebuilt, (type(self), self.message, self.hint)


def _rebuilt(kind: type[SatchelError], message: Message, hint: Message) -> SatchelError:
    error = kind.__new__(kind, message)
    SatchelError.__init__(error, message, hint)
    return error


_NO_TEMPORARY = "No usable temporary directory"


class UsageError(SatchelError):
    """The request makes no sense: unknown ref, ambiguous name, contradicting options."""

    cause: ClassVar[Cause] = Cause.REQUEST
    exit_code: ClassVar[int] = 2


class DriveError(SatchelError):
    """The drive is full, read-only, gone or in use."""

    cause: ClassVar[Cause] = Cause.DRIVE
    exit_code: ClassVar[int] = 3


class UpstreamError(SatchelError):
    """The network or the upstream repository failed, or what upstream sent cannot be used."""

    cause: ClassVar[Cause] = Cause.SERVER
    exit_code: ClassVar[int] = 4


class TrustError(SatchelError):
    """A signature, a key or the age of a snapshot forbids going on."""

    cause: ClassVar[Cause] = Cause.TRUST
    exit_code: ClassVar[int] = 5


class StickDamagedError(SatchelError):
    """The stick's repository is damaged in a way that forbids going on."""

    cause: ClassVar[Cause] = Cause.DAMAGED
    exit_code: ClassVar[int] = 6


class InterruptedByUser(SatchelError):
    """The user asked to stop and a safe boundary was reached."""

    cause: ClassVar[Cause] = Cause.STOPPED
    exit_code: ClassVar[int] = 130


class UnexpectedError(SatchelError):
    """A bug. ``details`` is the traceback, for those who mend it."""

    exit_code: ClassVar[int] = 70
    details: str = ""


class NoTemporaryError(DriveError):
    """There is no directory for temporary files."""


def no_temporary(error: BaseException) -> NoTemporaryError | None:
    """What to say if an exception is Python's for a computer that is read-only everywhere."""
    if not isinstance(error, FileNotFoundError) or _NO_TEMPORARY not in str(error):
        return None
    return NoTemporaryError(
        Message("There is no directory in which temporary files can be made."),
        Message("Name one in the variable TMPDIR, or make /tmp writable."),
    )


class ExhaustedError(SatchelError):
    """This computer allows no more processes, threads, open files or memory."""


_NO_THREAD = "can't start new thread"


def exhausted(error: BaseException) -> ExhaustedError | None:
    """What to say if an exception is Python's for a limit of this computer that is reached."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EAGAIN or (isinstance(error, RuntimeError) and _NO_THREAD in str(error)):
        return ExhaustedError(
            Message("This computer lets Satchel start no further process or thread."),
            Message("Close other programs or raise the limit (ulimit -u), then try again."),
        )
    if number in {errno.EMFILE, errno.ENFILE}:
        return ExhaustedError(
            Message("This computer lets Satchel open no further file."),
            Message("Close other programs or raise the limit (ulimit -n), then try again."),
        )
    if number == errno.ENOMEM or isinstance(error, MemoryError):
        return ExhaustedError(
            Message("This computer has too little memory left."),
            Message("Close other programs, then try again."),
        )
    return None


def told(error: BaseException) -> SatchelError:
    """What a person has to know about an exception that nobody has caught: of this computer, or
    that it is a bug."""
    return no_temporary(error) or exhausted(error) or unexpected(error)


def unexpected(error: BaseException) -> UnexpectedError:
    """What a person has to know about an exception that nobody thought of."""
    # Seldom needed, and what it imports takes as long as all of this module's other imports.
    import traceback

    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "?"
    if place is not None:
        where = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}"
    bug = UnexpectedError(
        Message(
            "Something went wrong that should not: {error_type}: {error} at {location}.",
            error_type=type(error).__name__,
            error=error,
            location=where,
        ),
        Remedy.REPORT_BUG,
    )
    bug.details = without_secrets("".join(traceback.format_exception(error)))
    return bug
