"""What work is called while it runs and when it has ended, kind by kind."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from app.replacing import replace
from ui.i18n.filling import filled
from ui.state.works.work import WorkKind


class WorkWords(Struct, frozen=True):
    """Of one kind of work on one drive.

    Attributes:
        title, sentence: while it runs.
        stop, stopped, stay: the question before it is stopped, what that means, and the way back.
        ended: the title once it has ended well.
        keep: what the foot says while it runs.
    """

    title: str
    sentence: str
    stop: str
    stopped: str
    stay: str
    ended: str
    keep: str


def work_words(kind: WorkKind, drive: str, source: str = "") -> WorkWords:
    """``drive``: its name; ``source``: that of the drive that is copied."""
    words = _writing()
    match kind:
        case WorkKind.UPDATE:
            words = _updating(words)
        case WorkKind.TAKE_OFF | WorkKind.CHANGE:
            words = _changing(words, kind)
        case WorkKind.REPAIR:
            words = _repairing(words)
        case WorkKind.COPY:
            return _copying(words, drive, source)
    return replace(
        words,
        title=filled(words.title, drive),
        stop=filled(words.stop, drive),
        ended=filled(words.ended, drive),
    )


def _writing() -> WorkWords:
    return WorkWords(
        title=QCoreApplication.translate("Make", "Writing to %1"),
        sentence=QCoreApplication.translate(
            "Make", "Leave the drive plugged in. You can do other things meanwhile."
        ),
        stop=QCoreApplication.translate("Make", "Stop writing to %1?"),
        stopped=QCoreApplication.translate(
            "Make",
            "What is written stays, and the apps that were on it can still be installed.",
        ),
        stay=QCoreApplication.translate("Make", "Go on writing"),
        ended=QCoreApplication.translate("Make", "%1 is ready to hand out"),
        keep=QCoreApplication.translate(
            "Make", "You can stop, or pull the drive out: it goes on later where it was."
        ),
    )


def _updating(words: WorkWords) -> WorkWords:
    return replace(
        words,
        title=QCoreApplication.translate("Make", "Updating %1"),
        stop=QCoreApplication.translate("Make", "Stop updating %1?"),
        stay=QCoreApplication.translate("Make", "Go on updating"),
        ended=QCoreApplication.translate("Make", "%1 is up to date"),
    )


def _changing(words: WorkWords, kind: WorkKind) -> WorkWords:
    title = QCoreApplication.translate("Make", "Taking apps off %1")
    if kind is WorkKind.CHANGE:
        title = QCoreApplication.translate("Make", "Changing what is on %1")
    return replace(
        words,
        title=title,
        stop=QCoreApplication.translate("Make", "Stop changing what is on %1?"),
        stopped=QCoreApplication.translate(
            "Make", "What has been done stays so, and the apps on it can still be installed."
        ),
        stay=QCoreApplication.translate("Make", "Go on"),
    )


def _repairing(words: WorkWords) -> WorkWords:
    return replace(
        words,
        title=QCoreApplication.translate("Make", "Repairing %1"),
        stop=QCoreApplication.translate("Make", "Stop repairing %1?"),
        stopped=QCoreApplication.translate(
            "Make", "What is repaired stays so, and what was sound can still be installed."
        ),
        stay=QCoreApplication.translate("Make", "Go on repairing"),
        ended=QCoreApplication.translate("Make", "%1 is sound again"),
    )


def _copying(words: WorkWords, drive: str, source: str) -> WorkWords:
    return replace(
        words,
        title=filled(QCoreApplication.translate("Make", "Copying %1 to %2"), source, drive),
        sentence=QCoreApplication.translate(
            "Make", "Leave both drives plugged in. You can do other things meanwhile."
        ),
        stop=filled(QCoreApplication.translate("Make", "Stop copying to %1?"), drive),
        stopped=QCoreApplication.translate(
            "Make", "What is copied stays, and the next time goes on from there."
        ),
        stay=QCoreApplication.translate("Make", "Go on copying"),
        ended=filled(QCoreApplication.translate("Make", "%1 is a copy of %2"), drive, source),
    )
