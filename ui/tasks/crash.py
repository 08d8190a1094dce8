"""Bugs: shown calmly, with a report to copy; the program goes on."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from app import __version__
from app.errors import UnexpectedError, unexpected
from ui.tasks.inbox import Inbox


class CrashReporter(QObject):
    """Takes what Python would only print: exceptions of slots and of threads."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inbox = Inbox(self)
        self._inbox.arrived.connect(self._show)
        self._showing = False
        self._before = sys.excepthook, threading.excepthook

    def install(self) -> None:
        sys.excepthook = self._from_main
        threading.excepthook = self._from_thread

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = self._before
        self._inbox.close()

    def _from_main(
        self, _kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            QApplication.closeAllWindows()
            return
        bug = unexpected(error.with_traceback(trace))
        if sys.stderr is not None:
            # Not by Python's own hook, which knows no secrets.
            print(bug.details, end="", file=sys.stderr)
        # Not now: who knows what is half done.
        self._inbox.post(bug)

    def _from_thread(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None:
            self._from_main(hook.exc_type, hook.exc_value, hook.exc_traceback)

    def _show(self, error: UnexpectedError) -> None:
        # The first says most; what follows while it is read often follows from it.
        if self._showing:
            return
        self._showing = True
        try:
            show_bug(error)
        finally:
            self._showing = False


def show_bug(error: UnexpectedError) -> None:
    """What happened, and the report to copy. Returns when it has been read."""
    box = QMessageBox(QApplication.activeWindow())
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(QApplication.translate("Crash", "Something went wrong"))
    box.setText(QApplication.translate("Crash", "Something went wrong that should not."))
    box.setInformativeText(
        QApplication.translate(
            "Crash",
            "This is a bug in Satchel. You can go on; what is on the drive is as before, or can be "
            "completed by doing the same again. Please report it.",
        )
    )
    box.setDetailedText(report(error))
    copy = box.addButton(
        QApplication.translate("Crash", "Copy the report"), QMessageBox.ButtonRole.ActionRole
    )
    close = box.addButton(QMessageBox.StandardButton.Close)
    box.setDefaultButton(QMessageBox.StandardButton.Close)
    box.setEscapeButton(close)
    box.exec()
    if box.clickedButton() is copy:
        QGuiApplication.clipboard().setText(report(error))
    box.deleteLater()


def report(error: UnexpectedError) -> str:
    """For those who mend it."""
    return f"Satchel {__version__}, Python {sys.version.split()[0]}\n\n{error.message}\n\n" + (
        error.details
    )
