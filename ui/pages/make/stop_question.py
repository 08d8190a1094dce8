"""Whether writing is really to stop."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from ui.pages.make.work_words import WorkWords
from ui.widgets.dialog import Question


def stop_question(words: WorkWords, parent: QWidget) -> Question:
    """Accepted for yes."""
    question = Question(
        words.stop,
        words.stopped,
        QCoreApplication.translate("Make", "Stop"),
        stay=words.stay,
        parent=parent,
    )
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return question
