"""Ejecting a drive that computers in the network take apps from just now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from ui.models.sharing_words import SharingWords
from ui.tasks.bridge import Bridge
from ui.widgets.dialog import Question


def eject_once_agreed(
    bridge: Bridge, roots: Iterable[Path], page: QWidget, eject: Callable[[], None]
) -> None:
    """``eject`` what is mounted at ``roots``: at once where nobody loses anything by it."""
    takers = bridge.lending.takers_at(roots)
    if not takers:
        eject()
        return
    question = Question(
        QCoreApplication.translate("Ejecting", "Stop sharing and eject?"),
        SharingWords().stopping(takers),
        QCoreApplication.translate("Ejecting", "Stop and eject"),
        stay=QCoreApplication.translate("Ejecting", "Go on sharing"),
        parent=page,
    )
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.accepted.connect(eject)
    question.open()
