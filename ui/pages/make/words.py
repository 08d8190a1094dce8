"""What is said while a drive is written, and when that does not go on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.errors import Cause, InterruptedByUser, SatchelError
from app.fs.files import DriveFullError
from app.ostree.pull.answers import UnreachableError
from app.progress import Phase
from ui.controllers.job import JobState, JobStatus
from ui.controllers.progress import Progress
from ui.controllers.shortage import Shortage
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.time_left import next_try, still_for, time_left
from ui.i18n.wording import sentence_case, worded, worded_together
from ui.pages.make.slot import SlotMessage
from ui.pages.make.step_list import looks_first
from ui.state.works.work import WorkKind
from ui.widgets.message_card import Sign

_SIGNS = {
    Cause.NETWORK: Sign.OFFLINE,
    Cause.TRUST: Sign.KEY,
    Cause.LOCKED: Sign.LOCK,
    Cause.PULLED_OUT: Sign.DRIVE,
    Cause.DRIVE: Sign.DRIVE,
    Cause.FULL: Sign.DRIVE,
}


def sign_of(error: SatchelError) -> Sign:
    """What an error is about, so that trust never looks like the network."""
    return _SIGNS.get(error.cause, Sign.WARNING)


def phase_sentence(phase: Phase) -> str:
    """What a phase does."""
    return {
        Phase.TRUST: QCoreApplication.translate("Make", "Checking who vouches for the apps"),
        Phase.SUMMARY: QCoreApplication.translate("Make", "Asking what its source has"),
        Phase.COPY: QCoreApplication.translate("Make", "Copying"),
        Phase.DOWNLOAD: QCoreApplication.translate("Make", "Getting the apps"),
        Phase.FLUSH: QCoreApplication.translate("Make", "Saving. Leave the drive plugged in."),
        Phase.WRITE: QCoreApplication.translate("Make", "Saving. Leave the drive plugged in."),
        Phase.PRUNE: QCoreApplication.translate("Make", "Saving. Leave the drive plugged in."),
        Phase.VERIFY: QCoreApplication.translate("Make", "Checking: reading everything back"),
    }.get(phase, phase.value)


def doing(status: JobStatus) -> str:
    """What is under way, in a sentence."""
    if status.kind is WorkKind.REPAIR and status.phase is Phase.VERIFY and looks_first(status):
        return QCoreApplication.translate("Make", "Looking for what is damaged")
    if status.kind is WorkKind.REPAIR and status.phase is Phase.COPY:
        return QCoreApplication.translate("Make", "Getting again what is damaged")
    return phase_sentence(status.phase)


def pace_sentence(progress: Progress) -> str:
    """“About 3 minutes left, 6.2 MB a second”."""
    if progress.still is not None:
        return sentence_case(still_for(progress.still))
    parts = []
    if progress.left is not None:
        parts.append(time_left(progress.left))
    if progress.rate is not None:
        text = QCoreApplication.translate("Make", "%1 a second")
        parts.append(filled(text, sized(progress.rate)))
    return sentence_case(", ".join(parts))


def line_below(status: JobStatus) -> str:
    """Below the numbers: the pace, or what it is waiting for."""
    match status.state:
        case JobState.PAUSED:
            return QCoreApplication.translate("Make", "Paused")
        case JobState.STOPPING:
            return QCoreApplication.translate("Make", "Stopping…")
        case JobState.OFFLINE:
            return next_try(status.wait)
        case JobState.RESUMING:
            return QCoreApplication.translate("Make", "Looking at what is on it…")
        case JobState.UNPLUGGED | JobState.FAILED:
            return ""
    if status.progress is None or not status.measured:
        return doing(status)
    return pace_sentence(status.progress) or doing(status)


def message_of(status: JobStatus, name: str) -> SlotMessage | None:
    """Why it does not go on; ``name`` is the drive's. None while it does."""
    error = status.error
    if error is None:
        return None
    details = worded_together(error.message, error.hint)
    match status.state:
        case JobState.OFFLINE:
            return SlotMessage(
                Sign.OFFLINE,
                QCoreApplication.translate("Make", "No internet connection"),
                QCoreApplication.translate(
                    "Make",
                    "Nothing is lost. It goes on by itself as soon as the internet is back.",
                ),
                details,
            )
        case JobState.UNPLUGGED:
            return SlotMessage(
                Sign.DRIVE,
                filled(QCoreApplication.translate("Make", "%1 was pulled out."), name),
                QCoreApplication.translate("Make", "Plug it in again, it goes on by itself."),
            )
        case JobState.FAILED:
            return _failure(error, name, details, status.shortage)
    return None


def _failure(
    error: SatchelError, name: str, details: str, shortage: Shortage | None
) -> SlotMessage:
    if isinstance(error, InterruptedByUser):
        stopped = QCoreApplication.translate("Make", "Stopped as you asked.")
        on = QCoreApplication.translate("Make", "It goes on from here whenever you like.")
        return SlotMessage(Sign.WARNING, stopped, on)
    if error.cause is Cause.NETWORK:
        return SlotMessage(
            Sign.OFFLINE,
            QCoreApplication.translate("Make", "No internet connection"),
            QCoreApplication.translate("Make", "It goes on from here whenever you like."),
            details,
        )
    if isinstance(error, UnreachableError):
        return SlotMessage(
            Sign.OFFLINE,
            QCoreApplication.translate("Make", "The source of the apps does not answer"),
            QCoreApplication.translate("Make", "It goes on from here whenever you like."),
            details,
        )
    if isinstance(error, DriveFullError):
        full = filled(QCoreApplication.translate("Make", "%1 is full."), name)
        return SlotMessage(Sign.DRIVE, full, _room_wanted(shortage), details)
    return SlotMessage(sign_of(error), worded(error.message), worded(error.hint), bad=True)


def _room_wanted(shortage: Shortage | None) -> str:
    """Who has taken the room, how much is missing, and what to do."""
    if shortage is None or not shortage.lacking:
        return QCoreApplication.translate(
            "Make", "Make room on it, or leave apps out. What is written stays."
        )
    lacking = sized(shortage.lacking)
    if not shortage.others:
        text = QCoreApplication.translate(
            "Make", "%1 more are needed: make room on it, or leave apps out."
        )
        return filled(text, lacking)
    text = QCoreApplication.translate(
        "Make",
        "Something else has written %1 to it. %2 more are needed: make room on it, or leave apps "
        "out.",
    )
    return filled(text, sized(shortage.others), lacking)
