"""Whether writing is really to stop."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from ui.i18n.filling import filled
from ui.widgets.dialog import Question


def stop_question(drive: str, parent: QWidget) -> Question:
    """Accepted for yes."""
    question = Question(
        filled(QCoreApplication.translate("Make", "Stop writing to %1?"), drive),
        QCoreApplication.translate(
            "Make",
            "What is written stays, and the apps that were on it can still be installed.",
        ),
        QCoreApplication.translate("Make", "Stop"),
        stay=QCoreApplication.translate("Make", "Go on writing"),
        parent=parent,
    )
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return question
