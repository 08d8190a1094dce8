"""What is worth a line in the log, as a line."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.errors import SatchelError
from app.progress import Notice, Phase
from ui.controllers.job import JobState, LogEntry
from ui.i18n.wording import worded, worded_together
from ui.pages.make.words import phase_sentence


def log_line(entry: LogEntry) -> str:
    match entry:
        case Phase():
            return phase_sentence(entry)
        case Notice(_, message, hint):
            return worded_together(message, hint)
        case SatchelError():
            return worded(entry.message)
        case JobState.FINISHED:
            return QCoreApplication.translate("Make", "Done")
        case JobState.PAUSED:
            return QCoreApplication.translate("Make", "Paused")
        case _:
            return QCoreApplication.translate("Make", "Going on")
