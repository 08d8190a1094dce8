"""The keys that the whole window listens to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QWidget

from ui.i18n.shortcuts import Action, keys


def listen(widget: QWidget, slots: Mapping[Action, Callable[[], object]]) -> None:
    """As long as ``widget`` is there; held down, a key counts once."""
    for action, slot in slots.items():
        shortcut = QShortcut(keys(action), widget)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(slot)
