"""What is said of several drives that get the same apps: of each in its row, and of all."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from app.errors import Cause, InterruptedByUser
from app.fs.files import DriveFullError
from app.ostree.pull.answers import UnreachableError
from ui.controllers import failures
from ui.controllers.many_view import (
    LEFT_ALONE,
    NOT_DONE,
    PULLED_OUT,
    READY,
    UNDER_WAY,
    DriveRow,
    ManyStatus,
    RowState,
)
from ui.i18n.filling import filled
from ui.i18n.numbers import sized_of
from ui.i18n.time_left import still_for, time_left_short
from ui.i18n.wording import worded, worded_together
from ui.models.finding_words import FindingWords
from ui.models.removal_words import came_off


class ManyCounts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def drives(self, number: int) -> str:
        return self.tr("%n drive(s)", "", number)

    def the_same(self, apps: int) -> str:
        return self.tr("The same %n app(s) %1", "", apps)

    def on_drives(self, number: int) -> str:
        return self.tr("on %n drive(s)", "", number)

    def on_each(self, apps: int) -> str:
        return self.tr("%n app(s) on each drive", "", apps)

    def on_each_once(self, apps: int) -> str:
        return self.tr("%n app(s) on each drive, downloaded once", "", apps)

    def copying(self, number: int) -> str:
        return self.tr("Copying %1 to %n drive(s)", "", number)

    def copies(self, number: int) -> str:
        return self.tr("%1 copied to %n drive(s)", "", number)

    def ready(self, number: int) -> str:
        return self.tr("%n are ready", "", number)

    def under_way(self, number: int) -> str:
        return self.tr("%n under way", "", number)

    def failed(self, number: int) -> str:
        return self.tr("%n failed", "", number)

    def stopped(self, number: int) -> str:
        return self.tr("%n stopped", "", number)

    def pulled_out(self, number: int) -> str:
        return self.tr("%n pulled out", "", number)

    def left_alone(self, number: int) -> str:
        return self.tr("%n left alone", "", number)

    def asking(self, number: int) -> str:
        return self.tr("%n to be asked about", "", number)

    def folders(self, number: int) -> str:
        return self.tr("%n folder(s)", "", number)

    def files(self, number: int) -> str:
        return self.tr("%n file(s)", "", number)

    def has_folders(self, number: int) -> str:
        return self.tr("%1 has %n folder(s) on it. They stay.", "", number)

    def has_files(self, number: int) -> str:
        return self.tr("%1 has %n file(s) on it. They stay.", "", number)

    def problems(self, number: int) -> str:
        return self.tr("%n problem(s) were found", "", number)

    def lacking(self, number: int) -> str:
        return self.tr("Without %n app(s) that could not be had", "", number)


def title(apps: int, drives: int) -> str:
    """“The same 10 apps on 6 drives”."""
    counts = ManyCounts()
    if drives < 2:
        return counts.on_each(apps)
    return filled(counts.the_same(apps), counts.on_drives(drives))


def copied(status: ManyStatus) -> str:
    """“Copying CLASSROOM to 3 drives”; at the end, to how many of them it was."""
    counts, ready = ManyCounts(), status.count(READY)
    if status.under_way:
        return filled(counts.copying(len(status.rows)), status.source)
    if not ready:
        return filled(QCoreApplication.translate("Many", "%1 was not copied"), status.source)
    return filled(counts.copies(ready), status.source)


def sentence(status: ManyStatus) -> str:
    """“2 are ready, 3 under way, 1 failed.”"""
    counts = ManyCounts()
    parts = [
        word(number)
        for number, word in (
            (status.count(READY), counts.ready),
            (status.count(UNDER_WAY), counts.under_way),
            (status.count(frozenset({RowState.ASKING})), counts.asking),
            (status.count(PULLED_OUT), counts.pulled_out),
            (status.stopped, counts.stopped),
            (status.count(NOT_DONE) - status.stopped, counts.failed),
            (status.count(LEFT_ALONE), counts.left_alone),
        )
        if number
    ]
    return f"{', '.join(parts)}." if parts else ""


def question(row: DriveRow) -> str:
    """“NONAME has 3 folders on it. They stay.”"""
    counts = ManyCounts()
    folders = sum(entry.endswith("/") for entry in row.entries)
    files = len(row.entries) - folders
    if row.has_apps:
        text = QCoreApplication.translate("Many", "%1 has other apps on it. They stay.")
        return filled(text, row.name)
    if folders and files:
        text = QCoreApplication.translate("Many", "%1 has %2 and %3 on it. They stay.")
        return filled(text, row.name, counts.folders(folders), counts.files(files))
    return filled(counts.has_folders(folders) if folders else counts.has_files(files), row.name)


def state_word(row: DriveRow, *, paused: bool) -> str:
    """How it stands with a drive, in a word or two."""
    if paused and row.state in (RowState.WRITING, RowState.CHECKING):
        return QCoreApplication.translate("Many", "Paused")
    if row.is_stopped:
        return QCoreApplication.translate("Many", "Stopped")
    ready = QCoreApplication.translate("Many", "Ready")
    waiting = QCoreApplication.translate("Many", "Waiting")
    return {
        RowState.LOOKING: QCoreApplication.translate("Many", "Getting ready"),
        RowState.ASKING: QCoreApplication.translate("Many", "Is it meant?"),
        RowState.WAITING: waiting,
        RowState.OFFLINE: waiting,
        RowState.WRITING: QCoreApplication.translate("Many", "Writing"),
        RowState.SAVING: QCoreApplication.translate("Many", "Saving"),
        RowState.CHECKING: QCoreApplication.translate("Many", "Checking"),
        RowState.STOPPING: QCoreApplication.translate("Many", "Stopping…"),
        RowState.READY: ready,
        RowState.EJECTING: ready,
        RowState.EJECTED: ready,
        RowState.UNSOUND: QCoreApplication.translate("Many", "Not ready"),
        RowState.UNPLUGGED: QCoreApplication.translate("Many", "Pulled out"),
        RowState.FAILED: QCoreApplication.translate("Many", "Failed"),
        RowState.ALREADY: QCoreApplication.translate("Many", "Nothing to do"),
        RowState.DECLINED: QCoreApplication.translate("Many", "Left alone"),
        RowState.UNUSABLE: QCoreApplication.translate("Many", "Cannot be used"),
    }[row.state]


def state_line(row: DriveRow, *, paused: bool) -> str:
    """What there is to say below that; empty for nothing."""
    match row.state:
        case RowState.WRITING | RowState.CHECKING:
            return _figures(row, paused=paused)
        case RowState.READY:
            return _rest(row)
        case RowState.UNSOUND:
            return ManyCounts().problems(len(row.errors))
        case RowState.FAILED:
            return _failure(row)
        case RowState.UNUSABLE:
            return row.reason
    return {
        RowState.LOOKING: QCoreApplication.translate("Many", "Looking at what is on it…"),
        RowState.SAVING: QCoreApplication.translate("Many", "Leave it plugged in"),
        RowState.OFFLINE: QCoreApplication.translate("Many", "No internet connection"),
        RowState.EJECTING: QCoreApplication.translate("Many", "Ejecting…"),
        RowState.EJECTED: QCoreApplication.translate("Many", "Pull it out"),
        RowState.UNPLUGGED: QCoreApplication.translate("Many", "Plug it in again, it goes on"),
        RowState.ALREADY: QCoreApplication.translate("Many", "All of it is on it already"),
        RowState.DECLINED: QCoreApplication.translate("Many", "Nothing was written to it"),
    }.get(row.state, "")


def _figures(row: DriveRow, *, paused: bool) -> str:
    progress = row.progress
    if progress is None:
        return ""
    parts = []
    if progress.bytes_total and row.state is RowState.WRITING:
        parts.append(sized_of(progress.bytes, progress.bytes_total))
    if progress.still is not None and not paused:
        parts.append(still_for(progress.still))
    elif progress.left is not None:
        parts.append(time_left_short(progress.left))
    return ", ".join(parts)


def _rest(row: DriveRow) -> str:
    if row.lacking:
        return ManyCounts().lacking(len(row.lacking))
    if row.error is not None:
        return QCoreApplication.translate("Many", "Do not pull it out yet")
    if row.off:
        return came_off(row.off)
    if not row.plug:
        return ""
    if not row.there:
        return QCoreApplication.translate("Many", "Pulled out")
    return QCoreApplication.translate("Many", "Eject it, then pull it out")


def _failure(row: DriveRow) -> str:
    error = row.error
    if error is None or isinstance(error, InterruptedByUser):
        return QCoreApplication.translate("Many", "What is written stays")
    if isinstance(error, DriveFullError):
        return QCoreApplication.translate("Many", "There is no room for all of it")
    if error.cause is Cause.PULLED_OUT:
        return QCoreApplication.translate("Many", "It was pulled out")
    if isinstance(error, UnreachableError):
        return QCoreApplication.translate("Many", "The source of the apps does not answer")
    return worded(error.message)


def has_details(row: DriveRow) -> bool:
    """Whether there is more to say than the row has room for."""
    return (
        bool(row.reason or row.lacking)
        or (row.error is not None and row.state is not RowState.OFFLINE)
        or (row.state is RowState.UNSOUND)
    )


def details(row: DriveRow) -> list[str]:
    """Why it did not work, what that means for the drive, and what to do; a paragraph each."""
    said = []
    error = row.error
    if row.reason:
        said.append(row.reason)
    if row.lacking:
        text = QCoreApplication.translate("Many", "These could not be had: %1.")
        said.append(filled(text, ", ".join(row.lacking)))
    if error is not None:
        said.append(worded_together(error.message, error.hint))
    if row.state is RowState.UNSOUND:
        words = FindingWords()
        codes = dict.fromkeys(finding.code for finding in row.errors)
        said += [words.sentence(code, 1) for code in codes]
        said.append(
            QCoreApplication.translate(
                "Many", "Do not hand it out. Trying again writes what is damaged once more."
            )
        )
    if row.state in (RowState.FAILED, RowState.UNPLUGGED):
        said.append(failures.meaning(row.written))
    if row.state is RowState.UNPLUGGED:
        text = QCoreApplication.translate("Many", "Plug it in again, and it goes on by itself.")
        said.append(text)
    return said


def spoken(row: DriveRow, *, paused: bool) -> str:
    """All that the row shows."""
    percent = ""
    if row.share is not None and row.state in UNDER_WAY:
        text = QCoreApplication.translate("Many", "%1 %")
        percent = filled(text, str(int(100 * row.share)))
    asked = question(row) if row.state is RowState.ASKING else ""
    parts = (
        str(row.number),
        row.name,
        row.about,
        asked or state_word(row, paused=paused),
        state_line(row, paused=paused),
        percent,
    )
    return ", ".join(filter(None, parts))
